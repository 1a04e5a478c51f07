import DNSWire

/// The `key=value` strings of a control record.
struct ControlFields {
    /// One string.
    struct Field {
        /// Its index in the RDATA.
        var index: Int
        /// What stands before the first `=`, in lower case.
        var key: String
        /// What follows it.
        var value: String
    }

    /// The strings in order.
    private(set) var fields: [Field] = []
    /// What was found wrong so far.
    private(set) var errors: [ControlRecordError] = []

    /// Splits RDATA, which is a sequence of character-strings (RFC 1035 section 3.3).
    init(rdata: some Collection<UInt8>) {
        var rest = ArraySlice(rdata)
        while let length = rest.popFirst() {
            guard rest.count >= Int(length), let equals = rest.prefix(Int(length)).firstIndex(of: UInt8(ascii: "="))
            else {
                errors.append(ControlRecordError(.malformed, field: fields.count))
                return
            }
            let end = rest.startIndex + Int(length)
            fields.append(
                Field(
                    index: fields.count,
                    key: EntryHeader.shown(rest[rest.startIndex..<equals]).lowercased(),
                    value: Self.text(rest[(equals + 1)..<end])
                )
            )
            rest = rest[end...]
        }
    }

    /// The octets as text; a quoted part, as in `check="http:/a b"`, without its quotes.
    private static func text(_ octets: ArraySlice<UInt8>) -> String {
        let quote = UInt8(ascii: "\"")
        let isQuoted = octets.count >= 2 && octets.first == quote && octets.last == quote
        return String(decoding: isQuoted ? octets.dropFirst().dropLast() : octets, as: UTF8.self)
    }

    /// Notes a fault.
    mutating func fail(_ kind: ControlRecordError.Kind, _ field: Field?) {
        errors.append(ControlRecordError(kind, field: field?.index))
    }

    /// Notes keys outside `keys`, and those but `repeatable` that occur twice.
    ///
    /// - Returns: the known fields, each once.
    mutating func known(_ keys: [String], repeatable: Set<String> = []) -> [Field] {
        var seen: Set<String> = []
        return fields.filter { field in
            if !keys.contains(field.key) {
                fail(.unknownKey(field.key, suggestion: closestMatch(to: field.key, in: keys)), field)
                return false
            }
            if !seen.insert(field.key).inserted, !repeatable.contains(field.key) {
                fail(.repeatedKey(field.key), field)
                return false
            }
            return true
        }
    }

    /// A field's value as `read` makes it; notes a fault when that returns `nil`.
    mutating func value<Value>(_ field: Field, _ expected: String, _ read: (String) -> Value?) -> Value? {
        if let value = read(field.value) { return value }
        fail(.badValue(field.key, value: field.value, expected: expected), field)
        return nil
    }

    /// A field's value as a time inside a range; notes a fault when it is none.
    mutating func time(
        _ field: Field,
        from shortest: Duration = .zero,
        upTo longest: Duration = .seconds(86_400)
    ) -> Duration? {
        let range = "\(ControlValues.text(shortest)) to \(ControlValues.text(longest))"
        return value(field, "a time from \(range), such as 500ms, 2s or 1m30s") {
            ControlValues.duration($0).flatMap { (shortest...longest).contains($0) ? $0 : nil }
        }
    }

    /// Whether the value of `balance=` was found faulty.
    var hasFaultyBalance: Bool {
        errors.contains { error in
            if case .badValue("balance", _, _) = error.kind { true } else { false }
        }
    }

    /// A field's value as one of a few words; the fault of another word suggests the one that was perhaps meant.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ field: Field, _ type: Word.Type) -> Word?
    where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        let suggestion = closestMatch(to: field.value, in: words).map { "did you mean '\($0)'?" }
        return value(field, suggestion ?? "one of " + words.joined(separator: ", "), Word.init)
    }

    /// The first error, thrown.
    func throwFirst() throws(ControlRecordError) {
        if let first = errors.first { throw first }
    }
}

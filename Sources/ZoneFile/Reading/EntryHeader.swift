import DNSWire

/// What comes before the RDATA in a record's entry: `[owner] [TTL] [class] type`, TTL and class in either order
/// (RFC 1035 section 5.1).
struct EntryHeader {
    /// The owner's field; `nil` when the line starts with a blank.
    var owner: PresentationToken?
    /// The TTL as written; `nil` when left out.
    var ttl: UInt32?
    /// The type.
    var type: RRType
    /// The index of the first field of the RDATA; the type's is the one before.
    var rdataStart: Int

    /// A fault and the index of the field it is in.
    struct Fault: Error {
        var code: FindingCode
        var token: Int
        var message: String
        var hint: String?
    }

    /// Reads the fields before the RDATA.
    ///
    /// - Throws: ``Fault`` of the codes `bad-class`, `bad-ttl`, `unknown-type` and `query-type`.
    init(
        _ tokens: [PresentationToken],
        in octets: [UInt8],
        startsBlank: Bool,
        mnemonics: inout TypeMnemonics
    ) throws(Fault) {
        var index = startsBlank ? 0 : 1
        owner = startsBlank ? nil : tokens.first
        var hasClass = false
        while index < tokens.count {
            let text = octets[tokens[index].range]
            guard let first = text.first, !tokens[index].isQuoted else { break }
            if ttl == nil, first &- 0x30 < 10 {
                guard let value = parseTTL(text) else {
                    throw Fault(
                        code: .badTTL,
                        token: index,
                        message: "'\(Self.shown(text))' is no TTL",
                        hint: "seconds up to 2147483647, or units as in 1h30m"
                    )
                }
                ttl = value
            } else if !hasClass, Self.isInternet(text) {
                hasClass = true
            } else if let known = mnemonics.type(of: text) {
                guard !known.isMeta, known.rawValue != 0 else {
                    throw Fault(code: .queryType, token: index, message: "\(known) is for queries, no zone holds it")
                }
                type = known
                rdataStart = index + 1
                return
            } else if !hasClass, let written = RRClass(Self.shown(text)) {
                guard written == .in else {
                    throw Fault(code: .badClass, token: index, message: "class \(written) is not served, only IN is")
                }
                hasClass = true
            } else {
                break
            }
            index += 1
        }
        guard index < tokens.count else {
            throw Fault(code: .unknownType, token: tokens.count - 1, message: "the record's type is missing")
        }
        let text = Self.shown(octets[tokens[index].range])
        let suggestion = closestMatch(to: text.uppercased(), in: RRType.names.values.sorted())
        throw Fault(
            code: .unknownType,
            token: index,
            message: "unknown record type '\(text)'",
            hint: suggestion.map { "did you mean '\($0)'?" } ?? "a type without a name is written TYPEnnn (RFC 3597)"
        )
    }

    /// Whether a field is the class `IN`, which most records have where they have one.
    private static func isInternet(_ text: ArraySlice<UInt8>) -> Bool {
        text.count == 2 && text[text.startIndex] | 0x20 == UInt8(ascii: "i")
            && text[text.startIndex + 1] | 0x20 == UInt8(ascii: "n")
    }

    /// A field as a message shows it.
    static func shown(_ text: some Collection<UInt8>) -> String {
        let shown = text.prefix(64).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: shown, as: UTF8.self) + (text.count > 64 ? "..." : "")
    }
}

/// Reads type mnemonics without making a String for the usual ones.
struct TypeMnemonics: Sendable {
    /// The types with names of at most eight letters, by the name in upper case as one integer.
    private static let short: [UInt64: RRType] = Dictionary(
        RRType.names.compactMap { code, name in
            packed(Array(name.utf8)[...]).map { ($0, RRType(rawValue: code)) }
        },
        uniquingKeysWith: { first, _ in first }
    )

    /// The one read last, because most records are of the type of the record before.
    private var last: (name: UInt64, type: RRType) = (0, .a)

    /// The type that a field names, in any case; `nil` when it names none.
    mutating func type(of text: ArraySlice<UInt8>) -> RRType? {
        guard let name = Self.packed(text) else { return RRType(EntryHeader.shown(text)) }
        if name == last.name { return last.type }
        guard let type = Self.short[name] ?? RRType(EntryHeader.shown(text)) else { return nil }
        last = (name, type)
        return type
    }

    /// Up to eight octets as an integer, ASCII letters in upper case; `nil` when there are more or none.
    private static func packed(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard (1...8).contains(text.count) else { return nil }
        return text.reduce(0) { $0 << 8 | UInt64($1 &- 0x61 < 26 ? $1 & 0xDF : $1) }
    }
}

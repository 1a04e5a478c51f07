/// The field lines of a head or of a trailer section, found in place.
///
///     Host: www.example.com CRLF
///     ^name ^value          ^    the next line begins where this one ends
///
/// Reading is by whole lines and can go on when more octets have come: `position` is the first line not yet read,
/// `scanned` is how far a line feed has been looked for. The table's storage is kept from one message to the next.
package struct FieldSection: Sendable {
    /// What the Connection field says.
    package struct ConnectionOptions: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The connection ends after this message.
        package static let close = ConnectionOptions(rawValue: 1)
        /// An HTTP/1.0 sender wishes to keep the connection.
        package static let keepAlive = ConnectionOptions(rawValue: 2)
        /// Upgrade is meant.
        package static let upgrade = ConnectionOptions(rawValue: 4)
        /// Other fields are named, which end here.
        static let namesFields = ConnectionOptions(rawValue: 8)
    }

    /// The fields in the order received.
    package private(set) var fields: [HTTPField] = []
    /// The union of all Connection fields.
    package private(set) var connection: ConnectionOptions = []
    /// The value of Content-Length, when there is one; several that agree count as one.
    package private(set) var contentLength: UInt64?
    /// Whether there is a Transfer-Encoding, which then is `chunked` alone.
    package private(set) var isChunked = false

    /// Bit `n` is set when the field with raw value `n` occurs.
    private var present: UInt32 = 0
    /// Where the section begins.
    private var start = 0
    /// The start of the first line not yet read.
    private(set) var position = 0
    /// No line feed lies between `position` and here.
    private var scanned = 0
    /// Names with an underscore are `KnownField.underscored`.
    private let marksUnderscores: Bool

    /// An empty section.
    ///
    /// - Parameter marksUnderscores: whether names with an underscore get `KnownField.underscored`.
    init(marksUnderscores: Bool) {
        self.marksUnderscores = marksUnderscores
    }

    /// Forgets the fields, keeps their storage, and expects the section at `position`.
    mutating func reset(at position: Int) {
        fields.removeAll(keepingCapacity: true)
        connection = []
        contentLength = nil
        isChunked = false
        present = 0
        start = position
        self.position = position
        scanned = position
    }

    /// Whether the field occurs.
    package func contains(_ field: KnownField) -> Bool {
        present & (1 << UInt32(field.rawValue)) != 0
    }

    /// The value of the first such field.
    package func value(of field: KnownField) -> Range<Int>? {
        guard contains(field) else { return nil }
        return fields.first { $0.known == field }?.value
    }

    /// The value of the first field of that name, in any case; for fields outside `KnownField`.
    ///
    /// - Parameters:
    ///   - name: the name in lower case.
    ///   - octets: the view that was parsed.
    package func value(named name: StaticString, in octets: Span<UInt8>) -> Range<Int>? {
        for field in fields where octets.equalsIgnoringCase(field.name, name) { return field.value }
        return nil
    }

    /// Reads lines up to and including the empty one that ends the section.
    ///
    /// - Returns: whether the section is complete; `position` is then behind its last CRLF. When it is not, call again
    ///   with the same octets and more after them.
    mutating func parse(_ octets: Span<UInt8>, limits: MessageLimits) throws(HTTPMessageError) -> Bool {
        while true {
            guard let lineFeed = octets.firstLineFeed(from: max(scanned, position)) else {
                scanned = octets.count
                guard octets.count - start <= limits.fieldSection else { throw .fieldSectionTooLarge }
                return false
            }
            let next = lineFeed + 1
            guard next - start <= limits.fieldSection else { throw .fieldSectionTooLarge }
            guard lineFeed > position, octets[lineFeed - 1] == 0x0d else { throw .bareLineBreak }
            let line = position..<lineFeed - 1
            if line.isEmpty {
                position = next
                if connection.contains(.namesFields) { markNamedFields(in: octets) }
                return true
            }
            guard fields.count < limits.fieldCount else { throw .tooManyFields }
            try parse(line: line, next: next, in: octets)
            position = next
            scanned = next
        }
    }

    /// Reads one field line: `field-name ":" OWS field-value OWS` (RFC 9112 section 5).
    private mutating func parse(
        line: Range<Int>,
        next: Int,
        in octets: Span<UInt8>
    ) throws(HTTPMessageError) {
        if octets[line.lowerBound] == 0x20 || octets[line.lowerBound] == 0x09 { throw .obsoleteFolding }
        var colon = line.lowerBound
        var hasUnderscore = false
        while colon < line.upperBound, OctetSet.token.contains(octets[colon]) {
            if octets[colon] == UInt8(ascii: "_") { hasUnderscore = true }
            colon += 1
        }
        guard colon > line.lowerBound, colon < line.upperBound, octets[colon] == UInt8(ascii: ":"),
            colon - line.lowerBound <= 256
        else { throw .malformedFieldName }
        let name = line.lowerBound..<colon
        if let control = octets.firstControl(in: colon + 1..<line.upperBound) {
            throw octets[control] == 0x0d ? .bareLineBreak : .malformedFieldValue
        }
        let value = octets.trimmed(colon + 1..<line.upperBound)
        var known = KnownField(name: name, in: octets)
        if hasUnderscore, marksUnderscores { known = .underscored }
        switch known {
        case .contentLength: try noteContentLength(value, in: octets)
        case .transferEncoding: try noteTransferEncoding(value, in: octets)
        case .connection: try noteConnection(value, in: octets)
        case .host where contains(.host): throw .repeatedHost
        default: break
        }
        present |= 1 << UInt32(known.rawValue)
        fields.append(HTTPField(name: name, value: value, lineEnd: next, known: known))
    }

    // MARK: - Fields that frame the message

    /// `1*DIGIT` (RFC 9110 section 8.6); a list of equal numbers in one line is refused, too.
    private mutating func noteContentLength(
        _ value: Range<Int>,
        in octets: Span<UInt8>
    ) throws(HTTPMessageError) {
        guard !value.isEmpty, value.count <= 19 else { throw .malformedContentLength }
        var length: UInt64 = 0
        for index in value {
            guard octets[index].isDigit else { throw .malformedContentLength }
            length = length * 10 + UInt64(octets[index] & 0x0f)
        }
        guard length <= UInt64(Int64.max) else { throw .malformedContentLength }
        guard contentLength == nil || contentLength == length else { throw .conflictingContentLength }
        contentLength = length
    }

    /// `chunked` and nothing else, once (RFC 9112 section 6.1).
    private mutating func noteTransferEncoding(
        _ value: Range<Int>,
        in octets: Span<UInt8>
    ) throws(HTTPMessageError) {
        guard !isChunked else { throw .malformedTransferEncoding }
        if octets.equalsIgnoringCase(value, "chunked") {
            isChunked = true
            return
        }
        // Another coding that is well-formed and followed by `chunked` is merely unknown here.
        var list = TokenList(value)
        var count = 0
        var endsInChunked = false
        while let coding = list.next(in: octets) {
            guard !coding.isEmpty, octets.consists(coding, of: .token), !endsInChunked
            else { throw .malformedTransferEncoding }
            endsInChunked = octets.equalsIgnoringCase(coding, "chunked")
            count += 1
        }
        throw endsInChunked && count > 1 ? .unsupportedTransferCoding : .malformedTransferEncoding
    }

    /// `#connection-option`; empty elements are allowed.
    private mutating func noteConnection(
        _ value: Range<Int>,
        in octets: Span<UInt8>
    ) throws(HTTPMessageError) {
        var list = TokenList(value)
        while let option = list.next(in: octets) {
            guard octets.consists(option, of: .token) else { throw .malformedConnection }
            if option.isEmpty {
                continue
            } else if octets.equalsIgnoringCase(option, "close") {
                connection.insert(.close)
            } else if octets.equalsIgnoringCase(option, "keep-alive") {
                connection.insert(.keepAlive)
            } else if octets.equalsIgnoringCase(option, "upgrade") {
                connection.insert(.upgrade)
            } else {
                connection.insert(.namesFields)
            }
        }
    }

    /// Marks the fields that a Connection field names.
    private mutating func markNamedFields(in octets: Span<UInt8>) {
        for source in fields.indices where fields[source].known == .connection {
            var list = TokenList(fields[source].value)
            while let option = list.next(in: octets) {
                for index in fields.indices where octets.equalIgnoringCase(fields[index].name, option) {
                    fields[index].isHopByHop = true
                }
            }
        }
    }
}

/// The elements of a comma-separated list without quoted strings, without the space around them.
package struct TokenList {
    private var rest: Range<Int>?

    /// The list that `value` is.
    package init(_ value: Range<Int>) {
        rest = value
    }

    /// The next element, which may be empty; `nil` after the last.
    package mutating func next(in octets: Span<UInt8>) -> Range<Int>? {
        guard let range = rest else { return nil }
        var comma = range.lowerBound
        while comma < range.upperBound, octets[comma] != UInt8(ascii: ",") { comma += 1 }
        rest = comma < range.upperBound ? comma + 1..<range.upperBound : nil
        return octets.trimmed(range.lowerBound..<comma)
    }
}

/// RDATA in its two forms: the octets that travel, and the fields of a master file.
///
/// What a type's RDATA consists of is said once, in ``RRType/layout``; reading, printing, checking and finding names
/// all follow from that list of fields. Types without a layout keep the form of RFC 3597, `\# LENGTH HEX`, which every
/// type accepts.
package enum RData {
    /// The most octets that RDLENGTH can count.
    package static let maximumLength = 65535

    /// Reads the fields of one entry and appends the uncompressed wire form, without RDLENGTH.
    ///
    /// - Parameters:
    ///   - type: the record's type.
    ///   - scanner: the entry's fields; all of them are read.
    ///   - rdata: receives at most 65535 octets; unchanged when this throws.
    /// - Throws: ``RDataError`` with the index of the field at fault.
    package static func parse(
        _ type: RRType,
        from scanner: inout PresentationScanner,
        into rdata: inout [UInt8]
    ) throws(RDataError) {
        let start = rdata.count
        do throws(RDataError) {
            if scanner.isAtGenericForm {
                try parseGeneric(type, from: &scanner, into: &rdata)
            } else {
                guard let fields = type.layout else {
                    throw RDataError(.unknownType(type), token: scanner.position)
                }
                for field in fields { try field.parse(from: &scanner, into: &rdata, start: start) }
            }
            guard scanner.isAtEnd else { throw RDataError(.surplus, token: scanner.position) }
            guard rdata.count - start <= maximumLength else { throw scanner.error(.tooLong) }
        } catch {
            rdata.removeLast(rdata.count - start)
            throw error
        }
    }

    /// The presentation form, as it stands after the type in a master file; names absolute.
    ///
    /// Digests are upper case and encodings in one piece. What the fields cannot express (an unknown type, malformed
    /// octets, parameters in AliasMode) comes in the form of RFC 3597, so that the text always reads back.
    package static func present(_ type: RRType, _ rdata: some Collection<UInt8>) -> String {
        let octets = ArraySlice(rdata)
        let text = presentFields(type, octets) ?? presentGeneric(octets)
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the octets are well-formed, uncompressed RDATA; any octets are for a type whose fields are not known.
    package static func validate(_ type: RRType, _ rdata: some Collection<UInt8>) -> Bool {
        var rest = ArraySlice(rdata)
        guard rest.count <= maximumLength else { return false }
        guard let fields = type.layout else { return true }
        for field in fields {
            guard let length = field.length(in: rest) else { return false }
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty
    }

    // MARK: - Fields

    /// The fields with single spaces between them; `nil` when the octets do not have the form of the type's fields.
    private static func presentFields(_ type: RRType, _ rdata: ArraySlice<UInt8>) -> [UInt8]? {
        guard let fields = type.layout, !ServiceParameters.areOutOfPlace(type, rdata),
            !GeographicLocation.hasScaledZero(type, rdata)
        else { return nil }
        var text: [UInt8] = []
        var rest = rdata
        for field in fields {
            guard let length = field.length(in: rest) else { return nil }
            let start = text.count
            if start > 0 { text.append(UInt8(ascii: " ")) }
            field.present(rest.prefix(length), into: &text)
            if text.count == start + 1, start > 0 { text.removeLast() }
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty ? text : nil
    }

    // MARK: - The form for any type (RFC 3597 section 5)

    /// Reads `\# LENGTH HEX...`; for a type that is known the octets must be well-formed.
    private static func parseGeneric(
        _ type: RRType,
        from scanner: inout PresentationScanner,
        into rdata: inout [UInt8]
    ) throws(RDataError) {
        let start = rdata.count
        _ = try scanner.next("\\#")
        let length: UInt16 = try scanner.number("length")
        try scanner.encoded("RDATA", .base16, minimum: 0, into: &rdata)
        guard rdata.count - start == Int(length) else {
            throw scanner.error(.invalid("RDATA", expected: "\(length) octets in hexadecimal, as its length says"))
        }
        guard validate(type, rdata[start...]) else {
            throw scanner.error(.invalid("RDATA", expected: "the wire form of \(type)"))
        }
    }

    private static func presentGeneric(_ rdata: ArraySlice<UInt8>) -> [UInt8] {
        var text = Array("\\# ".utf8)
        text.append(decimal: UInt64(rdata.count))
        guard !rdata.isEmpty else { return text }
        text.append(UInt8(ascii: " "))
        BaseEncoding.base16.encode(rdata, into: &text)
        return text
    }
}

extension PresentationScanner {
    /// Whether the next field is the `\#` of RFC 3597.
    fileprivate var isAtGenericForm: Bool {
        guard let token = peek, !token.isQuoted, token.range.count == 2 else { return false }
        return source[token.range.lowerBound] == UInt8(ascii: "\\")
            && source[token.range.lowerBound + 1] == UInt8(ascii: "#")
    }
}

// The presentation form of names (RFC 1035 section 5.1): dots between labels, `\X` and `\DDD` escapes, a final dot
// for an absolute name, `@` for the origin.

extension DomainName {
    /// Reads a name as a master file has it.
    ///
    /// - Parameters:
    ///   - text: octets with escapes intact, such as `www`, `www.example.com.` or `@`.
    ///   - origin: what a relative name is completed with; `nil` when relative names are not allowed here.
    /// - Throws: ``DomainNameError``
    package init(presentation text: some Collection<UInt8>, origin: DomainName?) throws(DomainNameError) {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count + 2)
        if try Self.append(presentation: text, origin: origin, to: &octets) == 0 { throw .emptyLabel }
        wire = octets
    }

    /// Reads a name written in a program or on a command line; without a final dot it is taken as absolute too.
    ///
    /// - Throws: ``DomainNameError``
    package init(_ text: some StringProtocol) throws(DomainNameError) {
        try self.init(presentation: Array(text.utf8), origin: .root)
    }

    /// Reads a name and appends its wire form, without allocating a name.
    ///
    /// - Parameters:
    ///   - text: as for ``init(presentation:origin:)``.
    ///   - origin: what a relative name is completed with.
    ///   - octets: receives 1...255 octets; left with a partial name when this throws.
    /// - Returns: the number of octets appended, 0 when `text` is empty.
    /// - Throws: ``DomainNameError``
    @discardableResult
    package static func append(
        presentation text: some Collection<UInt8>,
        origin: DomainName?,
        to octets: inout [UInt8]
    ) throws(DomainNameError) -> Int {
        let start = octets.count
        guard let first = text.first else { return 0 }
        if text.count == 1, first == UInt8(ascii: "@") {
            guard let origin else { throw .noOrigin }
            octets.append(contentsOf: origin.wire)
            return origin.wire.count
        }
        if text.count == 1, first == UInt8(ascii: ".") {
            octets.append(0)
            return 1
        }
        var labelStart = octets.count
        octets.append(0)
        var isAbsolute = false
        var index = text.startIndex
        while index != text.endIndex {
            var octet = text[index]
            text.formIndex(after: &index)
            if octet == UInt8(ascii: ".") {
                try closeLabel(at: labelStart, in: &octets)
                labelStart = octets.count
                if index == text.endIndex {
                    isAbsolute = true
                    break
                }
                octets.append(0)
                continue
            }
            if octet == UInt8(ascii: "\\") { octet = try unescape(text, at: &index) }
            octets.append(octet)
            guard octets.count - labelStart - 1 <= maximumLabelLength else { throw .labelTooLong }
        }
        if isAbsolute {
            octets.append(0)
        } else {
            try closeLabel(at: labelStart, in: &octets)
            guard let origin else { throw .noOrigin }
            octets.append(contentsOf: origin.wire)
        }
        guard octets.count - start <= maximumLength else { throw .nameTooLong }
        return octets.count - start
    }

    /// Writes the length of the label that began at `start`.
    private static func closeLabel(at start: Int, in octets: inout [UInt8]) throws(DomainNameError) {
        let length = octets.count - start - 1
        guard length > 0 else { throw .emptyLabel }
        guard length <= maximumLabelLength else { throw .labelTooLong }
        octets[start] = UInt8(length)
    }

    /// The octet that an escape stands for.
    ///
    /// - Parameter index: just after the backslash; moved past the escape.
    /// - Throws: ``DomainNameError/badEscape``
    package static func unescape<Text: Collection<UInt8>>(
        _ text: Text,
        at index: inout Text.Index
    ) throws(DomainNameError) -> UInt8 {
        guard index != text.endIndex else { throw .badEscape }
        let first = text[index]
        text.formIndex(after: &index)
        guard first &- 0x30 < 10 else { return first }
        var value = Int(first &- 0x30)
        for _ in 0..<2 {
            guard index != text.endIndex, text[index] &- 0x30 < 10 else { throw .badEscape }
            value = value * 10 + Int(text[index] &- 0x30)
            text.formIndex(after: &index)
        }
        guard value <= 255 else { throw .badEscape }
        return UInt8(value)
    }
}

extension DomainName: CustomStringConvertible {
    /// The absolute presentation form, with a final dot and escapes where they are needed.
    package var description: String {
        if isRoot { return "." }
        var text = ""
        for label in labels {
            for octet in label { Self.escape(octet, into: &text) }
            text += "."
        }
        return text
    }

    /// The presentation form without the final dot, as people write names; `.` for the root.
    package var readable: String { isRoot ? "." : String(description.dropLast()) }

    /// This name as written inside the zone `origin`: `@`, `www`, or absolute when it is elsewhere.
    package func relative(to origin: DomainName) -> String {
        guard isSubdomain(of: origin) else { return description }
        if wire.count == origin.wire.count { return "@" }
        let own = DomainName(validated: Array(wire.prefix(wire.count - origin.wire.count)) + [0])
        return own.readable
    }

    /// Appends one octet of a label, escaped as RFC 1035 section 5.1 and common practice have it.
    private static func escape(_ octet: UInt8, into text: inout String) {
        switch octet {
        case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            text.append("\\")
            text.unicodeScalars.append(Unicode.Scalar(octet))
        case 0x21...0x7E:
            text.unicodeScalars.append(Unicode.Scalar(octet))
        default:
            let digits = String(octet)
            text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
    }
}

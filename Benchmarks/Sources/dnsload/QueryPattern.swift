/// A question as a finished message: header with ID 0, question, and an OPT record without options at the end.
///
/// A `%0Nd` in the name leaves room for a decimal number of N digits, written anew for each query.
struct QueryPattern {
    /// The message.
    let message: [UInt8]
    /// Where the digits are.
    let digits: Range<Int>
    /// Numbers are below this.
    let numbers: UInt64

    /// Octets of an OPT record without options; its RDLENGTH is the last two.
    static let optLength = 11
    /// The UDP payload size that queries offer.
    private static let payloadSize = [UInt8(1232 >> 8), UInt8(1232 & 0xFF)]

    private static let types: [Substring: UInt8] = [
        "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "HTTPS": 65,
        "ANY": 255,
    ]

    /// Reads `NAME TYPE`.
    ///
    /// - Parameters:
    ///   - line: the name without escapes, with or without a final dot; the type by name or as `TYPEn`.
    ///   - numbers: the bound on numbers; all of N digits when `nil`.
    /// - Returns: `nil` when the line is neither, a label is empty or passes 63 octets, or the name passes 255.
    init?(_ line: String, numbers: UInt64?) {
        let fields = line.split { $0 == " " || $0 == "\t" }
        guard fields.count == 2, let type = Self.type(fields[1]) else { return nil }
        var name = fields[0]
        if name.last == "." { name = name.dropLast() }
        // ID 0, no flags: a query to an authority; one question, one additional record.
        var message: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
        var digits = 0..<0
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            var octets: [UInt8] = []
            var rest = Array(label.utf8)[...]
            while let octet = rest.popFirst() {
                guard octet == UInt8(ascii: "%") else {
                    octets.append(octet)
                    continue
                }
                guard digits.isEmpty, rest.count >= 3, rest.popFirst() == UInt8(ascii: "0"),
                    let digit = rest.popFirst(), (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit),
                    rest.popFirst() == UInt8(ascii: "d")
                else { return nil }
                let width = Int(digit - UInt8(ascii: "0"))
                let start = message.count + 1 + octets.count
                digits = start..<(start + width)
                octets += [UInt8](repeating: UInt8(ascii: "0"), count: width)
            }
            guard (1...63).contains(octets.count) else { return nil }
            message.append(UInt8(octets.count))
            message += octets
        }
        guard message.count - 12 + 1 <= 255 else { return nil }
        message += [0, UInt8(type >> 8), UInt8(type & 0xFF), 0, 1]
        message += [0, 0, 41] + Self.payloadSize + [0, 0, 0, 0, 0, 0]
        self.message = message
        self.digits = digits
        let most = digits.reduce(into: UInt64(1)) { product, _ in product *= 10 }
        self.numbers = min(numbers ?? most, most)
    }

    private static func type(_ text: Substring) -> UInt16? {
        if let known = types[text] { return UInt16(known) }
        return text.hasPrefix("TYPE") ? UInt16(text.dropFirst(4)) : nil
    }
}

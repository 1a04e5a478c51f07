/// Character-strings: a length octet and up to 255 octets on the wire (RFC 1035 section 3.3), in text bare or in
/// quotes, with the escapes `\X` and `\DDD` (section 5.1).
enum CharacterString {
    /// The most octets in one.
    static let maximumLength = 255

    /// Appends the octets that `text` stands for.
    ///
    /// - Throws: ``DomainNameError/badEscape``
    static func unescape(_ text: ArraySlice<UInt8>, into octets: inout [UInt8]) throws(DomainNameError) {
        guard text.contains(UInt8(ascii: "\\")) else {
            octets.append(contentsOf: text)
            return
        }
        var index = text.startIndex
        while index < text.endIndex {
            let octet = text[index]
            index += 1
            octets.append(octet == UInt8(ascii: "\\") ? try DomainName.unescape(text, at: &index) : octet)
        }
    }

    /// Appends `octets` in quotes, escaped where they must be.
    static func quote(_ octets: some Collection<UInt8>, into text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for octet in octets { escape(octet, into: &text) }
        text.append(UInt8(ascii: "\""))
    }

    /// Appends one octet as it is written inside quotes.
    private static func escape(_ octet: UInt8, into text: inout [UInt8]) {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(octet)
        case 0x20...0x7E:
            text.append(octet)
        default:
            text.append(UInt8(ascii: "\\"))
            text.append(0x30 + octet / 100)
            text.append(0x30 + octet / 10 % 10)
            text.append(0x30 + octet % 10)
        }
    }

    // MARK: - On the wire

    /// The number of octets of the string that `rest` begins with, its length octet included.
    static func length(in rest: ArraySlice<UInt8>) -> Int? {
        guard let first = rest.first, rest.count > Int(first) else { return nil }
        return 1 + Int(first)
    }

    /// Whether `octets` are whole strings, one after the other.
    static func fill(_ octets: ArraySlice<UInt8>) -> Bool {
        var index = octets.startIndex
        while index < octets.endIndex { index += 1 + Int(octets[index]) }
        return index == octets.endIndex
    }

    /// The contents of the strings that `octets` consist of; ends before one that is cut off.
    static func split(_ octets: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var strings: [ArraySlice<UInt8>] = []
        var rest = octets
        while let length = length(in: rest) {
            strings.append(rest.prefix(length).dropFirst())
            rest = rest.dropFirst(length)
        }
        return strings
    }

    /// Appends the strings that `octets` consist of, each in quotes, with spaces between.
    static func presentAll(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        for (index, string) in split(octets).enumerated() {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            quote(string, into: &text)
        }
    }

    /// Whether the octets can be a CAA property tag (RFC 8659 section 4.1).
    static func isTag(_ octets: ArraySlice<UInt8>) -> Bool {
        !octets.isEmpty && octets.allSatisfy(\.isAlphanumeric)
    }
}

/// The RDATA of the control records REGION and POOL: character-strings of the form `key=value`, in the order written.
///
/// A record without any says that every default will do.
enum KeyValueStrings {
    /// Reads all remaining fields.
    static func parse(from scanner: inout PresentationScanner, into rdata: inout [UInt8]) throws(RDataError) {
        while !scanner.isAtEnd {
            let start = rdata.count
            try scanner.string("key", into: &rdata)
            guard hasKey(rdata[(start + 1)...]) else {
                throw scanner.error(.invalid("each field", expected: "KEY=VALUE"))
            }
        }
    }

    /// Whether the octets are whole character-strings, each with a key.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        CharacterString.fill(octets) && CharacterString.split(octets).allSatisfy(hasKey)
    }

    /// Appends the strings with spaces between.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        for (index, string) in CharacterString.split(octets).enumerated() {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            present(string: string, into: &text)
        }
    }

    /// Appends one string, in quotes only if it cannot be written without.
    static func present(string: ArraySlice<UInt8>, into text: inout [UInt8]) {
        if string.allSatisfy(isPlain) {
            text.append(contentsOf: string)
        } else {
            CharacterString.quote(string, into: &text)
        }
    }

    private static func hasKey(_ string: ArraySlice<UInt8>) -> Bool {
        string.firstIndex(of: UInt8(ascii: "=")).map { $0 > string.startIndex } ?? false
    }

    /// Whether the octet means itself outside quotes.
    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"): false
        default: (0x21...0x7E).contains(octet)
        }
    }
}

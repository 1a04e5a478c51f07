/// APL (RFC 3123), none or more of these, written `[!]FAMILY:ADDRESS/PREFIX`:
///
///     +--------+--------+---+--------+----------------+
///     | family | prefix | N | length | address        |   the address without the zero octets at its end
///     |   2    |   1    | 1 bit, 7    | length octets  |   N: the item is negated
///     +--------+--------+---+--------+----------------+
enum AddressPrefixList {
    /// The octets of an address by address family number (1 is IPv4, 2 is IPv6); no others are known.
    private static func width(family: UInt64) -> Int? {
        switch family {
        case 1: 4
        case 2: 16
        default: nil
        }
    }

    /// Reads all remaining fields.
    static func parse(from scanner: inout PresentationScanner, into rdata: inout [UInt8]) throws(RDataError) {
        while !scanner.isAtEnd {
            rdata.append(
                contentsOf: try scanner.value("prefix", "[!]1:IPV4/LENGTH or [!]2:IPV6/LENGTH", item)
            )
        }
    }

    /// The wire form of one item.
    private static func item(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let isNegated = text.first == UInt8(ascii: "!")
        let text = isNegated ? text.dropFirst() : text
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let slash = text.lastIndex(of: UInt8(ascii: "/")),
            colon < slash
        else { return nil }
        let address = text[(colon + 1)..<slash]
        var octets: [UInt8] = []
        if text[..<colon].elementsEqual("1".utf8), let bits = AddressText.ipv4(address) {
            octets.append(uint32: bits)
        } else if text[..<colon].elementsEqual("2".utf8), let bits = AddressText.ipv6(address) {
            octets.append(uint128: bits)
        } else {
            return nil
        }
        let digits = text[(slash + 1)...]
        guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        let prefix = digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        guard prefix <= octets.count * 8 else { return nil }
        let family: UInt8 = octets.count == 4 ? 1 : 2
        while octets.last == 0 { octets.removeLast() }
        return [0, family, UInt8(prefix), (isNegated ? 0x80 : 0) | UInt8(octets.count)] + octets
    }

    /// Whether the octets are whole items of known families.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        var rest = octets
        while !rest.isEmpty {
            guard let length = itemLength(rest), let width = width(family: rest.prefix(2).bigEndian) else {
                return false
            }
            let address = rest.prefix(length).dropFirst(4)
            guard address.count <= width, address.last != 0, Int(rest.dropFirst(2).first ?? 255) <= 8 * width else {
                return false
            }
            rest = rest.dropFirst(length)
        }
        return true
    }

    /// The number of octets of the first item.
    private static func itemLength(_ rest: ArraySlice<UInt8>) -> Int? {
        guard let last = rest.dropFirst(3).first else { return nil }
        let length = 4 + Int(last & 0x7F)
        return rest.count >= length ? length : nil
    }

    /// Appends the items with spaces between.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        let start = text.count
        var rest = octets
        while let length = itemLength(rest), let width = width(family: rest.prefix(2).bigEndian) {
            let item = Array(rest.prefix(length))
            if text.count > start { text.append(UInt8(ascii: " ")) }
            if item[3] & 0x80 != 0 { text.append(UInt8(ascii: "!")) }
            text.append(contentsOf: (item[1] == 1 ? "1:" : "2:").utf8)
            text.append(address: item[4...] + repeatElement(0, count: width - (length - 4)))
            text.append(UInt8(ascii: "/"))
            text.append(decimal: UInt64(item[2]))
            rest = rest.dropFirst(length)
        }
    }
}

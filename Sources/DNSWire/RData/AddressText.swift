/// Addresses from octets of text, without the detour over a string that ``IPAddress`` takes; for bulk loading.
enum AddressText {
    /// Reads dotted-quad IPv4: four decimal numbers, none with leading zeros.
    ///
    /// - Returns: the 32 bits in host order.
    static func ipv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var dots = 0
        for octet in text {
            if octet.isDigit {
                guard digits == 0 || number > 0 else { return nil }
                number = number * 10 + UInt32(octet &- 0x30)
                guard number <= 255 else { return nil }
                digits += 1
            } else {
                guard octet == UInt8(ascii: "."), digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | number
                number = 0
                digits = 0
                dots += 1
            }
        }
        return dots == 3 && digits > 0 ? bits << 8 | number : nil
    }

    /// Reads any form of RFC 4291 section 2.2: eight groups, `::` for groups of zeros, IPv4 in the last 32 bits.
    ///
    /// - Returns: the 128 bits in host order.
    static func ipv6(_ text: ArraySlice<UInt8>) -> UInt128? {
        let colon = UInt8(ascii: ":")
        var bits: UInt128 = 0
        var groups = 0
        var gap: Int?
        var index = text.startIndex
        if text.starts(with: [colon, colon]) {
            gap = 0
            index += 2
        }
        while index < text.endIndex {
            let start = index
            var group: UInt128 = 0
            while index < text.endIndex, let digit = text[index].hexadecimalValue {
                group = group << 4 | UInt128(digit)
                index += 1
                guard index - start <= 4 else { return nil }
            }
            if index < text.endIndex, text[index] == UInt8(ascii: ".") {
                guard groups <= 6, let last = ipv4(text[start...]) else { return nil }
                bits = bits << 32 | UInt128(last)
                groups += 2
                break
            }
            guard index > start, groups < 8 else { return nil }
            bits = bits << 16 | group
            groups += 1
            guard index < text.endIndex else { break }
            guard text[index] == colon else { return nil }
            index += 1
            guard index < text.endIndex else { return nil }
            if text[index] == colon {
                guard gap == nil else { return nil }
                gap = groups
                index += 1
            }
        }
        guard let gap else { return groups == 8 ? bits : nil }
        guard groups < 8 else { return nil }
        let low = 16 * UInt128(groups - gap)
        let lowBits = bits & ((1 << low) - 1)
        return gap == 0 ? lowBits : (bits >> low) << (16 * UInt128(8 - gap)) | lowBits
    }
}

/// Identifiers in groups of hexadecimal digits.
enum HexGroups {
    /// Appends `count` octets written as pairs of digits with hyphens between, as in `00-00-5e-00-53-2a` (RFC 7043).
    ///
    /// - Returns: whether `text` has that form.
    static func appendPairs(_ text: ArraySlice<UInt8>, count: Int, to octets: inout [UInt8]) -> Bool {
        guard text.count == 3 * count - 1 else { return false }
        var index = text.startIndex
        while index < text.endIndex {
            guard let high = text[index].hexadecimalValue, let low = text[index + 1].hexadecimalValue else {
                return false
            }
            octets.append(high << 4 | low)
            index += 2
            guard index == text.endIndex || text[index] == UInt8(ascii: "-") else { return false }
            index += 1
        }
        return true
    }

    /// Appends the octets as lower-case pairs with hyphens between.
    static func presentPairs(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        for (index, octet) in octets.enumerated() {
            if index > 0 { text.append(UInt8(ascii: "-")) }
            if octet < 16 { text.append(UInt8(ascii: "0")) }
            text.append(contentsOf: String(octet, radix: 16).utf8)
        }
    }

    /// Reads four groups of one to four digits with colons between, as in `0014:4fff:ff20:ee64` (RFC 6742).
    static func locator(_ text: ArraySlice<UInt8>) -> UInt64? {
        let groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count == 4 else { return nil }
        var bits: UInt64 = 0
        for group in groups {
            guard (1...4).contains(group.count) else { return nil }
            var value: UInt64 = 0
            for octet in group {
                guard let digit = octet.hexadecimalValue else { return nil }
                value = value << 4 | UInt64(digit)
            }
            bits = bits << 16 | value
        }
        return bits
    }

    /// Appends the four groups, without leading zeros.
    static func presentLocator(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        let bits = octets.bigEndian
        for shift in stride(from: UInt64(48), through: 0, by: -16) {
            if shift < 48 { text.append(UInt8(ascii: ":")) }
            text.append(contentsOf: String(bits >> shift & 0xFFFF, radix: 16).utf8)
        }
    }
}

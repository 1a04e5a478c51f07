/// A set of types as NSEC, NSEC3 and CSYNC carry it (RFC 4034 section 4.1.2):
///
///     +--------+--------+------------------+
///     | window | length | bitmap           |   for each 256 codes of which one is in the set, ascending
///     +--------+--------+------------------+   length 1...32; bit 0 of octet 0 is code 256 * window
enum TypeBitmap {
    /// Reads all remaining fields as types, in any order, and appends the set.
    static func parse(
        _ what: StaticString,
        from scanner: inout PresentationScanner,
        into rdata: inout [UInt8]
    ) throws(RDataError) {
        var codes: [UInt16] = []
        while !scanner.isAtEnd {
            codes.append(try scanner.value(what, "a type") { RRType(octets: $0)?.rawValue })
        }
        codes.sort()
        var window: UInt8?
        var start = 0
        for code in codes {
            let place = UInt8(code >> 8)
            if place != window {
                window = place
                rdata.append(place)
                rdata.append(0)
                start = rdata.count
            }
            let octet = start + Int(code & 0xFF) / 8
            while rdata.count <= octet { rdata.append(0) }
            rdata[octet] |= 0x80 >> UInt8(code & 7)
            rdata[start - 1] = UInt8(rdata.count - start)
        }
    }

    /// Whether the octets are windows in ascending order, none with octets of zero at its end.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        var rest = octets
        var last = -1
        while let window = rest.first {
            guard Int(window) > last, let bitmap = CharacterString.length(in: rest.dropFirst()) else { return false }
            guard (2...33).contains(bitmap), rest.dropFirst(bitmap).first != 0 else { return false }
            last = Int(window)
            rest = rest.dropFirst(1 + bitmap)
        }
        return true
    }

    /// Appends the types in ascending order with spaces between.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        let start = text.count
        var rest = octets
        while let window = rest.first, let bitmap = CharacterString.length(in: rest.dropFirst()) {
            for (index, octet) in rest.dropFirst(2).prefix(bitmap - 1).enumerated() {
                for bit in 0..<8 where octet << UInt8(bit) & 0x80 != 0 {
                    if text.count > start { text.append(UInt8(ascii: " ")) }
                    let type = RRType(rawValue: UInt16(window) << 8 | UInt16(index * 8 + bit))
                    text.append(contentsOf: type.description.utf8)
                }
            }
            rest = rest.dropFirst(1 + bitmap)
        }
    }
}

/// LOC (RFC 1876):
///
///     +---------+------+-----------+----------+----------+-----------+----------+
///     | version | size | horiz pre | vert pre | latitude | longitude | altitude |
///     |    1    |  1   |     1     |    1     |    4     |     4     |    4     |
///     +---------+------+-----------+----------+----------+-----------+----------+
///
/// Size and precisions are centimetres as one digit times a power of ten; angles are thousandths of a second of arc
/// from 2^31; the altitude is centimetres from 100 km below the WGS 84 spheroid.
enum GeographicLocation {
    private static let angleOrigin: Int64 = 1 << 31
    private static let altitudeOrigin: Int64 = 10_000_000
    private static let largestSize: Int64 = 9_000_000_000

    /// Reads `degrees [minutes [seconds]] N|S degrees [minutes [seconds]] E|W altitude [size [horizontal [vertical]]]`.
    static func parse(from scanner: inout PresentationScanner, into rdata: inout [UInt8]) throws(RDataError) {
        let latitude = try angle("latitude", limit: 90, positive: "N", negative: "S", from: &scanner)
        let longitude = try angle("longitude", limit: 180, positive: "E", negative: "W", from: &scanner)
        let altitudes = -altitudeOrigin...(Int64(UInt32.max) - altitudeOrigin)
        let altitude = try metres("altitude", altitudes, "-100000.00 to 42849672.95 metres", from: &scanner)
        var sizes: [Int64] = [100, 1_000_000, 1000]
        for (index, what) in (["size", "horizontal precision", "vertical precision"] as [StaticString]).enumerated()
        where !scanner.isAtEnd {
            sizes[index] = try metres(what, 0...largestSize, "0 to 90000000.00 metres", from: &scanner)
        }
        rdata.append(0)
        for size in sizes { rdata.append(digitAndPower(size)) }
        rdata.append(uint32: UInt32(truncatingIfNeeded: angleOrigin + latitude))
        rdata.append(uint32: UInt32(truncatingIfNeeded: angleOrigin + longitude))
        rdata.append(uint32: UInt32(truncatingIfNeeded: altitude + altitudeOrigin))
    }

    /// Whether the octets are version 0 with every part in its range.
    static func isValid(_ octets: ArraySlice<UInt8>) -> Bool {
        guard octets.count == 16, octets.first == 0 else { return false }
        let digitsAreDecimal = octets.dropFirst().prefix(3).allSatisfy { $0 >> 4 <= 9 && $0 & 15 <= 9 }
        return digitsAreDecimal && abs(offset(octets, at: 4)) <= 90 * 3_600_000
            && abs(offset(octets, at: 8)) <= 180 * 3_600_000
    }

    /// Whether a size of LOC is 0 times a power of ten, which as text would lose the power.
    static func hasScaledZero(_ type: RRType, _ octets: ArraySlice<UInt8>) -> Bool {
        type == .loc && octets.dropFirst().prefix(3).contains { $0 >> 4 == 0 && $0 & 15 != 0 }
    }

    /// Appends the fields, all of them.
    static func present(_ octets: ArraySlice<UInt8>, into text: inout [UInt8]) {
        present(angle: offset(octets, at: 4), "N", "S", into: &text)
        text.append(UInt8(ascii: " "))
        present(angle: offset(octets, at: 8), "E", "W", into: &text)
        let altitude = Int64(octets.dropFirst(12).bigEndian) - altitudeOrigin
        text.append(contentsOf: (altitude < 0 ? " -" : " ").utf8)
        text.append(fixedPoint: altitude.magnitude, decimals: 2)
        text.append(UInt8(ascii: "m"))
        for size in octets.dropFirst().prefix(3) {
            let centimetres = (0..<(size & 15)).reduce(UInt64(size >> 4)) { value, _ in value * 10 }
            text.append(UInt8(ascii: " "))
            if centimetres >= 100 {
                text.append(decimal: centimetres / 100)
            } else {
                text.append(fixedPoint: centimetres, decimals: 2)
            }
            text.append(UInt8(ascii: "m"))
        }
    }

    // MARK: - Parts

    /// Reads degrees, minutes and seconds up to the letter of the hemisphere; thousandths of a second of arc.
    private static func angle(
        _ what: StaticString,
        limit: Int64,
        positive: Unicode.Scalar,
        negative: Unicode.Scalar,
        from scanner: inout PresentationScanner
    ) throws(RDataError) -> Int64 {
        var total: Int64 = 0
        // What one unit of each part is worth, the most it may be, and how many decimals it may have.
        let parts: [(unit: Int64, limit: Int64, decimals: Int)] = [
            (3_600_000, limit, 0), (60000, 59, 0), (1, 59999, 3),
        ]
        for index in 0...parts.count {
            let token = try scanner.next("\(what)")
            let text = scanner.octets(of: token)
            if index > 0, text.count == 1, let letter = text.first {
                if letter & 0xDF == UInt8(ascii: positive) { return total }
                if letter & 0xDF == UInt8(ascii: negative) { return -total }
            }
            guard index < parts.count, let value = fixedPoint(text, decimals: parts[index].decimals),
                value <= parts[index].limit
            else { break }
            total += value * parts[index].unit
            guard total <= limit * 3_600_000 else { break }
        }
        let expected = "degrees [minutes [seconds]] up to \(limit) and \(positive) or \(negative)"
        throw scanner.error(.invalid("\(what)", expected: expected))
    }

    /// Reads metres with up to two decimals and an `m` after them if one likes; centimetres.
    private static func metres(
        _ what: StaticString,
        _ range: ClosedRange<Int64>,
        _ expected: StaticString,
        from scanner: inout PresentationScanner
    ) throws(RDataError) -> Int64 {
        try scanner.value(what, expected) { text in
            var digits = text
            if let last = digits.last, asciiLowercased(last) == UInt8(ascii: "m") { digits = digits.dropLast() }
            let isNegative = digits.first == UInt8(ascii: "-")
            if isNegative { digits = digits.dropFirst() }
            guard let value = fixedPoint(digits, decimals: 2) else { return nil }
            return range.contains(isNegative ? -value : value) ? (isNegative ? -value : value) : nil
        }
    }

    /// Reads `DIGITS[.DIGITS]` of at most ten digits before the point and `decimals` after it, times ten to the
    /// `decimals`.
    private static func fixedPoint(_ text: ArraySlice<UInt8>, decimals: Int) -> Int64? {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...10).contains(whole.count) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : []
        guard fraction.count <= decimals, whole.allSatisfy(\.isDigit), fraction.allSatisfy(\.isDigit) else {
            return nil
        }
        let value = (Array(whole) + fraction).reduce(0) { $0 * 10 + Int64($1 &- 0x30) }
        return (fraction.count..<decimals).reduce(value) { value, _ in value * 10 }
    }

    /// Centimetres as one digit in the high four bits and a power of ten in the low four, rounded down.
    private static func digitAndPower(_ centimetres: Int64) -> UInt8 {
        var digit = centimetres
        var power: UInt8 = 0
        while digit > 9 {
            digit /= 10
            power += 1
        }
        return UInt8(digit) << 4 | power
    }

    /// The angle at an offset, in thousandths of a second of arc.
    private static func offset(_ octets: ArraySlice<UInt8>, at offset: Int) -> Int64 {
        Int64(octets.dropFirst(offset).prefix(4).bigEndian) - angleOrigin
    }

    private static func present(
        angle: Int64,
        _ positive: Unicode.Scalar,
        _ negative: Unicode.Scalar,
        into text: inout [UInt8]
    ) {
        let angle64 = angle.magnitude
        text.append(decimal: angle64 / 3_600_000)
        text.append(UInt8(ascii: " "))
        text.append(decimal: angle64 / 60000 % 60)
        text.append(UInt8(ascii: " "))
        text.append(fixedPoint: angle64 % 60000, decimals: 3)
        text.append(UInt8(ascii: " "))
        text.append(UInt8(ascii: angle < 0 ? negative : positive))
    }
}

extension [UInt8] {
    /// Appends a number that counts units of ten to the minus `decimals`.
    fileprivate mutating func append(fixedPoint value: UInt64, decimals: Int) {
        let scale = (0..<decimals).reduce(UInt64(1)) { scale, _ in scale * 10 }
        append(decimal: value / scale)
        append(UInt8(ascii: "."))
        let fraction = String(value % scale)
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: decimals - fraction.utf8.count))
        append(contentsOf: fraction.utf8)
    }
}

import DNSWire

/// Readers of the values of control records; each returns `nil` when the text is not of its form.
package enum ControlValues {
    /// A time of one or more numbers with the units `h m s ms us`, such as `500ms` or `1m30s`; at most a day.
    package static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        var total = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            let units = ["h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1000, "us": 1]
            guard digits.count <= 9, let number = Int(digits), let unit = units[letters.lowercased()] else {
                return nil
            }
            total += number * unit
            guard total <= 86_400_000_000 else { return nil }
        }
        return text.isEmpty ? nil : .microseconds(total)
    }

    /// A time as one writes it, in the largest unit that has no rest.
    static func text(_ time: Duration) -> String {
        for (unit, size) in [("h", Duration.seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1))] {
            let count = Int((time / size).rounded(.down))
            if count > 0, size * count == time { return "\(count)\(unit)" }
        }
        return time == .zero ? "0s" : "\(Int(time / .milliseconds(1)))ms"
    }

    /// A percentage such as `125%`, the sign optional, as a part of 1 inside a range.
    static func part(_ text: String, in range: ClosedRange<Double>) -> Double? {
        guard let number = decimal(text.hasSuffix("%") ? text.dropLast() : text[...]) else { return nil }
        return range.contains(number / 100) ? number / 100 : nil
    }

    /// A time of whole seconds, with units as in ``duration(_:)`` or without, as TTLs are written; at most a day.
    static func seconds(_ text: String) -> UInt32? {
        if let number = integer(text, in: 0...86_400) { return UInt32(number) }
        guard let time = duration(text), time.components.attoseconds == 0 else { return nil }
        return UInt32(exactly: time.components.seconds)
    }

    /// A distance such as `300km`.
    static func kilometres(_ text: String) -> Double? {
        guard text.lowercased().hasSuffix("km"), let number = decimal(text.dropLast(2)) else { return nil }
        return (0...20_100).contains(number) ? number : nil
    }

    /// A number in decimal digits with an optional sign and fraction; not the `inf`, `nan` and `0x` that `Double` reads.
    static func decimal(_ text: some StringProtocol) -> Double? {
        guard text.utf8.count <= 32, text.utf8.allSatisfy({ $0 &- 0x30 < 10 || "+-.".utf8.contains($0) }) else {
            return nil
        }
        return Double(text)
    }

    /// A number in decimal digits inside a range.
    static func integer(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int(text) else {
            return nil
        }
        return range.contains(number) ? number : nil
    }

    /// An absolute name in presentation form, or one whose final dot is left out.
    static func name(_ text: some StringProtocol) -> DomainName? {
        try? DomainName(text)
    }
}

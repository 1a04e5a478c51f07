import DNSWire

/// What is wrong with a `$GENERATE` entry, and at which of its fields.
struct GenerateFault: Error {
    var token: Int
    var message: String
    var hint: String?
}

/// The numbers of a `$GENERATE` entry: `START-STOP[/STEP]`.
struct GenerateRange {
    let start: Int
    let stop: Int
    let step: Int

    /// How many numbers there are.
    var count: Int { (stop - start) / step + 1 }

    /// The numbers.
    var numbers: StrideThrough<Int> { stride(from: start, through: stop, by: step) }

    /// Reads the field.
    ///
    /// - Throws: ``GenerateFault`` unless 0 <= START <= STOP <= 2147483647 and STEP >= 1.
    init(_ text: ArraySlice<UInt8>) throws(GenerateFault) {
        let parts = text.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Self.number(ends[0]), let stop = Self.number(ends[1]), start <= stop,
            let step = parts.count == 2 ? Self.number(parts[1]) : 1, step > 0
        else {
            throw GenerateFault(
                token: 1,
                message: "'\(EntryHeader.shown(text))' is no range",
                hint: "START-STOP or START-STOP/STEP, such as 1-254 or 0-30/2, up to 2147483647"
            )
        }
        (self.start, self.stop, self.step) = (start, stop, step)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...10).contains(digits.count), digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value <= Int(Int32.max) ? value : nil
    }
}

/// The record of a `$GENERATE` entry, with places for the number.
///
/// `$` stands for the number, `${OFFSET,WIDTH,BASE}` for the number plus an offset, filled with zeros to a width, in
/// base `d`, `o`, `x`, `X`, or `n`, `N` (hexadecimal digits from the lowest, dots between, as ip6.arpa names have
/// them; the dots count for the width, so an even one ends with a dot). `\$` and `$$` stand for a dollar sign.
struct GenerateTemplate {
    /// How a number is written.
    private enum Base: UInt8 {
        case decimal = 0x64
        case octal = 0x6F
        case lowerHex = 0x78
        case upperHex = 0x58
        case lowerNibbles = 0x6E
        case upperNibbles = 0x4E
    }

    private enum Part {
        case text([UInt8])
        case number(offset: Int, width: Int, base: Base)
    }

    private var parts: [Part] = []

    /// Reads the fields after the range.
    ///
    /// - Throws: ``GenerateFault`` when what follows `${` is not of the form above.
    init(_ tokens: ArraySlice<PresentationToken>, in octets: [UInt8]) throws(GenerateFault) {
        var text: [UInt8] = []
        for position in tokens.indices {
            let token = tokens[position]
            if token.isQuoted { text.append(UInt8(ascii: "\"")) }
            var rest = octets[token.range]
            while let octet = rest.popFirst() {
                if octet == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                    if escaped != UInt8(ascii: "$") { text.append(octet) }
                    text.append(escaped)
                } else if octet == UInt8(ascii: "$"), rest.first == octet {
                    rest.removeFirst()
                    text.append(octet)
                } else if octet == UInt8(ascii: "$") {
                    parts.append(.text(text))
                    text = []
                    guard let number = Self.number(&rest) else {
                        throw GenerateFault(
                            token: position,
                            message: "'${' is not followed by OFFSET[,WIDTH[,BASE]]}",
                            hint: "the base is one of d o x X n N, the width at most 255"
                        )
                    }
                    parts.append(number)
                } else {
                    text.append(octet)
                }
            }
            if token.isQuoted { text.append(UInt8(ascii: "\"")) }
            text.append(UInt8(ascii: " "))
        }
        parts.append(.text(text))
    }

    /// The entry for a number; `nil` when the number plus an offset is below 0 or above 2147483647.
    func render(_ iterator: Int) -> [UInt8]? {
        var line: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): line += text
            case .number(let offset, let width, let base):
                let value = iterator + offset
                guard (0...Int(Int32.max)).contains(value) else { return nil }
                Self.write(value, width, base, to: &line)
            }
        }
        return line
    }

    /// What follows a `$`: the part in braces if there is one, which is taken off `rest`.
    private static func number(_ rest: inout ArraySlice<UInt8>) -> Part? {
        guard rest.first == UInt8(ascii: "{") else { return .number(offset: 0, width: 0, base: .decimal) }
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let inside = String(decoding: rest[rest.startIndex..<close].dropFirst(), as: UTF8.self)
        rest = rest[(close + 1)...]
        let fields = inside.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...3).contains(fields.count), let offset = Int32(fields[0]) else { return nil }
        guard let width = fields.count > 1 ? UInt8(fields[1]) : 0 else { return nil }
        guard fields.count > 2 else { return .number(offset: Int(offset), width: Int(width), base: .decimal) }
        guard let code = fields[2].utf8.first, fields[2].utf8.count == 1, let base = Base(rawValue: code) else {
            return nil
        }
        return .number(offset: Int(offset), width: Int(width), base: base)
    }

    private static func write(_ value: Int, _ width: Int, _ base: Base, to line: inout [UInt8]) {
        let digits =
            switch base {
            case .decimal: String(value)
            case .octal: String(value, radix: 8)
            case .lowerHex, .lowerNibbles: String(value, radix: 16)
            case .upperHex, .upperNibbles: String(value, radix: 16, uppercase: true)
            }
        guard base == .lowerNibbles || base == .upperNibbles else {
            line += repeatElement(UInt8(ascii: "0"), count: max(0, width - digits.utf8.count))
            line += digits.utf8
            return
        }
        let count = max(digits.utf8.count, (width + 1) / 2)
        var nibbles = digits.utf8.reversed() + repeatElement(UInt8(ascii: "0"), count: count - digits.utf8.count)
        line.append(nibbles.removeFirst())
        for nibble in nibbles { line += [UInt8(ascii: "."), nibble] }
        // The width counts digits and dots by turns; an even one ends with a dot.
        if width == 2 * count { line.append(UInt8(ascii: ".")) }
    }
}

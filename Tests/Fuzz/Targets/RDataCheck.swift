import DNSWire

/// RDATA that is accepted reads back from its text as the same octets; any other does not trap.
enum RDataCheck {
    /// The types with fields, and one without.
    static let types =
        RRType.names.keys.sorted().map(RRType.init(rawValue:)).filter { !$0.isMeta }
        + [RRType(rawValue: 65_534)]

    /// The first octet chooses the type, the rest is the RDATA.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard let first = input.first else { return }
        let type = types[Int(first) % types.count]
        let rdata = input.dropFirst()
        let text = RData.present(type, rdata)
        for name in type.names(in: rdata) {
            try require(name.range.upperBound <= rdata.count, "a name past the end of \(type)")
        }
        for target in [type.additionalTarget(of: rdata), type.hostTarget(of: rdata)] {
            guard let target else { continue }
            try require((try? DomainName(wire: target)) != nil, "the target of \(type) is no name: \(target)")
        }
        guard RData.validate(type, rdata) else { return }
        let again = try parse(type, text)
        try require(again.elementsEqual(rdata), "\(type) \(text) is read as \(again), not as \(Array(rdata))")
    }

    private static func parse(_ type: RRType, _ text: String) throws(BrokenRule) -> [UInt8] {
        let source = Array(text.utf8)
        var scanner = PresentationScanner(source: source, tokens: tokens(of: source)[...], origin: .root)
        var rdata: [UInt8] = []
        do {
            try RData.parse(type, from: &scanner, into: &rdata)
        } catch {
            throw BrokenRule("\(type) \(text) is refused: \(error.kind)")
        }
        return rdata
    }

    /// The fields of one line, without comments and parentheses.
    private static func tokens(of text: [UInt8]) -> [PresentationToken] {
        var tokens: [PresentationToken] = []
        var index = 0
        while index < text.count {
            guard text[index] != 0x20 else {
                index += 1
                continue
            }
            let isQuoted = text[index] == UInt8(ascii: "\"")
            let start = isQuoted ? index + 1 : index
            index = start
            // A quote inside an unquoted field, as in `key="value"`, begins a field of its own.
            while index < text.count, text[index] != UInt8(ascii: "\""), isQuoted || text[index] != 0x20 {
                index += text[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            index = min(index, text.count)
            tokens.append(PresentationToken(range: start..<index, isQuoted: isQuoted))
            if isQuoted { index += 1 }
        }
        return tokens
    }

    static var seeds: [[UInt8]] {
        // For each type some octets that often are well-formed, and the wire form of every record that is a seed.
        let filling: [[UInt8]] = [[], [0], [1, 0x61, 0], Array(repeating: 0, count: 22), Array(1...32)]
        let plain = types.indices.flatMap { index in filling.map { [UInt8(index)] + $0 } }
        return plain
            + ZoneCheck.sampleRecords.compactMap { name, text in
                guard let type = RRType(name), let index = types.firstIndex(of: type),
                    let rdata = try? parse(type, text)
                else { return nil }
                return [UInt8(index)] + rdata
            }
    }
}

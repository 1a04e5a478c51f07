import DNSWire

/// Any octets as the options of a query: FORMERR, or an answer with no option that was not asked for.
enum OptionsCheck {
    /// The first octet is the variant, the second chooses the name, the rest is the RDATA of the OPT record.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard input.count >= 2, input.count < 60_000 else { return }
        guard let world = ServedWorld.shared else { throw BrokenRule("the zones cannot be served") }
        let rdata = Array(input.dropFirst(2))
        let name = ServedWorld.names[Int(input[1] & 0x7F) % ServedWorld.names.count]
        let message = MessageCheck.query(name, input[1] & 0x80 == 0 ? 1 : 28, options: rdata)
        let response = try MessageCheck.check(MessageCheck.Case(message, variant: input[0]), in: world)
        guard let (octets, form) = response else { throw BrokenRule("a query got no response") }
        guard let answered = form.options else {
            throw BrokenRule("the query had an OPT record, the response has none")
        }
        guard let asked = try? MessageForm.options(in: rdata[...]) else {
            try require(octets[3] & 0xF == 1 && answered.isEmpty, "malformed options are not answered with FORMERR")
            return
        }
        if octets[3] & 0xF == 1 {
            try require(answered.isEmpty, "FORMERR repeats options")
            return
        }
        try check(answered, against: asked, isTCP: input[0] & 1 != 0)
    }

    private static func check(
        _ answered: [(code: UInt16, data: [UInt8])],
        against asked: [(code: UInt16, data: [UInt8])],
        isTCP: Bool
    ) throws(BrokenRule) {
        try require(Set(answered.map(\.code)).count == answered.count, "an option is given twice")
        for (code, data) in answered {
            let question = asked.first { $0.code == code }?.data
            switch code {
            case 8:
                // Family, source prefix-length and address are those of the query (RFC 7871 section 7.2.1).
                guard let question, data.count == question.count, data.count >= 4 else {
                    throw BrokenRule("a client subnet other than the query's")
                }
                try require(data[..<3] == question[..<3] && data[4...] == question[4...], "a subnet that was not asked")
                try require(data[3] <= (data[1] == 2 ? 128 : 32), "scope \(data[3])")
                try require(data[2] > 0 || data[3] == 0, "a scope for an empty prefix")
            case 10:
                guard let question, data.count == 24 else { throw BrokenRule("a cookie of \(data.count) octets") }
                try require(data.prefix(8) == question.prefix(8), "another client's cookie")
            case 3: try require(question != nil, "an identifier that was not asked for")
            case 11: try require(question != nil && isTCP && data.count == 2, "a keepalive time that was not asked for")
            // Extended errors and the reporting channel are sent unasked.
            case 15, 18: try require(data.count >= 2 || code == 18, "an extended error without its code")
            default: throw BrokenRule("option \(code)")
            }
        }
    }

    // MARK: - Seeds

    /// Client subnet, cookie, NSID, keepalive, and one that nobody knows.
    static let everyOption: [UInt8] =
        [0, 8, 0, 7, 0, 1, 24, 0, 8, 8, 8, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 3, 0, 0, 0, 11, 0, 0]
        + [0xFD, 0xE9, 0, 2, 1, 2]

    static var seeds: [[UInt8]] {
        let subnets: [[UInt8]] = [
            [0, 8, 0, 4, 0, 0, 0, 0], [0, 8, 0, 8, 0, 1, 32, 0, 192, 0, 2, 1],
            [0, 8, 0, 11, 0, 2, 56, 0, 0x20, 1, 0xD, 0xB8, 0, 1, 2], [0, 8, 0, 4, 0, 2, 0, 0],
        ]
        let cookies: [[UInt8]] = [
            [0, 10, 0, 24] + Array(1...24), [0, 10, 0, 16] + Array(1...16), [0, 10, 0, 40] + Array(1...40),
        ]
        let others: [[UInt8]] = [[], everyOption, [0, 3, 0, 0], [0, 11, 0, 0]]
        var seeds: [[UInt8]] = []
        for (index, rdata) in (subnets + cookies + others).enumerated() {
            let variant = UInt8(truncatingIfNeeded: index)
            seeds.append([variant & 7, 13] + rdata)
            seeds.append([variant & 3, 2 * variant] + rdata)
        }
        return seeds
    }
}

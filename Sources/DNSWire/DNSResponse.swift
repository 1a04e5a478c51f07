/// A response as a client reads it (RFC 1035 section 4): header, question, and the records of answer and additional
/// section. For control traffic; the packet path reads queries in place.
package struct DNSResponse: Sendable {
    /// One record.
    package struct Record: Sendable {
        /// The owner name.
        package let owner: DomainName
        /// TYPE; only class IN is kept.
        package let type: RRType
        /// TTL in seconds; one with the sign bit set is 0 (RFC 2181 section 8).
        package let ttl: UInt32
        /// Where the RDATA lies in `octets`.
        package let rdata: Range<Int>
    }

    /// The message.
    package let octets: [UInt8]
    /// The ID of the query that it answers.
    package let id: UInt16
    /// RCODE, the four bits of the header.
    package let code: RCode
    /// TC: records are missing.
    package let isTruncated: Bool
    /// QNAME, QTYPE of the only question; class IN.
    package let question: (name: DomainName, type: RRType)
    /// The records of the answer section, OPT and other classes left out.
    package private(set) var answers: [Record] = []
    /// Those of the additional section.
    package private(set) var additional: [Record] = []

    /// Reads a message.
    ///
    /// - Returns: `nil` when it is no response with one question of class IN, or malformed in any part.
    package init?(_ octets: [UInt8]) {
        guard octets.count >= 12, octets.count <= 65_535 else { return nil }
        func word(_ at: Int) -> Int { Int(octets[at]) << 8 | Int(octets[at + 1]) }
        let flags = HeaderFlags(rawValue: UInt16(word(2)))
        guard flags.isResponse, flags.opcode == .query, word(4) == 1 else { return nil }
        guard let (name, end) = Self.name(in: octets, at: 12), end + 4 <= octets.count,
            word(end + 2) == Int(RRClass.in.rawValue)
        else { return nil }
        self.octets = octets
        id = UInt16(word(0))
        code = RCode(rawValue: flags.rawValue & 0xF)
        isTruncated = flags.rawValue & HeaderFlags.truncated != 0
        question = (name, RRType(rawValue: UInt16(word(end))))
        var position = end + 4
        for (section, count) in [word(6), word(8), word(10)].enumerated() {
            for _ in 0..<count {
                guard let (owner, fields) = Self.name(in: octets, at: position), fields + 10 <= octets.count else {
                    return nil
                }
                let start = fields + 10
                position = start + word(fields + 8)
                guard position <= octets.count else { return nil }
                guard word(fields + 2) == Int(RRClass.in.rawValue) else { continue }
                let ttl = UInt32(word(fields + 4)) << 16 | UInt32(word(fields + 6))
                let record = Record(
                    owner: owner,
                    type: RRType(rawValue: UInt16(word(fields))),
                    ttl: ttl > 0x7FFF_FFFF ? 0 : ttl,
                    rdata: start..<position
                )
                if section == 0 { answers.append(record) } else if section == 2 { additional.append(record) }
            }
        }
    }

    /// The name at an offset, compressed or not.
    ///
    /// Pointers must lead backwards, each before the one that led to it, so that there is no loop (RFC 1035
    /// section 4.1.4: "a prior occurrence").
    ///
    /// - Returns: the name and the offset behind it; `nil` when it is malformed.
    package static func name(in octets: [UInt8], at start: Int) -> (name: DomainName, end: Int)? {
        var wire: [UInt8] = []
        var position = start
        var earliest = start
        var end: Int?
        while position < octets.count {
            let length = Int(octets[position])
            if length == 0 {
                wire.append(0)
                return (DomainName(validated: wire), end ?? position + 1)
            }
            if length & 0xC0 == 0xC0 {
                guard position + 1 < octets.count else { return nil }
                let target = (length & 0x3F) << 8 | Int(octets[position + 1])
                guard target < earliest else { return nil }
                end = end ?? position + 2
                earliest = target
                position = target
                continue
            }
            guard length <= DomainName.maximumLabelLength, position + length < octets.count,
                wire.count + length + 2 <= DomainName.maximumLength
            else { return nil }
            wire += octets[position...position + length]
            position += length + 1
        }
        return nil
    }
}

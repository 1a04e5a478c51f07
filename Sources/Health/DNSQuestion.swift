import DNSWire

/// A question of class IN as a check asks it, and what counts as an answer to it.
struct DNSQuestion: Hashable, Sendable {
    /// QNAME.
    let name: DomainName
    /// QTYPE.
    let type: RRType

    /// A query with this ID (RFC 1035 section 4.1), RD set for recursive servers.
    func query(id: UInt16) -> [UInt8] {
        var message: [UInt8] = []
        message.append(uint16: id)
        message.append(uint16: HeaderFlags.recursionDesired)
        message.append(uint16: 1)
        for _ in 0..<3 { message.append(uint16: 0) }
        message += name.wire
        message.append(uint16: type.rawValue)
        message.append(uint16: RRClass.in.rawValue)
        return message
    }

    /// What a message says when it is the response to the query with this ID.
    ///
    /// A truncated response counts as an answer: the server lives and has one, if not one that fits.
    ///
    /// - Returns: `nil` when it is not the response, but a forged or late one.
    func outcome(of message: [UInt8], id: UInt16) -> CheckOutcome? {
        let header = message.span
        guard header.count >= 12, header.uint16(at: 0) == id else { return nil }
        let flags = HeaderFlags(rawValue: header.uint16(at: 2))
        guard flags.isResponse, flags.opcode == .query else { return nil }
        let code = RCode(rawValue: flags.rawValue & 0xF)
        // A server that cannot read the query need not repeat the question.
        let isRepeated = header.uint16(at: 4) == 1 && question(startsAt: 12, of: message)
        guard isRepeated || (header.uint16(at: 4) == 0 && code != .noError) else { return nil }
        guard code == .noError else { return .failed(.rcode(code)) }
        let count = Int(header.uint16(at: 6))
        guard count > 0 || flags.rawValue & HeaderFlags.truncated != 0 else { return .failed(.noAnswer) }
        return .passed(.answers(count))
    }

    private func question(startsAt start: Int, of message: [UInt8]) -> Bool {
        let question = message.dropFirst(start)
        guard question.count >= name.wire.count + 4 else { return false }
        let rest = Array(question.dropFirst(name.wire.count).prefix(4))
        return question.prefix(name.wire.count).elementsEqual(name.wire) { asciiLowercased($0) == asciiLowercased($1) }
            && rest.span.uint16(at: 0) == type.rawValue && rest.span.uint16(at: 2) == RRClass.in.rawValue
    }
}

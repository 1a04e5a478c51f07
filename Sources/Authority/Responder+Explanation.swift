import Addressing
import DNSWire
import Steering

// Questions for the reason of a steered answer: TXT at `_why` and the name. Only those who see control records get it;
// for everyone else the zones answer, as if this did not exist.

extension Responder {
    /// Octets of the label `_why` in wire form.
    private static var labelLength: Int { 5 }

    /// Whether the QNAME begins with `_why`; compared octet by octet, for everyone's questions for TXT pass by here.
    private var asksWhy: Bool {
        query.name.length > Self.labelLength && query.name[0] == 4 && query.name[1] == UInt8(ascii: "_")
            && query.name[2] == UInt8(ascii: "w") && query.name[3] == UInt8(ascii: "h")
            && query.name[4] == UInt8(ascii: "y")
    }

    /// Answers a question for a reason.
    ///
    /// The explanation is made from what the snapshot in use decided, so it is that of the answer given to the same
    /// client at this moment. Making it allocates, which is for the few who may ask.
    ///
    /// - Returns: `nil` when this is no such question, or not from one who may ask it.
    mutating func answerWhy(
        _ message: Span<UInt8>,
        from client: IPAddress,
        over transport: Transport,
        into response: inout MutableSpan<UInt8>
    ) -> Int? {
        guard asksWhy, query.class == .in,
            snapshot.controlAccess.contains(client),
            chaseName.read(message, at: Query.headerLength + Self.labelLength) != nil
        else { return nil }
        let found = lookup.find(chaseName, type: .a, in: zones)
        guard case .node(let node) = found, let number = steeredSlot(of: node),
            !zones.isRestricted || mayAsk(client, for: found)
        else { return nil }
        let slot = snapshot.zones.slots[Int(number)]
        let decisions = snapshot.steering.decisions
        let isTold = query.hasClientSubnet && query.clientSubnet.sourceLength > 0
        let address = isTold ? query.clientSubnet.address : client
        let explanation = decisions.explain(
            decisions.map.fleet.rules[slot.rule],
            client: address,
            subnet: isTold ? IPPrefix(address, length: Int(query.clientSubnet.sourceLength)) : nil,
            ttl: slot.ttl
        )
        reply.scope = isTold ? UInt8(truncatingIfNeeded: explanation.scope) : 0
        return write(explanation.render(), over: transport, into: &response)
    }

    /// The slot of a node that is steered, or leads to a steered name.
    private func steeredSlot(of index: UInt32) -> UInt32? {
        let node = zones.index.nodes[index]
        for offset in 0..<Int(node.entryCount) {
            let entry = offset == 0 ? node.first : zones.entries[Int(node.firstEntry) + offset]
            if entry.kind == .steered { return entry.target }
        }
        return nil
    }

    /// Writes a record for each line of a text that is not blank: its number, which keeps the order for those who sort,
    /// and the line, in strings of at most 255 octets. The TTL is 0: the next moment may have another reason.
    private mutating func write(
        _ text: String,
        over transport: Transport,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        let space = limit(transport) - optLength
        let lines = text.split(separator: "\n")
        var offset = query.questionEnd
        var count: UInt16 = 0
        var isWhole = true
        for (number, line) in lines.enumerated() {
            let octets = Array("\(number < 9 ? "0" : "")\(number + 1) \(line)".utf8)
            let strings = (octets.count + 254) / 255
            let end = offset + 12 + strings + octets.count
            guard end <= space else {
                isWhole = false
                break
            }
            response.put(0xC00C, at: offset)
            response.put(RRType.txt.rawValue, at: offset + 2)
            response.put(RRClass.in.rawValue, at: offset + 4)
            response.put(0, at: offset + 6)
            response.put(0, at: offset + 8)
            response.put(UInt16(truncatingIfNeeded: strings + octets.count), at: offset + 10)
            offset += 12
            for start in stride(from: 0, to: octets.count, by: 255) {
                let string = octets[start..<min(start + 255, octets.count)]
                response[offset] = UInt8(truncatingIfNeeded: string.count)
                offset += 1
                for octet in string {
                    response[offset] = octet
                    offset += 1
                }
            }
            count += 1
        }
        // Over UDP the client is sent to TCP; there the rest of what passes 64 KiB is left out.
        let isTruncated = !isWhole && transport == .udp
        let flags = HeaderFlags.response | query.flags.echoed | HeaderFlags.authoritative
        response.put(query.id, at: 0)
        response.put(isTruncated ? flags | HeaderFlags.truncated : flags, at: 2)
        response.put(1, at: 4)
        response.put(isTruncated ? 0 : count, at: 6)
        response.put(0, at: 8)
        response.put(0, at: 10)
        return appendOPT(to: &response, at: isTruncated ? query.questionEnd : offset)
    }
}

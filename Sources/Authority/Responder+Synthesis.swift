import Addressing
import DNSWire

// Names below a DNAME (RFC 6672 section 3.2): the DNAME, the CNAME it stands for, and what that leads to.

extension Responder {
    /// The most DNAME records that are followed for one query.
    private static var longestChain: Int { 8 }

    /// Answers a name below a DNAME.
    ///
    /// The answer for the synthesised name is made in a place of its own and appended record by record, with names
    /// written out. This allocates the first time; such names are rare.
    mutating func synthesize(
        _ index: UInt32,
        owner ownerLength: Int,
        _ message: Span<UInt8>,
        from client: IPAddress,
        over transport: Transport,
        into response: inout MutableSpan<UInt8>
    ) -> Int {
        let dname = zones.dnames[index]
        let template = zones.templates[dname.template]
        let space = limit(transport) - optLength
        var offset = query.questionEnd + Int(template.length)
        guard offset <= space else { return truncated(into: &response) }
        writeHeader(into: &response)
        zones.templates.copy(
            template,
            dname.template,
            length: Int(template.length),
            nameLength: query.name.length,
            into: &response,
            at: query.questionEnd
        )
        var answers = template.answerCount
        chaseName.copy(query.name)
        // The labels in front are repeated as they were asked, case and all (RFC 4343 section 4.1).
        var alias = Alias(record: dname, prefix: query.name.length - ownerLength)
        var source = Query.headerLength
        var isFirst = true
        for _ in 0..<Self.longestChain {
            let length = alias.prefix + Int(alias.record.targetLength)
            guard length <= DomainName.maximumLength else {
                response[3] |= UInt8(truncatingIfNeeded: RCode.yxDomain.rawValue)
                break
            }
            let ownerLength = isFirst ? 2 : chaseName.length
            guard offset + ownerLength + 10 + length <= space else { return truncated(into: &response) }
            if isFirst {
                response.put(0xC00C, at: offset)
            } else {
                for step in 0..<chaseName.length { response[offset + step] = chaseName[step] }
            }
            offset += ownerLength
            response.put(RRType.cname.rawValue, at: offset)
            response.put(RRClass.in.rawValue, at: offset + 2)
            response.put(UInt16(truncatingIfNeeded: alias.record.ttl >> 16), at: offset + 4)
            response.put(UInt16(truncatingIfNeeded: alias.record.ttl), at: offset + 6)
            response.put(UInt16(truncatingIfNeeded: length), at: offset + 8)
            offset += 10
            for step in 0..<alias.prefix {
                response[offset + step] = isFirst ? message[source + step] : chaseName[step]
            }
            zones.index.names.copy(
                from: Int(alias.record.targetOffset),
                count: Int(alias.record.targetLength),
                into: &response,
                at: offset + alias.prefix
            )
            source = offset
            offset += length
            answers += 1
            isFirst = false
            guard query.type != .cname, query.type != .any, chaseName.read(response.span, at: source) != nil else {
                break
            }
            let found = lookup.find(chaseName, type: query.type, in: zones)
            guard isInZone(found, of: index) else { break }
            if case .belowDNAME(let next, let owner) = found {
                alias = Alias(record: zones.dnames[next], prefix: chaseName.length - owner)
                // The DNAME itself goes before the alias made from it.
                let record = Continuation.dname(alias.record.template)
                guard let end = append(record, client, to: &response, at: offset, within: space) else {
                    return truncated(into: &response)
                }
                offset = end.offset
                answers += end.answers
                continue
            }
            guard let end = append(.found(found), client, to: &response, at: offset, within: space) else {
                return truncated(into: &response)
            }
            response[3] |= end.rcode
            response.put(end.authority, at: 8)
            response.put(answers + end.answers, at: 6)
            response.put(end.additional, at: 10)
            return appendOPT(to: &response, at: end.offset)
        }
        response.put(answers, at: 6)
        return appendOPT(to: &response, at: offset)
    }

    /// A DNAME that applies to a name, and the octets of the name before the DNAME's owner.
    private struct Alias {
        var record: DNAMERecord
        var prefix: Int
    }

    /// What is appended for the synthesised name.
    private enum Continuation {
        case found(Found)
        case dname(UInt32)
    }

    /// Whether what was found belongs to the zone of the DNAME; others are left to the client to ask.
    private func isInZone(_ found: Found, of dname: UInt32) -> Bool {
        let zone = zones.dnames[dname].zone
        switch found {
        case .node(let node): return zones.index.nodes[node].zone == zone
        case .negative(_, let other): return other == zone
        case .belowDNAME(let other, _): return zones.dnames[other].zone == zone
        case .outside: return false
        }
    }

    private mutating func writeHeader(into response: inout MutableSpan<UInt8>) {
        response.put(query.id, at: 0)
        response.put(HeaderFlags.response | query.flags.echoed | HeaderFlags.authoritative, at: 2)
        response.put(1, at: 4)
        response.put(0, at: 8)
        response.put(0, at: 10)
    }

    /// An answer that does not fit.
    private mutating func truncated(into response: inout MutableSpan<UInt8>) -> Int {
        writeHeader(into: &response)
        response.put(response.uint16(at: 2) | HeaderFlags.truncated, at: 2)
        response.put(0, at: 6)
        return appendOPT(to: &response, at: query.questionEnd)
    }

    /// Appends the records that answer the name in `chaseName`, written out.
    ///
    /// - Returns: the new end and the counts, or `nil` when they do not fit.
    private mutating func append(
        _ continuation: Continuation,
        _ client: IPAddress,
        to response: inout MutableSpan<UInt8>,
        at start: Int,
        within space: Int
    ) -> (offset: Int, answers: UInt16, authority: UInt16, additional: UInt16, rcode: UInt8)? {
        let store: TemplateStore
        let number: UInt32
        switch continuation {
        case .dname(let template): (store, number) = (zones.templates, template)
        case .found(.node(let node)):
            let choice = choose(from: node, type: query.type, client)
            reply.scope = max(reply.scope, choice.scope)
            (store, number) = (choice.isSteered ? steering.templates : zones.templates, choice.template)
        case .found(.negative(let template, _)): (store, number) = (zones.templates, template)
        default: return nil
        }
        let template = store[number]
        if chase.isEmpty { chase = [UInt8](repeating: 0, count: Self.tcpBufferSize + 1024) }
        let nameLength = chaseName.length
        let bodyStart = Query.headerLength + nameLength + 4
        for step in 0..<nameLength { chase[Query.headerLength + step] = chaseName[step] }
        var scratch = chase.mutableSpan
        store.copy(
            template,
            number,
            length: Int(template.length),
            nameLength: nameLength,
            into: &scratch,
            at: bodyStart
        )
        var expander = RecordExpander(position: bodyStart, offset: start, limit: space)
        var additional = template.requiredAdditionalCount
        for _ in 0..<(Int(template.answerCount) + Int(template.authorityCount) + Int(additional)) {
            guard expander.expand(chase.span, into: &response) else { return nil }
        }
        // The rest of the additional records as far as there is room.
        while additional < template.additionalCount {
            let end = expander.offset
            guard expander.expand(chase.span, into: &response) else {
                expander.offset = end
                break
            }
            additional += 1
        }
        return (expander.offset, template.answerCount, template.authorityCount, additional, template.rcode)
    }
}

import Addressing
import DNSWire

// Names below a DNAME (RFC 6672 section 3.2): the DNAME, the CNAME it stands for, and what that leads to.

extension Responder {
    /// Answers a name below a DNAME.
    ///
    /// Each record is made in a place of its own and then appended, compressed. This allocates the first time; such
    /// names are rare.
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
        let start = query.questionEnd + Int(template.length)
        guard start <= space else { return truncated(into: &response) }
        writeHeader(into: &response)
        zones.templates.copy(
            template,
            dname.template,
            length: Int(template.length),
            nameLength: query.name.length,
            into: &response,
            at: query.questionEnd
        )
        if chase.isEmpty { chase = [UInt8](repeating: 0, count: Self.tcpBufferSize + 1024) }
        expander.begin(response.span, dname: query.questionEnd, at: start, limit: space)
        var answers = template.answerCount
        chaseName.copy(query.name)
        var alias = Alias(index: index, record: dname, prefix: query.name.length - ownerLength)
        var followed = Followed()
        while followed.add(alias) {
            guard alias.prefix + Int(alias.record.targetLength) <= DomainName.maximumLength else {
                response[3] |= UInt8(truncatingIfNeeded: RCode.yxDomain.rawValue)
                break
            }
            let target = makeCNAME(alias, message, isFirst: followed.count == 1)
            guard appendMade(to: &response) else { return truncated(into: &response) }
            answers += 1
            guard query.type != .cname, query.type != .any, Self.read(&chaseName, chase, at: target) else { break }
            let found = lookup.find(chaseName, type: query.type, in: zones)
            guard isInZone(found, of: index) else { break }
            if case .belowDNAME(let next, let owner) = found {
                alias = Alias(index: next, record: zones.dnames[next], prefix: chaseName.length - owner)
                if followed.contains(alias) { break }
                // The DNAME itself goes before the alias made from it.
                let record = Continuation.dname(alias.record.template)
                guard let end = append(record, client, to: &response) else { return truncated(into: &response) }
                answers += end.answers
                continue
            }
            guard let end = append(.found(found), client, to: &response) else { return truncated(into: &response) }
            response[3] |= end.rcode
            response.put(end.authority, at: 8)
            response.put(answers + end.answers - expander.repeatedCount, at: 6)
            response.put(end.additional, at: 10)
            return appendOPT(to: &response, at: expander.offset)
        }
        response.put(answers - expander.repeatedCount, at: 6)
        return appendOPT(to: &response, at: expander.offset)
    }

    /// Makes the CNAME record that a DNAME stands for in ``chase``.
    ///
    /// The labels in front are repeated as they were asked, case and all (RFC 4343 section 4.1).
    ///
    /// - Parameter isFirst: whether the owner is the QNAME itself, which is then taken from the message.
    /// - Returns: where the target is.
    private mutating func makeCNAME(_ alias: Alias, _ message: Span<UInt8>, isFirst: Bool) -> Int {
        let ownerLength = chaseName.length
        let target = ownerLength + 10
        let length = alias.prefix + Int(alias.record.targetLength)
        for step in 0..<ownerLength {
            let octet = isFirst ? message[Query.headerLength + step] : chaseName[step]
            chase[step] = octet
            if step < alias.prefix { chase[target + step] = octet }
        }
        let names = zones.index.names
        var made = chase.mutableSpan
        made.put(RRType.cname.rawValue, at: ownerLength)
        made.put(RRClass.in.rawValue, at: ownerLength + 2)
        made.put(UInt16(truncatingIfNeeded: alias.record.ttl >> 16), at: ownerLength + 4)
        made.put(UInt16(truncatingIfNeeded: alias.record.ttl), at: ownerLength + 6)
        made.put(UInt16(truncatingIfNeeded: length), at: ownerLength + 8)
        names.copy(
            from: Int(alias.record.targetOffset),
            count: Int(alias.record.targetLength),
            into: &made,
            at: target + alias.prefix
        )
        return target
    }

    private static func read(_ name: inout QueryName, _ octets: [UInt8], at offset: Int) -> Bool {
        name.read(octets.span, at: offset) != nil
    }

    /// Appends the record that is at the start of ``chase``.
    private mutating func appendMade(to response: inout MutableSpan<UInt8>) -> Bool {
        expander.position = 0
        return expand(into: &response)
    }

    /// Appends the record of ``chase`` that is next.
    private mutating func expand(into response: inout MutableSpan<UInt8>) -> Bool {
        Self.expand(&expander, chase, into: &response)
    }

    // Parts of a responder may be read while others change only where they are passed on one by one.
    private static func expand(
        _ expander: inout RecordExpander,
        _ source: [UInt8],
        into response: inout MutableSpan<UInt8>
    ) -> Bool {
        expander.expand(source.span, into: &response)
    }

    /// A DNAME that applies to a name, and the octets of the name before the DNAME's owner.
    private struct Alias {
        var index: UInt32
        var record: DNAMERecord
        var prefix: Int
    }

    /// The DNAME records that were followed for one query, each with the octets that it left in front.
    ///
    /// When one is to be followed again with as many, the chain has come back to where it was.
    private struct Followed {
        /// The most that are followed.
        private static let longestChain = 8

        private(set) var count = 0
        private var indices = SIMD8<UInt32>()
        private var prefixes = SIMD8<UInt8>()

        /// Adds one.
        ///
        /// - Returns: `false` when it is not to be followed: it was before, or there are as many as are followed.
        mutating func add(_ alias: Alias) -> Bool {
            guard count < Self.longestChain, !contains(alias) else { return false }
            indices[count] = alias.index
            prefixes[count] = UInt8(truncatingIfNeeded: alias.prefix)
            count += 1
            return true
        }

        func contains(_ alias: Alias) -> Bool {
            (0..<count).contains { indices[$0] == alias.index && Int(prefixes[$0]) == alias.prefix }
        }
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

    /// Appends the records that answer the name in `chaseName`.
    ///
    /// - Returns: the counts, or `nil` when they do not fit.
    private mutating func append(
        _ continuation: Continuation,
        _ client: IPAddress,
        to response: inout MutableSpan<UInt8>
    ) -> (answers: UInt16, authority: UInt16, additional: UInt16, rcode: UInt8)? {
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
        expander.position = bodyStart
        var additional = template.requiredAdditionalCount
        for _ in 0..<(Int(template.answerCount) + Int(template.authorityCount) + Int(additional)) {
            guard expand(into: &response) else { return nil }
        }
        // The rest of the additional records as far as there is room.
        while additional < template.additionalCount, expand(into: &response) { additional += 1 }
        return (template.answerCount, template.authorityCount, additional, template.rcode)
    }
}

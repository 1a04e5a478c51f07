import DNSWire
import ZoneFile

// What is rendered for one node: its RRsets, the referral of a zone cut, the chain of an alias, a steered name.

extension ZoneCompiler {
    /// Renders everything that can be asked of a node.
    mutating func renderNode(
        _ node: UInt32,
        _ records: ZoneRecords,
        soa: StartOfAuthority
    ) throws(ZoneCompileError) {
        let branch = index.branch(of: node)
        if branch.cut == node {
            try renderReferral(node, records)
            if records.has(.ds, at: node) { try renderRRset(.ds, at: node, records) }
            return
        }
        // Below a zone cut or a DNAME nothing is answered: glue and occluded data.
        if branch.cut != Node.none { return }
        if branch.dname != Node.none {
            let parent = index.nodes[Int(node)].parent
            if parent != Node.none, index.branch(of: parent).dname != Node.none { return }
            try renderDNAME(node, branch.dname, records)
        }
        let types = records.types(of: node)
        if types.contains(.cname) {
            try renderAlias(node, records, soa: soa)
            return
        }
        let isPool = types.contains(.pool)
        for type in types {
            let isControl = type == .region || type == .steer || type == .pool || (type == .srv && isPool)
            try renderRRset(type, at: node, records, isControl: isControl)
        }
        guard types.contains(.steer) else { return }
        for type in [RRType.a, .aaaa] {
            guard let slot = steerSlot(for: type, at: node, records, soa: soa) else { continue }
            addSlot(slot)
        }
    }

    /// Starts a template for a node: for its exact name, or below a wildcard's parent for names of several lengths.
    mutating func begin(at node: UInt32) {
        let question = question(of: node)
        writer.begin(question: question.name, isShifting: question.isShifting)
    }

    private func question(of node: UInt32) -> (name: ArraySlice<UInt8>, isShifting: Bool) {
        let name = index.name(of: node)
        let isWildcard = name.count > 2 && name[name.startIndex] == 1 && name[name.startIndex + 1] == UInt8(ascii: "*")
        return isWildcard ? (name.dropFirst(2), true) : (name, false)
    }

    private mutating func renderRRset(
        _ type: RRType,
        at node: UInt32,
        _ records: ZoneRecords,
        isControl: Bool = false
    ) throws(ZoneCompileError) {
        begin(at: node)
        appendRRset(type, at: node, records, owner: .queryName, in: .answer)
        if type == .svcb || type == .https { appendServiceAddresses(type, at: node, records) }
        try addEntry(type, at: node, isControl: isControl)
    }

    /// Appends the addresses of the targets of SVCB and HTTPS records, which save the client a round trip (RFC 9460
    /// section 4.1). A steered target is left to be asked for: its addresses depend on the client.
    private mutating func appendServiceAddresses(_ type: RRType, at node: UInt32, _ records: ZoneRecords) {
        var targets: [UInt32] = []
        records.forEach(type, at: node) { _, rdata in
            let isAlias = rdata.prefix(2).allSatisfy { $0 == 0 }
            let target = rdata.dropFirst(2).prefix { $0 != 0 }.isEmpty ? nil : type.additionalTarget(of: rdata)
            // "." is the owner itself in ServiceMode, and no service in AliasMode (RFC 9460 section 2.5).
            let found = target.map { index.find($0) } ?? (isAlias ? nil : node)
            if let found, !targets.contains(found), index.branch(of: found).cut == Node.none { targets.append(found) }
        }
        for target in targets {
            let owner = target == node ? TemplateWriter.Owner.queryName : .name(index.name(of: target))
            for address in [RRType.a, .aaaa] {
                appendRRset(address, at: target, records, owner: owner, in: .optionalAdditional)
            }
        }
    }

    /// Appends an RRset.
    private mutating func appendRRset(
        _ type: RRType,
        at node: UInt32,
        _ records: ZoneRecords,
        owner: TemplateWriter.Owner,
        in section: TemplateWriter.Section
    ) {
        records.forEach(type, at: node) { ttl, rdata in
            writer.append(owner, type: type, ttl: ttl, rdata: rdata, in: section)
        }
    }

    private mutating func renderDNAME(
        _ node: UInt32,
        _ dname: UInt32,
        _ records: ZoneRecords
    ) throws(ZoneCompileError) {
        let owner = index.name(of: node)
        writer.begin(question: owner, isShifting: true)
        appendRRset(.dname, at: node, records, owner: .name(owner), in: .answer)
        dnames[Int(dname)].template = try add(.dname, of: owner)
    }

    // MARK: - Referrals

    /// Renders the referral of a zone cut as its NS entry (RFC 1034 section 4.3.2 step 3b).
    private mutating func renderReferral(_ node: UInt32, _ records: ZoneRecords) throws(ZoneCompileError) {
        writer.begin(question: index.name(of: node), isShifting: true)
        appendReferral(node, records)
        writer.template.isAuthoritative = false
        try addEntry(.ns, at: node)
    }

    /// Appends the NS RRset of a cut and its glue: in-domain addresses are required, others optional (RFC 9471).
    private mutating func appendReferral(_ cut: UInt32, _ records: ZoneRecords) {
        let owner = index.name(of: cut)
        let cutName = DomainName(validated: Array(owner))
        appendRRset(.ns, at: cut, records, owner: .name(owner), in: .authority)
        var required: [UInt32] = []
        var optional: [UInt32] = []
        records.forEach(.ns, at: cut) { _, target in
            guard let glue = index.find(target) else { return }
            if DomainName(validated: Array(target)).isSubdomain(of: cutName) {
                required.append(glue)
            } else {
                optional.append(glue)
            }
        }
        for glue in required { appendAddresses(of: glue, records, in: .requiredAdditional) }
        for glue in optional { appendAddresses(of: glue, records, in: .optionalAdditional) }
    }

    private mutating func appendAddresses(
        of node: UInt32,
        _ records: ZoneRecords,
        in section: TemplateWriter.Section
    ) {
        for type in [RRType.a, .aaaa] {
            appendRRset(type, at: node, records, owner: .name(index.name(of: node)), in: section)
        }
    }

    // MARK: - Aliases

    /// Where a chain of CNAME records ends.
    private enum ChainEnd {
        /// At this node; the name it is reached by.
        case node(UInt32, name: [UInt8])
        /// At a name that does not exist in the zone.
        case nothing
        /// At a zone cut, or below it; the name reached when it is the cut's own.
        case referral(UInt32, name: [UInt8]?)
        /// At a name that a DNAME makes too long (RFC 6672 section 2.2).
        case tooLong
        /// Outside the zone, or too far.
        case elsewhere
    }

    /// How many CNAME records are followed.
    private static let longestChain = 16

    /// Renders what an alias answers: the CNAME alone, and for each type at the end of its chain the whole chain.
    private mutating func renderAlias(
        _ node: UInt32,
        _ records: ZoneRecords,
        soa: StartOfAuthority
    ) throws(ZoneCompileError) {
        try renderRRset(.cname, at: node, records)
        for type in records.types(of: node) where type != .cname { try renderRRset(type, at: node, records) }
        let (aliases, end) = followChain(from: node, records)
        switch end {
        case .node(let target, let name):
            let isPool = records.has(.pool, at: target)
            for type in records.types(of: target) where ![.region, .steer, .pool, .cname].contains(type) {
                beginChain(at: node, aliases)
                // A DNAME that made one of the names is there already.
                let isThere = type == .dname && aliases.contains { $0.type == .dname && $0.owner == name }
                if !isThere { appendRRset(type, at: target, records, owner: .name(name[...]), in: .answer) }
                try addEntry(type, at: node, isControl: type == .srv && isPool)
            }
            for type in [RRType.a, .aaaa] {
                guard var slot = steerSlot(for: type, at: target, records, soa: soa) else { continue }
                let question = question(of: node)
                (slot.question, slot.isShifting) = (Array(question.name), question.isShifting)
                slot.aliases = aliases
                addSlot(slot)
            }
        case .referral(let cut, let name?):
            // The DS RRset of a cut is on this side of it (RFC 4035 section 3.1.4.1).
            beginChain(at: node, aliases)
            appendRRset(.ds, at: cut, records, owner: .name(name[...]), in: .answer)
            if !records.has(.ds, at: cut) { writer.append(soa: soa) }
            try addEntry(.ds, at: node)
        default: break
        }
        beginChain(at: node, aliases)
        switch end {
        case .node: writer.append(soa: soa)
        case .nothing:
            writer.append(soa: soa)
            writer.template.rcode = UInt8(truncatingIfNeeded: RCode.nxDomain.rawValue)
        case .referral(let cut, _): appendReferral(cut, records)
        case .tooLong: writer.template.rcode = UInt8(truncatingIfNeeded: RCode.yxDomain.rawValue)
        case .elsewhere: break
        }
        try addEntry(Entry.otherTypes, at: node)
    }

    private mutating func beginChain(at node: UInt32, _ aliases: [SteerSlot.Alias]) {
        begin(at: node)
        writer.append(aliases)
    }

    /// Follows CNAME and DNAME records inside the zone.
    private mutating func followChain(from start: UInt32, _ records: ZoneRecords) -> ([SteerSlot.Alias], ChainEnd) {
        let zone = index.nodes[Int(start)].zone
        var aliases: [SteerSlot.Alias] = []
        var node = start
        var owner: [UInt8]?
        while true {
            var alias: SteerSlot.Alias?
            records.forEach(.cname, at: node) { ttl, rdata in
                if alias == nil { alias = SteerSlot.Alias(owner: owner, ttl: ttl, target: Array(rdata)) }
            }
            guard let alias else { return (aliases, .node(node, name: owner ?? [])) }
            // A chain that comes back to a name it left is answered as far as it went.
            guard !isOver(aliases, with: alias) else { return (aliases, .elsewhere) }
            aliases.append(alias)
            var target = alias.target
            var encloser = index.closestEncloser(of: target[...], zone: zone)
            while let found = encloser.map({ index.branch(of: $0) }), found.cut == Node.none, found.dname != Node.none,
                let dname = dnameOwner(above: encloser ?? 0, of: target)
            {
                guard let (record, next) = synthesize(target, below: dname, records) else {
                    return (aliases, .elsewhere)
                }
                // One DNAME may make several of the names of a chain; it is there once.
                let isKnown = aliases.contains { $0.type == .dname && $0.owner == record.owner }
                guard let next else { return (isKnown ? aliases : aliases + [record], .tooLong) }
                let made = SteerSlot.Alias(owner: target, ttl: record.ttl, target: next)
                guard !isOver(aliases, with: made) else { return (aliases, .elsewhere) }
                if !isKnown { aliases.append(record) }
                aliases.append(made)
                target = next
                encloser = index.closestEncloser(of: target[...], zone: zone)
            }
            guard let encloser else { return (aliases, .elsewhere) }
            let found = index.branch(of: encloser)
            let isExact = Int(index.nodes[Int(encloser)].nameLength) == target.count
            if found.cut != Node.none {
                return (aliases, .referral(found.cut, name: isExact && found.cut == encloser ? target : nil))
            }
            if isExact {
                node = encloser
            } else if found.wildcard != Node.none {
                node = found.wildcard
            } else {
                return (aliases, .nothing)
            }
            owner = target
        }
    }

    private func isOver(_ aliases: [SteerSlot.Alias], with next: SteerSlot.Alias) -> Bool {
        aliases.count >= Self.longestChain || aliases.contains { $0.type == .cname && $0.target == next.target }
    }

    /// The owner of the DNAME that applies to `name`, whose closest encloser is `encloser`; `nil` when it owns the
    /// DNAME itself, which applies to the names below it only.
    private func dnameOwner(above encloser: UInt32, of name: [UInt8]) -> UInt32? {
        let dname = index.branch(of: encloser).dname
        var owner = encloser
        while true {
            let parent = index.nodes[Int(owner)].parent
            guard parent != Node.none, index.branch(of: parent).dname == dname else { break }
            owner = parent
        }
        return Int(index.nodes[Int(owner)].nameLength) == name.count ? nil : owner
    }

    /// The DNAME record of `owner`, and what it makes of `name`; `nil` in place of a name longer than 255 octets.
    private func synthesize(
        _ name: [UInt8],
        below owner: UInt32,
        _ records: ZoneRecords
    ) -> (record: SteerSlot.Alias, next: [UInt8]?)? {
        let ownerName = Array(index.name(of: owner))
        var record: SteerSlot.Alias?
        records.forEach(.dname, at: owner) { ttl, rdata in
            record = SteerSlot.Alias(type: .dname, owner: ownerName, ttl: ttl, target: Array(rdata))
        }
        guard let record else { return nil }
        let next = name.dropLast(ownerName.count) + record.target
        return (record, next.count <= DomainName.maximumLength ? Array(next) : nil)
    }

    // MARK: - Steered names

    /// The slot of a steered node.
    private func steerSlot(
        for type: RRType,
        at node: UInt32,
        _ records: ZoneRecords,
        soa: StartOfAuthority
    ) -> SteerSlot? {
        guard let rule = rules[DomainName(validated: Array(index.name(of: node)))] else { return nil }
        var ttl: UInt32 = 0
        records.forEach(.steer, at: node) { recordTTL, _ in ttl = recordTTL }
        let question = question(of: node)
        return SteerSlot(
            rule: rule,
            type: type,
            ttl: ttl,
            question: Array(question.name),
            isShifting: question.isShifting,
            aliases: [],
            soa: soa
        )
    }

    private mutating func addSlot(_ slot: SteerSlot) {
        slots.append(slot)
        entries.append(Entry(type: slot.type, kind: .steered, isControl: false, target: UInt32(slots.count - 1)))
    }
}

extension TemplateWriter {
    /// Appends a chain of CNAME and DNAME records to the answer section.
    mutating func append(_ aliases: [SteerSlot.Alias]) {
        for alias in aliases {
            let owner = alias.owner.map { Owner.name($0[...]) } ?? .queryName
            append(owner, type: alias.type, ttl: alias.ttl, rdata: alias.target[...], in: .answer)
        }
    }
}

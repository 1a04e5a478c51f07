import DNSWire

// The hosts that NS, MX and SRV records name (RFC 1035 section 3.3, RFC 2181 section 10.3, RFC 2782).

extension StructureCheck {
    /// What the zone says about a host.
    private enum Host {
        /// It is not in this zone, or a DNAME leads away from it.
        case elsewhere
        /// It is at or below the zone cut at this name.
        case delegated(cut: UInt32, hasAddress: Bool)
        case alias
        case known
        case withoutAddress
    }

    /// Checks the target of every NS, MX and SRV record, except the servers of pools.
    mutating func checkTargets() {
        for type in [RRType.ns, .mx, .srv] {
            for rrset in zone.rrsets(of: type) where type != .srv || rrset.node.rrset(.pool) == nil {
                for record in rrset.records { checkTarget(of: record, owner: rrset.node) }
            }
        }
    }

    private mutating func checkTarget(of record: ZoneRecord, owner: ZoneNode) {
        // The root as a target says that there is no such service (RFC 2782, RFC 7505).
        guard let target = record.type.hostTarget(of: record.rdata), target.count > 1 else { return }
        let name = DomainName(validated: Array(target))
        guard !name.looksLikeAddress(in: zone.origin) else {
            report(
                .targetIsAddress,
                record,
                "\(record.type) records name a host, and \(name) looks like an address",
                hint: "give the host a name with an A record"
            )
            return
        }
        let found = host(target)
        if case .delegated = found, let index = zone.find(target) { hosts.insert(index) }
        switch found {
        case .elsewhere, .known: break
        case .delegated(let cut, let hasAddress):
            guard record.type == .ns, cut == owner.index, !hasAddress else { return }
            report(
                .missingGlue,
                record,
                "the name server \(name) lies below the zone cut and has no address here",
                hint: "add its A or AAAA record as glue"
            )
        case .alias:
            report(
                .targetIsCNAME,
                record,
                "\(name) is an alias, which \(record.type) records must not point to",
                hint: "name the host itself"
            )
        case .withoutAddress:
            report(.targetWithoutAddress, record, "\(name) has no address in this zone")
        }
    }

    private func host(_ wire: ArraySlice<UInt8>) -> Host {
        let name = DomainName(validated: Array(wire))
        guard name.isSubdomain(of: zone.origin) else { return .elsewhere }
        let node = zone.node(name)
        if let cut = topmost(of: cuts, above: wire, orAt: true) {
            return .delegated(cut: cut, hasAddress: node?.hasAddress ?? false)
        }
        if topmost(of: redirections, above: wire, orAt: false) != nil { return .elsewhere }
        guard let node = node ?? wildcard(for: name) else { return .withoutAddress }
        if node.rrset(.cname) != nil { return .alias }
        return node.hasAddress ? .known : .withoutAddress
    }

    /// The wildcard that answers for a name without records of its own (RFC 4592).
    private func wildcard(for name: DomainName) -> ZoneNode? {
        var encloser = name.parent
        while let current = encloser, current.isSubdomain(of: zone.origin) {
            if let wildcard = try? current.wildcardChild(), let node = zone.node(wildcard) { return node }
            if zone.node(current) != nil { return nil }
            encloser = current.parent
        }
        return nil
    }
}

extension DomainName {
    /// Whether this is four decimal numbers, by itself or in a zone whose name completed it.
    fileprivate func looksLikeAddress(in origin: DomainName) -> Bool {
        let labels = labels
        guard labels.count >= 4 else { return false }
        let rest = wire.dropFirst(labels[..<4].reduce(0) { $0 + 1 + $1.count })
        guard rest.count == 1 || DomainName(validated: Array(rest)) == origin else { return false }
        return labels[..<4].allSatisfy { $0.count <= 3 && $0.allSatisfy { $0 &- 0x30 < 10 } }
    }
}

extension ZoneNode {
    /// Whether the name is answered with addresses: its own, or those of regions.
    var hasAddress: Bool {
        rrsets.contains { $0.type == .a || $0.type == .aaaa || $0.type == .steer }
    }
}

package import DNSWire

/// Where the name of a query leads in the zones.
package enum Found {
    /// To this node's entries: the name itself, or the wildcard that covers it.
    case node(UInt32)
    /// Nowhere: this template of the zone's says so, or refers to the servers that know.
    case negative(UInt32, zone: UInt32)
    /// Below a DNAME: its index, and the octets of its owner name.
    case belowDNAME(UInt32, owner: Int)
    /// Into no zone of ours.
    case outside
}

/// Steps 2 and 3 of the algorithm of RFC 1034 section 4.3.2, on the compiled index.
package struct NameLookup: ~Copyable {
    /// The hash of the name from each label on, the whole name first; storage for ``find(_:type:in:)``.
    private let hashes = SuffixHashes()

    package init() {}

    /// Finds what answers a name.
    ///
    /// Hashes are made from the root down in one pass; then the name and its ancestors are looked up until one exists,
    /// which is the name itself or its closest encloser (RFC 4592 section 3.3.1).
    package func find(_ name: borrowing QueryName, type: RRType, in zones: ZoneData.View) -> Found {
        let index = zones.index
        let labels = name.labelCount
        hashes.fill(index.hash, name)
        for label in 0...labels {
            guard let found = index.find(hash: hashes[label], name, from: name.suffix(fromLabel: label)) else {
                continue
            }
            return label == 0 ? exact(found, type: type, in: zones) : below(index.nodes[found], in: zones)
        }
        return .outside
    }

    /// The name asked is in the zone's data.
    private func exact(_ found: UInt32, type: RRType, in zones: ZoneData.View) -> Found {
        let node = zones.index.nodes[found]
        // What is below a DNAME has one too.
        guard node.branch != Node.none else { return .node(found) }
        let branch = zones.index.branches[node.branch]
        if branch.cut != Node.none {
            // The DS RRset of a cut is the parent's to answer (RFC 4035 section 3.1.4.1).
            if branch.cut == found, type == .ds { return .node(found) }
            return referral(branch, zone: node.zone, in: zones)
        }
        if branch.dname != Node.none, node.parent != Node.none {
            let parent = zones.index.nodes[node.parent]
            if zones.index.dname(of: parent) != Node.none { return dname(parent, branch.dname, in: zones) }
        }
        return .node(found)
    }

    /// The name asked is not in the zone's data; `encloser` is its closest encloser.
    private func below(_ encloser: Node, in zones: ZoneData.View) -> Found {
        if encloser.branch != Node.none {
            let branch = zones.index.branches[encloser.branch]
            if branch.cut != Node.none { return referral(branch, zone: encloser.zone, in: zones) }
            if branch.dname != Node.none { return dname(encloser, branch.dname, in: zones) }
            if branch.wildcard != Node.none { return .node(branch.wildcard) }
        }
        return .negative(zones.zones[encloser.zone].nxDomain, zone: encloser.zone)
    }

    /// The first entry of a zone cut is its referral.
    private func referral(_ branch: Branch, zone: UInt32, in zones: ZoneData.View) -> Found {
        .negative(zones.index.nodes[branch.cut].first.target, zone: zone)
    }

    /// Walks up from `encloser` to the owner of its DNAME.
    private func dname(_ encloser: Node, _ dname: UInt32, in zones: ZoneData.View) -> Found {
        var owner = encloser
        while owner.parent != Node.none {
            let parent = zones.index.nodes[owner.parent]
            guard zones.index.dname(of: parent) == dname else { break }
            owner = parent
        }
        return .belowDNAME(dname, owner: Int(owner.nameLength))
    }
}

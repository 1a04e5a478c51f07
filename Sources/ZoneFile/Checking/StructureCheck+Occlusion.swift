import DNSWire

// What a delegation or a DNAME takes out of the zone (RFC 1034 section 4.2.1, RFC 6672 section 2.4).

extension StructureCheck {
    /// Reports records that a delegation or a DNAME above, or a delegation at the same name, takes out of the zone.
    mutating func checkOcclusion() {
        for index in zone.names.indices {
            let name = UInt32(truncatingIfNeeded: index)
            let wire = zone.wire(at: Int(zone.names[index].octets))
            if let cut = topmost(of: cuts, above: wire, orAt: true) {
                reportOccluded(name, by: cut)
            } else if let above = topmost(of: redirections, above: wire, orAt: false) {
                let owner = ZoneNode(zone: zone, index: above).owner
                let node = ZoneNode(zone: zone, index: name)
                if reportDead(node, because: "the DNAME at \(owner) redirects all names below it") { continue }
                for rrset in node.rrsets {
                    report(
                        .belowDNAME,
                        rrset.first,
                        "never answered: the DNAME at \(owner) redirects all names below it"
                    )
                }
            }
        }
    }

    /// Reports what is at a name at or below a zone cut and is neither the delegation nor glue.
    private mutating func reportOccluded(_ name: UInt32, by cut: UInt32) {
        let cutName = ZoneNode(zone: zone, index: cut).owner
        let node = ZoneNode(zone: zone, index: name)
        if name != cut, reportDead(node, because: "the zone is cut at \(cutName)") { return }
        for rrset in node.rrsets {
            switch rrset.type {
            case .a, .aaaa:
                if hosts.contains(name) { continue }
                guard name != cut else { break }
                report(
                    .superfluousGlue,
                    rrset.first,
                    "this \(rrset.type) record is no glue: no NS record names \(node.owner)",
                    hint: "remove it, or name the host in an NS record of \(cutName)"
                )
                continue
            case .ns, .ds, .nsec, .rrsig: if name == cut { continue }
            default: break
            }
            report(
                .occluded,
                rrset.first,
                "this \(rrset.type) record is never answered: the zone is cut at \(cutName)",
                hint: "it belongs in the zone \(cutName)"
            )
        }
    }

    /// Reports a wildcard that matches no name.
    ///
    /// - Returns: whether the node is one.
    private mutating func reportDead(_ node: ZoneNode, because reason: String) -> Bool {
        guard node.owner.isWildcard, let first = node.rrsets.first(where: { _ in true })?.first else { return false }
        report(.deadWildcard, first, "the wildcard \(node.owner) never matches: \(reason)")
        return true
    }
}

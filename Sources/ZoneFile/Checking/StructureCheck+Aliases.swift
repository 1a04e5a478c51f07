import DNSWire

// Aliases that lead nowhere, and records that mean something at certain names only.

extension StructureCheck {
    /// Reports each circle of CNAME records once, at its record that stands first in the files.
    mutating func checkAliasLoops() {
        var done: Set<UInt32> = []
        for rrset in zone.rrsets(of: .cname) {
            var path: [UInt32] = []
            var next: UInt32? = rrset.node.index
            while let name = next, done.insert(name).inserted {
                path.append(name)
                next = ZoneNode(zone: zone, index: name).rrset(.cname).flatMap { zone.find($0.first.rdata) }
            }
            guard let name = next, let start = path.firstIndex(of: name) else { continue }
            let records = path[start...].compactMap { ZoneNode(zone: zone, index: $0).rrset(.cname)?.first }
            guard let first = records.min(by: { $0.index < $1.index }) else { continue }
            report(
                .aliasLoop,
                first,
                records.count == 1
                    ? "\(first.owner) is an alias of itself"
                    : "\(records.count) aliases lead to each other in a circle",
                hint: "a resolver gives up on such a name (RFC 1034 section 3.6.2)"
            )
        }
    }

    /// Reports records of the apex at other names, and DS records where nothing is delegated.
    mutating func checkMisplaced() {
        for index in zone.rrsets.indices {
            let type = zone.rrsets[index].type
            // Most are addresses, and a switch over types is slow.
            if type == .a || type == .aaaa { continue }
            switch type {
            case .ds, .dnskey, .nsec3param, .cds, .cdnskey, .csync, .zonemd: break
            default: continue
            }
            let rrset = ZoneRRset(zone: zone, index: UInt32(truncatingIfNeeded: index))
            let owner = rrset.node.owner
            // What is at or below a zone cut is another check's.
            guard topmost(of: cuts, above: owner.wire[...], orAt: true) == nil else { continue }
            if type == .ds {
                let isApex = owner == zone.origin
                report(
                    .misplacedRecord,
                    rrset.first,
                    isApex ? "the DS record of a zone belongs in its parent" : "\(owner) has DS but no NS records",
                    hint: isApex ? nil : "DS stands beside the NS records of a delegation (RFC 4035 section 2.4)"
                )
            } else if owner != zone.origin {
                report(.misplacedRecord, rrset.first, "\(type) records belong at the zone's apex, \(zone.origin)")
            }
        }
    }
}

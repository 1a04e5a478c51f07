import DNSWire

/// The canonical text of a zone, for comparing zones: one record a line, `OWNER TTL IN TYPE RDATA` with single spaces,
/// names absolute, owner names in lower case; the SOA first, then by name in canonical order (RFC 4034 section 6.1),
/// type code and RDATA octets.
package enum ZoneDump {
    /// The text of the zone; every line ends with a line feed.
    package static func text(_ zone: Zone) -> String {
        var text = ""
        write(zone, to: &text)
        return text
    }

    /// Writes the text of the zone, line by line.
    package static func write(_ zone: Zone, to output: inout some TextOutputStream) {
        let apex = zone.node(zone.origin)
        if let soa = apex?.rrset(.soa) { write(soa, owner: owner(soa.node), to: &output) }
        let keyed = zone.nodes.map { (key: sortKey($0.ownerWire), node: $0) }
        for (_, node) in keyed.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let owner = owner(node)
            for rrset in node.rrsets.sorted(by: { $0.type.rawValue < $1.type.rawValue }) {
                if rrset.type == .soa, node.index == apex?.index { continue }
                write(rrset, owner: owner, to: &output)
            }
        }
    }

    private static func write(_ rrset: ZoneRRset, owner: String, to output: inout some TextOutputStream) {
        for record in rrset.records.sorted(by: { $0.rdata.lexicographicallyPrecedes($1.rdata) }) {
            let rdata = RData.present(rrset.type, record.rdata)
            output.write("\(owner) \(rrset.ttl) IN \(rrset.type)\(rdata.isEmpty ? "" : " ")\(rdata)\n")
        }
    }

    private static func owner(_ node: ZoneNode) -> String {
        DomainName(validated: node.ownerWire.map(asciiLowercased)).description
    }

    /// Octets whose order is the canonical order of names: labels from the root, lower case, each ended by 0; the
    /// octets 0 and 1 in labels are written as two, so that nothing in a label sorts before its end.
    private static func sortKey(_ wire: ArraySlice<UInt8>) -> [UInt8] {
        var key: [UInt8] = []
        for label in DomainName(validated: Array(wire)).labels.reversed() {
            for octet in label.map(asciiLowercased) {
                if octet <= 1 { key.append(1) }
                key.append(octet <= 1 ? octet + 1 : octet)
            }
            key.append(0)
        }
        return key
    }
}

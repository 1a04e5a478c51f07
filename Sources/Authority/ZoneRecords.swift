import DNSWire
import ZoneFile

/// The records of one zone by index node, while its answers are rendered.
struct ZoneRecords {
    let zone: Zone
    /// For each node from `firstNode` on the number of its name in the zone; ``Node/none`` for an empty non-terminal.
    private let names: [UInt32]
    private let firstNode: UInt32

    /// - Parameters:
    ///   - owners: for each name of the zone, by number, its node; ``Node/none`` for one that is left out.
    ///   - nodes: the nodes of the zone.
    init(zone: Zone, owners: [UInt32], nodes: Range<UInt32>) {
        self.zone = zone
        firstNode = nodes.lowerBound
        var names = [UInt32](repeating: Node.none, count: nodes.count)
        for (name, node) in owners.enumerated() where node != Node.none { names[Int(node - firstNode)] = UInt32(name) }
        self.names = names
    }

    /// The zone's number of a node's name; `nil` when it has no records in this zone.
    private func name(of node: UInt32) -> Int? {
        guard node >= firstNode, Int(node - firstNode) < names.count else { return nil }
        let name = names[Int(node - firstNode)]
        return name == Node.none ? nil : Int(name)
    }

    /// Calls `body` with each RRset of a node: its type, its TTL (one for all records, RFC 2181 section 5.2), and its
    /// number for ``forEachRecord(of:_:)``.
    func forEachRRset(at node: UInt32, _ body: (_ type: RRType, _ ttl: UInt32, _ rrset: Int) -> Void) {
        guard let name = name(of: node) else { return }
        zone.forEachRRset(ofName: name, body)
    }

    /// Calls `body` with the RDATA of each record of an RRset.
    func forEachRecord(of rrset: Int, _ body: (ArraySlice<UInt8>) -> Void) {
        zone.forEachRecord(ofRRset: rrset, body)
    }

    /// Whether a node has a record of `type`.
    func has(_ type: RRType, at node: UInt32) -> Bool {
        var isThere = false
        forEachRRset(at: node) { found, _, _ in isThere = isThere || found == type }
        return isThere
    }

    /// Calls `body` with the TTL and RDATA of each record of a type.
    func forEach(_ type: RRType, at node: UInt32, _ body: (_ ttl: UInt32, _ rdata: ArraySlice<UInt8>) -> Void) {
        forEachRRset(at: node) { found, ttl, rrset in
            guard found == type else { return }
            forEachRecord(of: rrset) { body(ttl, $0) }
        }
    }

    /// The types at a node, each once, in the order written.
    func types(of node: UInt32) -> [RRType] {
        var types: [RRType] = []
        forEachRRset(at: node) { type, _, _ in
            if !types.contains(type) { types.append(type) }
        }
        return types
    }
}

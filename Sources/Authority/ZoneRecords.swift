import DNSWire
import ZoneFile

/// The records of one zone by index node, while its answers are rendered.
struct ZoneRecords {
    /// The name of the zone's apex.
    let origin: DomainName
    private let zone: PackedZone
    /// For each node from `firstNode` on the place of its RRsets in the zone; ``Node/none`` where it has none.
    private let places: [UInt32]
    private let firstNode: UInt32

    /// - Parameters:
    ///   - zone: the zone; its names are not needed any more.
    ///   - places: for each node of the zone where its RRsets are; ``Node/none`` for an empty non-terminal.
    ///   - firstNode: the zone's first node.
    init(zone: consuming PackedZone, places: [UInt32], firstNode: UInt32) {
        zone.releaseNames()
        origin = zone.origin
        self.zone = zone
        self.places = places
        self.firstNode = firstNode
    }

    /// Calls `body` with each RRset of a node: its type, its TTL (one for all records, RFC 2181 section 5.2), and its
    /// place for ``forEachRecord(of:_:)``.
    func forEachRRset(at node: UInt32, _ body: (_ type: RRType, _ ttl: UInt32, _ rrset: Int) -> Void) {
        guard node >= firstNode, Int(node - firstNode) < places.count else { return }
        let place = places[Int(node - firstNode)]
        if place != Node.none { zone.forEachRRset(at: place, body) }
    }

    /// Calls `body` with each RRset at a place of the zone.
    func forEachRRset(atPlace place: UInt32, _ body: (_ type: RRType, _ ttl: UInt32, _ rrset: Int) -> Void) {
        zone.forEachRRset(at: place, body)
    }

    /// Calls `body` with the RDATA of each record of an RRset.
    func forEachRecord(of rrset: Int, _ body: (ArraySlice<UInt8>) -> Void) {
        zone.forEachRecord(at: rrset, body)
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
            if !types.contains(where: { $0.rawValue == type.rawValue }) { types.append(type) }
        }
        return types
    }
}

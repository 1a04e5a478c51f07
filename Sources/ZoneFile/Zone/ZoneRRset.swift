package import DNSWire

/// The records of one owner name and type, as a view of the zone's storage (RFC 2181 section 5).
package struct ZoneRRset: Sendable {
    let zone: Zone
    let index: UInt32

    private var entry: Zone.RRsetEntry { zone.rrsets[Int(index)] }

    /// The owner name with all its RRsets.
    package var node: ZoneNode { ZoneNode(zone: zone, index: entry.name) }
    /// The type.
    package var type: RRType { entry.type }
    /// The TTL in seconds: the lowest that any of the records has.
    package var ttl: UInt32 { entry.ttl }
    /// The records in the order written, at least one.
    package var records: some Sequence<ZoneRecord> {
        sequence(first: ZoneRecord(zone: zone, index: Int(entry.firstRecord))) { record in
            let next = record.zone.records[record.index].next
            return next == Zone.none ? nil : ZoneRecord(zone: record.zone, index: Int(next))
        }
    }
    /// The first record in the order written.
    package var first: ZoneRecord { ZoneRecord(zone: zone, index: Int(entry.firstRecord)) }
    /// The number of records.
    package var count: Int { records.reduce(0) { count, _ in count + 1 } }
}

/// An owner name with its RRsets, as a view of the zone's storage.
package struct ZoneNode: Sendable {
    let zone: Zone
    let index: UInt32

    /// The owner name with the case of its first use in the file.
    package var owner: DomainName { DomainName(validated: Array(ownerWire)) }
    /// The owner name in wire form.
    package var ownerWire: ArraySlice<UInt8> { zone.wire(at: Int(zone.names[Int(index)].octets)) }
    /// The RRsets in the order written, at least one. RRSIG records form a set for each type they cover.
    package var rrsets: some Sequence<ZoneRRset> {
        sequence(first: ZoneRRset(zone: zone, index: zone.names[Int(index)].firstRRset)) { rrset in
            let next = rrset.zone.rrsets[Int(rrset.index)].next
            return next == Zone.none ? nil : ZoneRRset(zone: rrset.zone, index: next)
        }
    }

    /// The RRset of a type.
    package func rrset(_ type: RRType) -> ZoneRRset? {
        rrsets.first { $0.type == type }
    }
}

extension Zone {
    /// The records in the order written, exact duplicates left out.
    package var allRecords: some Sequence<ZoneRecord> {
        records.indices.lazy.map { ZoneRecord(zone: self, index: $0) }
    }

    /// The owner names in the order written. Empty non-terminals are not among them.
    package var nodes: some Sequence<ZoneNode> {
        names.indices.lazy.map { ZoneNode(zone: self, index: UInt32(truncatingIfNeeded: $0)) }
    }

    /// The RRsets of a name, compared without case.
    ///
    /// - Returns: `nil` when no record has that owner.
    package func node(_ name: DomainName) -> ZoneNode? {
        find(name.wire).map { ZoneNode(zone: self, index: $0) }
    }

    /// The RRsets of a type, in the order written.
    package func rrsets(of type: RRType) -> [ZoneRRset] {
        rrsets.indices.filter { rrsets[$0].type == type }
            .map { ZoneRRset(zone: self, index: UInt32(truncatingIfNeeded: $0)) }
    }

    /// The RRset of a name and type.
    package func rrset(_ name: DomainName, _ type: RRType) -> ZoneRRset? {
        node(name)?.rrset(type)
    }
}

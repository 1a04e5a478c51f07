package import DNSWire

/// The records of a zone without what only findings need, in the two runs of octets that compiling goes through once.
///
///     names     for each owner name: where its RRsets begin in `records` (32 bits), length (8 bits), wire form
///     records   for each owner name: its RRsets, then a 0
///                 RRset: 1, type (16 bits), TTL (32 bits), number of records (7 bits an octet, the lowest first)
///                 record: length (16 bits), RDATA
///
/// It takes less than half the memory of the ``Zone`` it is made from, and the names can go before the records.
package struct PackedZone: Sendable {
    /// The name of the apex.
    package let origin: DomainName
    /// The number of owner names.
    package let nameCount: Int
    private var names: [UInt8]
    private let records: [UInt8]

    /// Packs a zone; RRsets and records keep their order.
    package init(_ zone: Zone) {
        origin = zone.origin
        nameCount = zone.nameCount
        var names: [UInt8] = []
        var records: [UInt8] = []
        // Exact, so that a large zone is never there twice while an array grows.
        names.reserveCapacity(zone.names.reduce(0) { $0 + 5 + zone.wire(at: Int($1.octets)).count })
        records.reserveCapacity(
            zone.records.reduce(zone.names.count + 12 * zone.rrsets.count) { $0 + 2 + Int($1.rdataLength) }
        )
        for name in 0..<zone.nameCount {
            let wire = zone.ownerWire(ofName: name)
            let start = UInt32(truncatingIfNeeded: records.count)
            for shift in [24, 16, 8, 0] as [UInt32] { names.append(UInt8(truncatingIfNeeded: start >> shift)) }
            names.append(UInt8(truncatingIfNeeded: wire.count))
            names.append(contentsOf: wire)
            zone.forEachRRset(ofName: name) { type, ttl, rrset in
                var count = 0
                zone.forEachRecord(ofRRset: rrset) { _ in count += 1 }
                records.append(1)
                records.append(UInt8(truncatingIfNeeded: type.rawValue >> 8))
                records.append(UInt8(truncatingIfNeeded: type.rawValue))
                for shift in [24, 16, 8, 0] as [UInt32] { records.append(UInt8(truncatingIfNeeded: ttl >> shift)) }
                while count > 0x7F {
                    records.append(UInt8(truncatingIfNeeded: count & 0x7F | 0x80))
                    count >>= 7
                }
                records.append(UInt8(truncatingIfNeeded: count))
                zone.forEachRecord(ofRRset: rrset) { rdata in
                    records.append(UInt8(truncatingIfNeeded: rdata.count >> 8))
                    records.append(UInt8(truncatingIfNeeded: rdata.count))
                    records.append(contentsOf: rdata)
                }
            }
            records.append(0)
        }
        self.names = names
        self.records = records
    }

    /// Packs a zone that is not needed any more for findings or for finding names.
    init(releasing zone: inout Zone) {
        zone.releaseIndex()
        self.init(zone)
    }

    /// Forgets the owner names; ``forEachName(_:)`` then has none to go through.
    package mutating func releaseNames() { names = [] }

    /// Calls `body` with each owner name in wire form, in the order written, and the place of its RRsets.
    package func forEachName(_ body: (_ owner: ArraySlice<UInt8>, _ place: UInt32) -> Void) {
        var index = 0
        while index + 5 <= names.count {
            let place = names[index..<(index + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let end = index + 5 + Int(names[index + 4])
            body(names[(index + 5)..<end], place)
            index = end
        }
    }

    /// Calls `body` with the type, TTL and place of the records of each RRset of a name, in the order written.
    package func forEachRRset(at place: UInt32, _ body: (_ type: RRType, _ ttl: UInt32, _ records: Int) -> Void) {
        var index = Int(place)
        while records[index] != 0 {
            let type = RRType(rawValue: UInt16(records[index + 1]) << 8 | UInt16(records[index + 2]))
            let ttl = records[(index + 3)..<(index + 7)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            body(type, ttl, index + 7)
            index += 7
            for _ in 0..<readCount(at: &index) { index += 2 + length(at: index) }
        }
    }

    /// Calls `body` with the RDATA of each record of an RRset, in the order written.
    ///
    /// - Parameter place: as ``forEachRRset(at:_:)`` gave it.
    package func forEachRecord(at place: Int, _ body: (_ rdata: ArraySlice<UInt8>) -> Void) {
        var index = place
        for _ in 0..<readCount(at: &index) {
            let end = index + 2 + length(at: index)
            body(records[(index + 2)..<end])
            index = end
        }
    }

    private func length(at index: Int) -> Int { Int(records[index]) << 8 | Int(records[index + 1]) }

    private func readCount(at index: inout Int) -> Int {
        var count = 0
        var shift = 0
        while records[index] > 0x7F {
            count |= Int(records[index] & 0x7F) << shift
            shift += 7
            index += 1
        }
        count |= Int(records[index]) << shift
        index += 1
        return count
    }
}

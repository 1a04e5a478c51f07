package import DNSWire

/// The records of one zone, in flat storage.
///
///     names     [octets of the owner, first RRset]           one for each owner name
///     rrsets    [name, type, TTL, first and last record]     linked per name, in the order written
///     records   [RRset, octets of the RDATA, place in file]  linked per RRset, in the order written
///     octets    owner names and RDATA in wire form, end to end
///
/// A hash index finds a name without regard to case. Offsets and indices are 32 bits wide.
package struct Zone: Sendable {
    /// The name of the apex.
    package let origin: DomainName
    /// Owner names and RDATA.
    var octets: [UInt8] = []
    private(set) var names: [NameEntry] = []
    private(set) var rrsets: [RRsetEntry] = []
    private(set) var records: [RecordEntry] = []
    /// The files the zone was read from, the zone file itself first.
    var sources: [SourceFile] = []
    /// Whether entries were left out because of faults, so that what seems missing may only be broken.
    var isPartial = false
    /// For each hash, the index of a name plus one, and above it 32 bits of the hash, which spare most looks at names
    /// that are not meant; 0 when free. The count is a power of two.
    private var slots: [UInt64] = []

    /// No record, index or slot.
    static let none = UInt32.max

    struct NameEntry {
        /// Where the wire form starts in ``Zone/octets``.
        var octets: UInt32
        var firstRRset: UInt32
    }

    struct RRsetEntry {
        var name: UInt32
        var ttl: UInt32
        var firstRecord: UInt32
        var lastRecord: UInt32
        /// The next RRset of the name.
        var next: UInt32
        var type: RRType
        /// The type covered, for RRSIG, whose records are a set for each type they cover; otherwise 0.
        var covered: UInt16
    }

    struct RecordEntry {
        var rrset: UInt32
        /// Where the RDATA starts in ``Zone/octets``.
        var rdata: UInt32
        /// The next record of the RRset.
        var next: UInt32
        /// Where its entry starts in the file.
        var offset: UInt32
        var rdataLength: UInt16
        /// The index of the file in ``Zone/sources``.
        var file: UInt16
    }

    /// An empty zone with room for `records` records.
    init(origin: DomainName, expecting records: Int = 0, octets: Int = 0) {
        self.origin = origin
        self.octets.reserveCapacity(octets)
        self.records.reserveCapacity(records)
        slots = [UInt64](repeating: 0, count: 16)
    }

    /// The number of records.
    package var recordCount: Int { records.count }

    /// The number of owner names.
    package var nameCount: Int { names.count }

    /// Forgets the text of the files, once no more findings are to be made; positions are then all line 1.
    package mutating func releaseSources() {
        sources = sources.map { SourceFile(path: $0.path, octets: [], includedFrom: nil) }
    }

    /// Forgets the text of the files and the index of the names, once the zone is only gone through by number.
    mutating func releaseIndex() {
        releaseSources()
        slots = [0]
    }
}

// MARK: - Building

extension Zone {
    /// What became of a record that was added.
    enum Addition: Equatable {
        case added
        /// Added to an RRset of another TTL; the lower one now counts for all.
        case ttlMismatch(rrset: UInt32)
    }

    /// The index of a name, added if it is new.
    ///
    /// - Parameter owner: a whole name in wire form.
    mutating func intern(_ owner: some Collection<UInt8>) -> UInt32 {
        let hash = Self.hash(owner)
        if let known = find(owner, hash: hash) { return known }
        let name = UInt32(truncatingIfNeeded: names.count)
        names.append(NameEntry(octets: UInt32(truncatingIfNeeded: octets.count), firstRRset: Self.none))
        octets.append(contentsOf: owner)
        if names.count * 2 > slots.count { grow() }
        occupy(hash, with: name)
        return name
    }

    /// The index of the RRset, added if it is new.
    ///
    /// - Parameter covered: the type covered, for RRSIG; otherwise 0.
    mutating func internRRset(_ name: UInt32, _ type: RRType, covered: UInt16, ttl: UInt32) -> UInt32 {
        var last = Self.none
        var index = names[Int(name)].firstRRset
        while index != Self.none {
            let rrset = rrsets[Int(index)]
            if rrset.type == type, rrset.covered == covered { return index }
            last = index
            index = rrset.next
        }
        let added = UInt32(truncatingIfNeeded: rrsets.count)
        rrsets.append(
            RRsetEntry(
                name: name,
                ttl: ttl,
                firstRecord: Self.none,
                lastRecord: Self.none,
                next: Self.none,
                type: type,
                covered: covered
            )
        )
        if last == Self.none { names[Int(name)].firstRRset = added } else { rrsets[Int(last)].next = added }
        return added
    }

    /// Adds a record to an RRset.
    ///
    /// - Parameter rdata: a range of ``octets``.
    mutating func append(to rrset: UInt32, rdata: Range<Int>, ttl: UInt32, file: Int, offset: Int) -> Addition {
        let record = UInt32(truncatingIfNeeded: records.count)
        records.append(
            RecordEntry(
                rrset: rrset,
                rdata: UInt32(truncatingIfNeeded: rdata.lowerBound),
                next: Self.none,
                offset: UInt32(truncatingIfNeeded: offset),
                rdataLength: UInt16(truncatingIfNeeded: rdata.count),
                file: UInt16(truncatingIfNeeded: file)
            )
        )
        let last = rrsets[Int(rrset)].lastRecord
        rrsets[Int(rrset)].lastRecord = record
        guard last != Self.none else {
            rrsets[Int(rrset)].firstRecord = record
            return .added
        }
        records[Int(last)].next = record
        guard rrsets[Int(rrset)].ttl != ttl else { return .added }
        rrsets[Int(rrset)].ttl = min(rrsets[Int(rrset)].ttl, ttl)
        return .ttlMismatch(rrset: rrset)
    }

    private mutating func occupy(_ hash: UInt32, with name: UInt32) {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt64(hash) << 32 | UInt64(name + 1)
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for slot in old where slot != 0 {
            occupy(UInt32(truncatingIfNeeded: slot >> 32), with: UInt32(truncatingIfNeeded: slot) - 1)
        }
    }
}

// MARK: - Finding

extension Zone {
    /// The index of a name.
    ///
    /// - Returns: `nil` when no record has that owner.
    func find(_ owner: some Collection<UInt8>) -> UInt32? {
        find(owner, hash: Self.hash(owner))
    }

    private func find(_ owner: some Collection<UInt8>, hash: UInt32) -> UInt32? {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            guard UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash else {
                slot = (slot + 1) & (slots.count - 1)
                continue
            }
            let name = UInt32(truncatingIfNeeded: slots[slot]) - 1
            let start = Int(names[Int(name)].octets)
            // `owner` ends with its root label, so a name that begins with the same octets ends there too.
            if octets.count - start >= owner.count,
                octets[start..<(start + owner.count)].elementsEqual(
                    owner,
                    by: { asciiLowercased($0) == asciiLowercased($1) }
                )
            {
                return name
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The wire form of the name that starts at an offset of ``octets``.
    func wire(at start: Int) -> ArraySlice<UInt8> {
        var end = start
        while octets[end] != 0 { end += 1 + Int(octets[end]) }
        return octets[start...end]
    }

    /// FNV-1a over the lower-case octets, its bits mixed once more because the low ones pick the slot.
    private static func hash(_ name: some Collection<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in name { hash = (hash ^ UInt64(asciiLowercased(octet))) &* 0x100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}

import DNSWire

/// Tells whether a record is already in its RRset, or would make it larger than a message.
///
/// Small RRsets are walked; for a large one the RDATA is kept in a set, so that reading stays linear.
struct DuplicateFinder {
    /// What a record is to its RRset.
    enum Verdict {
        case new
        /// Its RDATA is already there, names compared without case.
        case duplicate
        /// With it the RRset does not fit a message.
        case tooLarge
    }

    /// The records that are walked at most.
    private static let walk = 16
    /// The octets of records that a message has room for after its header and the shortest question.
    private static let room = 65535 - 12 - 5

    /// An RRset that is not walked any more.
    private struct Large {
        var known: Set<[UInt8]> = []
        var size = 0
    }

    private var large: [UInt32: Large] = [:]

    /// What a record is to its RRset.
    ///
    /// - Parameter rdata: a range of the zone's octets, not yet in the RRset; when this returns `new` it is expected to
    ///   be added.
    mutating func judge(_ rdata: Range<Int>, of type: RRType, in rrset: UInt32, zone: Zone) -> Verdict {
        var index = zone.rrsets[Int(rrset)].firstRecord
        let prefix = Self.fixedOctets(of: type)
        var size = Self.leastSize(rdata.count, fixed: prefix)
        for _ in 0..<Self.walk {
            guard index != Zone.none else { return size <= Self.room ? .new : .tooLarge }
            let record = zone.records[Int(index)]
            let start = Int(record.rdata)
            if Int(record.rdataLength) == rdata.count,
                Self.equal(zone.octets[start..<(start + rdata.count)], zone.octets[rdata], fixed: prefix)
            {
                return .duplicate
            }
            size += Self.leastSize(Int(record.rdataLength), fixed: prefix)
            index = record.next
        }
        guard index != Zone.none else { return size <= Self.room ? .new : .tooLarge }
        if large[rrset] == nil {
            var found = Large()
            for record in ZoneRRset(zone: zone, index: rrset).records {
                found.known.insert(Self.folded(record.rdata, fixed: prefix))
                found.size += Self.leastSize(record.rdata.count, fixed: prefix)
            }
            large[rrset] = found
        }
        let folded = Self.folded(zone.octets[rdata], fixed: prefix)
        guard large[rrset]?.known.contains(folded) == false else { return .duplicate }
        let added = Self.leastSize(rdata.count, fixed: prefix)
        guard (large[rrset]?.size ?? 0) + added <= Self.room else { return .tooLarge }
        large[rrset]?.known.insert(folded)
        large[rrset]?.size += added
        return .new
    }

    /// The octets that a record takes in a message at least: names in it may be pointers.
    private static func leastSize(_ length: Int, fixed: Int?) -> Int {
        12 + (fixed.map { min(length, $0 + 2) } ?? length)
    }

    /// How many octets precede the name that ends the RDATA and is compared without case; `nil` where all octets count.
    private static func fixedOctets(of type: RRType) -> Int? {
        switch type {
        case .ns, .cname, .dname, .ptr: 0
        case .mx, .afsdb, .rt, .kx: 2
        case .srv: 6
        default: nil
        }
    }

    private static func equal(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, fixed: Int?) -> Bool {
        guard let fixed else { return left.elementsEqual(right) }
        return left.prefix(fixed).elementsEqual(right.prefix(fixed))
            && left.dropFirst(fixed).elementsEqual(right.dropFirst(fixed)) {
                asciiLowercased($0) == asciiLowercased($1)
            }
    }

    private static func folded(_ rdata: ArraySlice<UInt8>, fixed: Int?) -> [UInt8] {
        guard let fixed else { return Array(rdata) }
        return rdata.prefix(fixed) + rdata.dropFirst(fixed).map(asciiLowercased)
    }
}

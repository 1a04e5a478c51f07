import DNSWire

/// Tells whether a record is already in its RRset.
///
/// Small RRsets are walked; for a large one the RDATA is kept in a set, so that reading stays linear.
struct DuplicateFinder {
    /// The records that are walked at most.
    private static let walk = 16

    private var large: [UInt32: Set<[UInt8]>] = [:]

    /// Whether the RRset has a record of equal RDATA, names compared without case.
    ///
    /// - Parameter rdata: a range of the zone's octets, not yet in the RRset; when this returns `false` it is expected
    ///   to be added.
    mutating func isDuplicate(_ rdata: Range<Int>, of type: RRType, in rrset: UInt32, zone: Zone) -> Bool {
        var index = zone.rrsets[Int(rrset)].firstRecord
        let prefix = Self.fixedOctets(of: type)
        for _ in 0..<Self.walk {
            guard index != Zone.none else { return false }
            let record = zone.records[Int(index)]
            let start = Int(record.rdata)
            if Int(record.rdataLength) == rdata.count,
                Self.equal(zone.octets[start..<(start + rdata.count)], zone.octets[rdata], fixed: prefix)
            {
                return true
            }
            index = record.next
        }
        guard index != Zone.none else { return false }
        if large[rrset] == nil {
            var known: Set<[UInt8]> = []
            for record in ZoneRRset(zone: zone, index: rrset).records {
                known.insert(Self.folded(record.rdata, fixed: prefix))
            }
            large[rrset] = known
        }
        return large[rrset]?.insert(Self.folded(zone.octets[rdata], fixed: prefix)).inserted == false
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

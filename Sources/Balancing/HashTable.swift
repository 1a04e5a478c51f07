/// What a hash algorithm looks keys of requests up in, for one tier.
///
/// Made when servers or weights change and at no other time: a ring of 16 servers takes some 10 ms.
enum HashTable: Sendable {
    /// The algorithm needs none.
    case none
    case ring(HashRing)
    case maglev(MaglevTable)

    init(_ algorithm: BalancingAlgorithm, _ servers: [HashedServer]) {
        switch algorithm {
        case .ring: self = .ring(HashRing(servers))
        case .maglev: self = .maglev(MaglevTable(servers))
        default: self = .none
        }
    }

    /// The slot of `tier` that the key leads to, of those that may be given, are below their bound and have grown
    /// enough for it.
    func pick(
        from slots: [ServerSlot],
        in tier: Range<Int>,
        excluding tried: [Int],
        key: UInt64,
        bound: LoadBound
    ) -> Int? {
        func isTaken(_ offset: Int) -> Bool {
            let slot = tier.lowerBound + offset
            guard slot < tier.upperBound, slots[slot].accepts(tried) else { return false }
            return !bound.isReached(by: slots[slot]) && slots[slot].hasGrown(for: key)
        }
        let found: Int? =
            switch self {
            case .none: nil
            case .ring(let ring): ring.first(from: key, where: isTaken)
            case .maglev(let table): table.first(from: key, where: isTaken)
            }
        return found.map { tier.lowerBound + $0 }
    }
}

extension ServerSlot {
    /// Whether the key is among those the server gets during slow start; it never loses one it has got.
    func hasGrown(for key: UInt64) -> Bool {
        slowStart.portion >= SlowStart.full || Int(mix(key &+ identity) >> 54) < slowStart.portion
    }
}

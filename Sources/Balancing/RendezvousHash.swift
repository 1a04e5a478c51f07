import Glibc

/// Weighted rendezvous hashing: the server for which -ln(h) / weight is least, where h in (0, 1) is a hash of the
/// request's key and the server's identity (Thaler and Ravishankar 1998; the weights as in Schindelhauer and
/// Schomaker, "Weighted distributed hash tables", 2005).
///
/// Needs no table: a server that goes moves only its own keys, one that comes takes its share from all others, a weight
/// moves no more keys than it must.
enum RendezvousHash {
    static func pick(
        from slots: [ServerSlot],
        in tier: Range<Int>,
        excluding tried: [Int],
        key: UInt64,
        bound: LoadBound
    ) -> Int? {
        var least = Double.infinity
        var best: Int?
        for index in tier where slots[index].accepts(tried) && !bound.isReached(by: slots[index]) {
            let cost = Self.cost(key, slots[index])
            if cost < least || best == nil {
                least = cost
                best = index
            }
        }
        return best
    }

    private static func cost(_ key: UInt64, _ slot: borrowing ServerSlot) -> Double {
        // 53 bits and a half, so that h is neither 0 nor 1.
        let hash = (Double(mix(key ^ slot.identity) >> 11) + 0.5) * 0x1p-53
        return -log(hash) / Double(slot.share)
    }
}

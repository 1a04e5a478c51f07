/// Weighted least connections: the server for which (requests in progress + 1) / weight is least.
///
/// The 1 is the request to be placed, so that an idle pool is filled by weight and not in the order of the servers.
/// Equals take turns by smooth weighted round robin; under no load at all the choice is the same as round robin's for
/// equal weights.
enum WeightedLeastConnections {
    static func pick(from slots: inout [ServerSlot], in tier: Range<Int>, excluding tried: [Int]) -> Int? {
        var least: (load: Int, share: Int)?
        for index in tier where slots[index].accepts(tried) {
            let load = slots[index].requestsInProgress + 1
            let share = slots[index].share
            if let known = least, load &* known.share >= known.load &* share { continue }
            least = (load, share)
        }
        guard let least else { return nil }
        return SmoothWeightedRoundRobin.pick(from: &slots, in: tier) {
            $0.accepts(tried) && ($0.requestsInProgress + 1) &* least.share <= least.load &* $0.share
        }
    }

    /// Whether `left` has fewer requests for its share than `right`, compared as a product: shares have 26 bits and
    /// requests in progress are bounded by the descriptors of the process, so that it cannot overflow.
    static func isLess(_ left: borrowing ServerSlot, _ right: borrowing ServerSlot) -> Bool {
        (left.requestsInProgress + 1) &* right.share < (right.requestsInProgress + 1) &* left.share
    }
}

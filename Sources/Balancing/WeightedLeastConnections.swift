/// Weighted least connections: the server for which (requests in progress + 1) / weight is least.
///
/// The 1 is the request to be placed, so that an idle pool is filled by weight and not in the order of the servers.
/// Equals take turns by smooth weighted round robin; under no load at all the choice is the same as round robin's for
/// equal weights.
enum WeightedLeastConnections {
    static func pick(from slots: inout [ServerSlot], in tier: Range<Int>, excluding tried: [Int]) -> Int? {
        var least: ServerSlot?
        for index in tier where slots[index].isGiven && !tried.contains(slots[index].key) {
            if let known = least, !isLess(slots[index], known) { continue }
            least = slots[index]
        }
        guard let least else { return nil }
        return SmoothWeightedRoundRobin.pick(from: &slots, in: tier) {
            $0.isGiven && !tried.contains($0.key) && !isLess(least, $0)
        }
    }

    /// Whether `left` has fewer requests for its weight, compared as a product: weights have 16 bits and requests in
    /// progress are bounded by the descriptors of the process, so that it cannot overflow.
    private static func isLess(_ left: ServerSlot, _ right: ServerSlot) -> Bool {
        (left.requestsInProgress + 1) &* right.weight < (right.requestsInProgress + 1) &* left.weight
    }
}

/// The ways to choose a server inside a tier.
///
/// An algorithm works on the slots of the tier and keeps in them what it must remember, so that a copy of the pool is a
/// copy of one array.
package enum BalancingAlgorithm: Hashable, Sendable {
    /// In turn, by weight, evenly spread.
    case roundRobin
    /// The fewest requests in progress for its weight.
    case leastConnections

    /// The slot of `tier` that gets the next request, or `nil` when none is given and untried.
    func pick(from slots: inout [ServerSlot], in tier: Range<Int>, excluding tried: [Int]) -> Int? {
        switch self {
        case .roundRobin: SmoothWeightedRoundRobin.pick(from: &slots, in: tier, excluding: tried)
        case .leastConnections: WeightedLeastConnections.pick(from: &slots, in: tier, excluding: tried)
        }
    }
}

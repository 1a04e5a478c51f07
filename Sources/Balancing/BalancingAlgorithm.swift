/// The ways to choose a server inside a tier.
///
/// An algorithm works on the slots of the tier and keeps in them what it must remember, so that a copy of the pool is a
/// copy of a few arrays.
package enum BalancingAlgorithm: Hashable, Sendable, CaseIterable {
    /// In turn, by weight, evenly spread.
    case roundRobin
    /// At random by weight.
    case random
    /// The fewest requests in progress for its weight.
    case leastConnections
    /// The least of response time x requests for its weight.
    case leastResponseTime
    /// The less loaded of two drawn at random.
    case twoChoices
    /// By a key of the request: rendezvous hashing.
    case rendezvous
    /// By a key of the request: a ring.
    case ring
    /// By a key of the request: Maglev's table.
    case maglev

    /// Whether the choice depends on a key of the request.
    package var usesKey: Bool {
        switch self {
        case .rendezvous, .ring, .maglev: true
        case .roundRobin, .random, .leastConnections, .leastResponseTime, .twoChoices: false
        }
    }
}

/// How a pool chooses servers, as its record says.
package struct BalancingPolicy: Hashable, Sendable {
    /// How a server is chosen inside a tier.
    package var algorithm: BalancingAlgorithm
    /// How long a server that comes into service takes to get its whole share; zero for none.
    package var slowStart: Duration
    /// Requests in progress on one server at most; `nil` for no limit.
    package var maximumRequests: Int?
    /// The factor c of bounded loads, for algorithms with a key; `nil` for no bound.
    package var loadBound: Double?
    /// The overprovisioning factor f of `TierShares`; at least 1.
    package var overprovisioning: Double
    /// When a smaller part than this of the servers that have been checked is healthy, all that have been checked are
    /// given, healthy or not; 0 for never.
    package var panic: Double
    /// When a server is taken out for what it answers.
    package var ejection: EjectionPolicy

    package init(
        algorithm: BalancingAlgorithm = .roundRobin,
        slowStart: Duration = .zero,
        maximumRequests: Int? = nil,
        loadBound: Double? = nil,
        overprovisioning: Double = 1.4,
        panic: Double = 0,
        ejection: EjectionPolicy = EjectionPolicy()
    ) {
        self.algorithm = algorithm
        self.slowStart = slowStart
        self.maximumRequests = maximumRequests
        self.loadBound = loadBound
        self.overprovisioning = overprovisioning
        self.panic = panic
        self.ejection = ejection
    }
}

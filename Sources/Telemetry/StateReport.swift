/// What a proxy says of its region when a name server asks: whether it can serve, its load, and the round trips to its
/// clients.
///
/// Loads are those of the proxy as a whole, not those that came through the one who asks, so that every name server
/// sees the same.
package struct StateReport: Hashable, Sendable, Codable {
    /// A pool of servers.
    package struct Pool: Hashable, Sendable, Codable {
        /// The owner name of its POOL record, as text.
        package var name: String
        /// Servers that have passed their checks.
        package var healthy: UInt32
        /// All servers.
        package var total: UInt32
        /// The priority of the tier that serves; `nil` when none can.
        package var activePriority: UInt16?

        package init(name: String, healthy: UInt32, total: UInt32, activePriority: UInt16?) {
            self.name = name
            self.healthy = healthy
            self.total = total
            self.activePriority = activePriority
        }
    }

    /// How busy the proxy is.
    package struct Load: Hashable, Sendable, Codable {
        /// Requests a second over the last seconds, finite and at least 0.
        package var requestsPerSecond: Double
        /// Requests accepted whose response is not complete.
        package var activeRequests: UInt32
        /// Connections of clients.
        package var activeConnections: UInt32
        /// The most connections of clients that it takes.
        package var connectionLimit: UInt32

        package init(
            requestsPerSecond: Double = 0,
            activeRequests: UInt32 = 0,
            activeConnections: UInt32 = 0,
            connectionLimit: UInt32 = 0
        ) {
            self.requestsPerSecond = requestsPerSecond
            self.activeRequests = activeRequests
            self.activeConnections = activeConnections
            self.connectionLimit = connectionLimit
        }

        /// The part of its own limits that it has used up, 0...1.
        package var capacityInUse: Double {
            connectionLimit > 0 ? min(1, Double(activeConnections) / Double(connectionLimit)) : 0
        }
    }

    /// The name of the region, as text.
    package var region: String
    /// Tells one run of the proxy from the next.
    package var instance: UInt64
    package var load: Load
    /// In the order of the zone.
    package var pools: [Pool]
    /// What round trips to its clients were measured; `nil` where that was not asked for.
    package var roundTrips: RoundTripReport?

    package init(
        region: String,
        instance: UInt64 = 0,
        load: Load = Load(),
        pools: [Pool] = [],
        roundTrips: RoundTripReport? = nil
    ) {
        self.region = region
        self.instance = instance
        self.load = load
        self.pools = pools
        self.roundTrips = roundTrips
    }

    /// Whether every pool has a tier that can serve, and there is a pool.
    package var isServing: Bool { !pools.isEmpty && pools.allSatisfy { $0.activePriority != nil } }
}

/// A server as its pool describes it to a `Balancer`.
package struct BalancedServer: Hashable, Sendable {
    /// What the checks say of it.
    package enum Condition: Hashable, Sendable {
        /// Not yet checked; gets no requests.
        case unknown
        /// Passed its checks.
        case healthy
        /// Failed them.
        case unhealthy
    }

    /// Which server it is: chosen by the caller and the same in every update.
    package var key: Int
    /// What keys of requests are hashed against: the same for one server in every process, so that several proxies
    /// send a key to the same server.
    package var identity: UInt64
    /// The tier: 0 serves first, higher numbers are backups in order (RFC 2782).
    package var priority: UInt16
    /// The share of the tier. 0 beside other weights means draining: no new requests. A tier of nothing but zeros
    /// is shared equally.
    package var weight: UInt16
    /// Whether it may be given requests.
    package var condition: Condition

    package init(
        key: Int,
        identity: UInt64? = nil,
        priority: UInt16 = 0,
        weight: UInt16 = 1,
        condition: Condition = .healthy
    ) {
        self.key = key
        self.identity = identity ?? UInt64(bitPattern: Int64(key))
        self.priority = priority
        self.weight = weight
        self.condition = condition
    }
}

/// A server as its pool describes it to a `Balancer`.
package struct BalancedServer: Hashable, Sendable {
    /// Which server it is: chosen by the caller and the same in every update.
    package var key: Int
    /// The tier: 0 serves first, higher numbers are backups in order (RFC 2782).
    package var priority: UInt16
    /// The share of the tier. 0 beside other weights means draining: no new requests. A tier of nothing but zeros
    /// is shared equally.
    package var weight: UInt16
    /// Whether it may be given requests, as its health says.
    package var isEligible: Bool

    package init(key: Int, priority: UInt16 = 0, weight: UInt16 = 1, isEligible: Bool = true) {
        self.key = key
        self.priority = priority
        self.weight = weight
        self.isEligible = isEligible
    }
}

/// A server with what the algorithms keep about it.
struct ServerSlot: Sendable {
    let key: Int
    let priority: UInt16
    /// The share of the tier, 0 for a draining server.
    var weight: Int
    var isEligible: Bool
    var requestsInProgress = 0
    /// What smooth weighted round robin owes the server, in units of weight; the sum over a tier stays 0.
    var credit = 0

    /// The slot of `server`, which keeps the requests in progress and the turn of its slot before an update.
    init(_ server: BalancedServer, replacing old: ServerSlot?) {
        key = server.key
        priority = server.priority
        weight = Int(server.weight)
        isEligible = server.isEligible
        requestsInProgress = old?.requestsInProgress ?? 0
        credit = old?.credit ?? 0
    }

    /// Whether it takes part in choices.
    var isGiven: Bool { isEligible && weight > 0 }

    /// Whether choices among such slots as this and such as `other` come out the same.
    func hasSameShare(as other: ServerSlot) -> Bool {
        key == other.key && priority == other.priority && weight == other.weight && isEligible == other.isEligible
    }
}

/// A server with what the algorithms keep about it.
struct ServerSlot: Sendable {
    let key: Int
    /// `BalancedServer.identity`, mixed.
    let identity: UInt64
    let priority: UInt16
    /// The share of the tier, 0 for a draining server.
    var weight: Int
    var condition: BalancedServer.Condition
    /// When it began to drain; `nil` while it does not.
    var drainingSince: Moment?

    /// The share in effect: `weight` in units of 1/1024, less during slow start.
    var share = 0
    /// Whether it takes part in choices, as weight, condition, ejection and panic say; see `Balancer.settle`.
    var isGiven = false
    var requestsInProgress = 0
    /// Requests in progress at most.
    var limit = Int.max
    /// What smooth weighted round robin owes the server, in units of share; the sum over a tier stays 0.
    var credit = 0
    /// What least response time has last computed, for the search of equals.
    var cost = 0.0
    var responseTime = PeakEWMA()
    var slowStart = SlowStart()
    var outlier = OutlierRecord()

    /// The units of `share` in one of `weight`.
    static let shareUnit = SlowStart.full

    /// The slot of `server`, which keeps what its slot before an update had learned.
    init(_ server: BalancedServer, replacing old: ServerSlot?) {
        key = server.key
        identity = mix(server.identity)
        priority = server.priority
        weight = Int(server.weight)
        condition = server.condition
        guard let old else { return }
        isGiven = old.isGiven
        requestsInProgress = old.requestsInProgress
        credit = old.credit
        drainingSince = old.drainingSince
        responseTime = old.responseTime
        slowStart = old.slowStart
        outlier = old.outlier
    }

    /// Whether it may be given a request that failed on the servers `tried`.
    @inline(__always)
    func accepts(_ tried: [Int]) -> Bool {
        isGiven && requestsInProgress < limit && (tried.isEmpty || !tried.contains(key))
    }

    /// Whether it would be given the request if it had fewer in progress.
    func isFull(for tried: [Int]) -> Bool {
        isGiven && requestsInProgress >= limit && !tried.contains(key)
    }

    /// Whether choices among such slots as this and such as `other` come out the same.
    func hasSameShare(as other: ServerSlot) -> Bool {
        key == other.key && identity == other.identity && priority == other.priority && weight == other.weight
            && condition == other.condition
    }
}

/// Chooses the server of the next request from the servers of one pool.
///
/// The servers are ordered in tiers by priority, as SRV priorities are (RFC 2782). The tiers share the requests by
/// `TierShares`; inside a tier the algorithm decides. A server is given when its checks have passed, it is not ejected,
/// its weight is not zero, it has room, and the caller has not excluded it. A request whose tier has no such server goes
/// to the first tier that has one.
///
/// A value without locks, clock or randomness of its own. `pick` allocates nothing and takes time proportional to the
/// number of servers in the tiers it looks at; with a ring or Maglev's table, and no bound, less.
package struct Balancer: Sendable {
    /// What a request is given.
    package enum Choice: Hashable, Sendable {
        /// The server with this key.
        case server(Int)
        /// Every server that could be given has all the requests it may have.
        case full
        /// No tier has a server to give.
        case none
    }

    /// How servers are chosen.
    package private(set) var policy: BalancingPolicy

    /// The servers of the pool by tier, then those that left the pool with requests still in progress.
    var slots: [ServerSlot] = []
    /// The slots of each tier, lowest priority first.
    var tiers: [Range<Int>] = []
    /// What keys are looked up in, by tier.
    private var tables: [HashTable] = []
    var shares = TierShares()
    /// The slot of each key.
    private var slotOfKey: [Int: Int] = [:]
    private var random: RandomStream
    /// When slow starts, ejections and windows have to be looked at again.
    var nextLook = Moment.never
    var windowEnd = Moment.start
    /// Whether so few servers are healthy that all are given.
    package internal(set) var isPanicking = false
    /// Ejections so far.
    package internal(set) var ejections = 0

    /// A balancer over `servers`; see `update(_:servers:tables:at:)`.
    ///
    /// - Parameter seed: what random choices come from.
    package init(
        _ policy: BalancingPolicy = BalancingPolicy(),
        servers: [BalancedServer] = [],
        seed: UInt64 = 0,
        at now: Moment = .start
    ) {
        self.policy = policy
        random = RandomStream(seed: seed)
        update(policy, servers: servers, at: now)
    }

    // MARK: - Requests

    /// Chooses the server for a new request.
    ///
    /// - Parameters:
    ///   - tried: keys of servers that must not be given, such as those that already refused this request.
    ///   - key: a hash of what the request is to stay with its server by; used by algorithms with a key.
    package mutating func pick(excluding tried: [Int] = [], key: UInt64 = 0, at now: Moment) -> Choice {
        if now >= nextLook { look(at: now) }
        guard let first = policy.algorithm.usesKey ? shares.tier(of: key) : shares.next() else { return .none }
        if let slot = pick(inTier: first, excluding: tried, key: key, at: now) { return .server(slots[slot].key) }
        for tier in tiers.indices where tier != first {
            if let slot = pick(inTier: tier, excluding: tried, key: key, at: now) { return .server(slots[slot].key) }
        }
        return tiers.contains { slots[$0].contains { $0.isFull(for: tried) } } ? .full : .none
    }

    private mutating func pick(inTier tier: Int, excluding tried: [Int], key: UInt64, at now: Moment) -> Int? {
        let range = tiers[tier]
        switch policy.algorithm {
        case .roundRobin:
            return SmoothWeightedRoundRobin.pick(from: &slots, in: range, excluding: tried)
        case .random:
            return WeightedRandom.pick(from: slots, in: range, excluding: tried, random: &random)
        case .leastConnections:
            return WeightedLeastConnections.pick(from: &slots, in: range, excluding: tried)
        case .leastResponseTime:
            return LeastResponseTime.pick(from: &slots, in: range, excluding: tried, at: now)
        case .twoChoices:
            return TwoChoices.pick(from: slots, in: range, excluding: tried, random: &random)
        case .rendezvous, .ring, .maglev:
            let bound = LoadBound(policy.loadBound, over: slots, in: range, excluding: tried)
            return tables[tier].pick(from: slots, in: range, excluding: tried, key: key, bound: bound)
                ?? RendezvousHash.pick(from: slots, in: range, excluding: tried, key: key, bound: bound)
        }
    }

    /// Counts a request as in progress on a server. Unknown keys are ignored.
    package mutating func requestBegan(on key: Int) {
        guard let slot = slotOfKey[key] else { return }
        slots[slot].requestsInProgress += 1
    }

    /// Ends what `requestBegan(on:)` began. Unknown keys are ignored.
    ///
    /// - Returns: whether the outcome has ejected the server.
    @discardableResult
    package mutating func requestEnded(on key: Int, _ outcome: RequestOutcome, at now: Moment) -> Bool {
        guard let slot = slotOfKey[key], slots[slot].requestsInProgress > 0 else { return false }
        slots[slot].requestsInProgress -= 1
        switch outcome {
        case .cancelled:
            return false
        case .success(let nanoseconds):
            if policy.algorithm == .leastResponseTime {
                slots[slot].responseTime.observe(nanoseconds: Double(nanoseconds), at: now)
            }
            if policy.ejection.isActive { slots[slot].outlier.record(success: true) }
            return false
        case .failure:
            if policy.algorithm == .leastResponseTime {
                slots[slot].responseTime.observe(nanoseconds: PeakEWMA.failure, at: now)
            }
            guard policy.ejection.isActive else { return false }
            slots[slot].outlier.record(success: false)
            guard let limit = policy.ejection.failuresInARow, slots[slot].outlier.failuresInARow >= limit,
                eject(slot, at: now)
            else { return false }
            settle(at: now)
            return true
        }
    }

    /// Says what the checks say of a server. Unknown keys are ignored.
    package mutating func setCondition(_ condition: BalancedServer.Condition, server key: Int, at now: Moment) {
        guard let slot = slotOfKey[key], slots[slot].condition != condition else { return }
        slots[slot].condition = condition
        if let tier = tiers.first(where: { $0.contains(slot) }) { restartTurns(in: tier) }
        settle(at: now)
    }

    // MARK: - Changes of the pool

    /// What keys are looked up in with such servers. Takes some milliseconds for a ring or Maglev's table: what is made
    /// here, outside a lock, is handed to `update`.
    package static func tables(_ policy: BalancingPolicy, servers: [BalancedServer]) -> HashTables {
        let layout = ServerLayout(servers, replacing: { _ in nil })
        return HashTables(
            tables: layout.tiers.map { tier in
                HashTable(
                    policy.algorithm,
                    layout.slots[tier].map { HashedServer(identity: $0.identity, weight: $0.weight) }
                )
            }
        )
    }

    /// Replaces the policy and the servers of the pool.
    ///
    /// A server whose key stays keeps its requests in progress and what is known of its answers; everything else is
    /// taken from `servers`. Of several servers with one key the first counts. A server that left is given no more, but
    /// its requests in progress are remembered in case it comes back.
    ///
    /// - Parameter tables: what `tables(_:servers:)` has made of the same arguments; made here without it.
    package mutating func update(
        _ policy: BalancingPolicy,
        servers: [BalancedServer],
        tables: HashTables? = nil,
        at now: Moment
    ) {
        let layout = ServerLayout(servers) { key in slotOfKey[key].map { slots[$0] } }
        var updated = layout.slots
        var updatedSlotOfKey = layout.slotOfKey
        let isSame =
            layout.tiers == tiers && policy.algorithm == self.policy.algorithm
            && tiers.joined().allSatisfy { updated[$0].hasSameShare(as: slots[$0]) }
        for slot in slots where updatedSlotOfKey[slot.key] == nil && slot.requestsInProgress > 0 {
            updatedSlotOfKey[slot.key] = updated.count
            updated.append(slot)
            updated[updated.count - 1].isGiven = false
            updated[updated.count - 1].weight = 0
            if slot.drainingSince == nil { updated[updated.count - 1].drainingSince = now }
        }
        let hadServers = !tiers.isEmpty
        let hasSameTables = isSame && !self.tables.isEmpty
        self.policy = policy
        slots = updated
        tiers = layout.tiers
        slotOfKey = updatedSlotOfKey
        if !hasSameTables { self.tables = (tables ?? Self.tables(policy, servers: servers)).tables }
        for index in slots.indices {
            slots[index].limit = policy.maximumRequests ?? .max
            if policy.slowStart <= .zero { slots[index].slowStart.end() }
            if slots[index].weight > 0 {
                slots[index].drainingSince = nil
            } else if slots[index].drainingSince == nil {
                slots[index].drainingSince = now
            }
        }
        if !isSame { for tier in tiers { restartTurns(in: tier) } }
        settle(at: now, startsSlowly: hadServers)
    }

    /// Forgets whose turn it is.
    ///
    /// Credit earned beside other servers or under another weight means nothing among the present ones: beside a
    /// weight of 60,000, a server of weight 1 can owe more turns than the rest would take in hours.
    private mutating func restartTurns(in tier: Range<Int>) {
        for slot in tier { slots[slot].credit = 0 }
    }
}

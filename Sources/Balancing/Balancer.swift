/// Chooses the server of the next request from the servers of one pool.
///
/// The servers are ordered in tiers by priority, as SRV priorities are (RFC 2782): a tier is used only when every tier
/// before it has no server to give. Inside a tier the algorithm decides. A server is given when it is eligible, its
/// weight is not zero and the caller has not excluded it.
///
/// A value without locks, clock or randomness of its own: each event loop keeps its copy. `pick` allocates nothing and
/// takes time proportional to the number of servers in the tiers it looks at.
package struct Balancer: Sendable {
    /// How a server is chosen inside a tier.
    package let algorithm: BalancingAlgorithm

    /// The servers of the pool by tier, then those that left the pool with requests still in progress.
    private var slots: [ServerSlot] = []
    /// The slots of each tier, lowest priority first.
    private var tiers: [Range<Int>] = []
    /// The slot of each key.
    private var slotOfKey: [Int: Int] = [:]

    /// A balancer over `servers`; see `update(servers:)`.
    package init(_ algorithm: BalancingAlgorithm, servers: [BalancedServer] = []) {
        self.algorithm = algorithm
        update(servers: servers)
    }

    /// Chooses the server for a new request.
    ///
    /// - Parameter tried: keys of servers that must not be given, such as those that already refused this request. They
    ///   count as not eligible, so that a request whose whole tier was tried goes on to the next tier.
    /// - Returns: the key of the server, or `nil` when no tier has one to give.
    package mutating func pick(excluding tried: [Int] = []) -> Int? {
        for tier in tiers {
            if let slot = algorithm.pick(from: &slots, in: tier, excluding: tried) { return slots[slot].key }
        }
        return nil
    }

    /// Counts a request as in progress on a server. Unknown keys are ignored.
    package mutating func requestBegan(on key: Int) {
        guard let slot = slotOfKey[key] else { return }
        slots[slot].requestsInProgress += 1
    }

    /// Ends what `requestBegan(on:)` began. Unknown keys are ignored.
    package mutating func requestEnded(on key: Int) {
        guard let slot = slotOfKey[key], slots[slot].requestsInProgress > 0 else { return }
        slots[slot].requestsInProgress -= 1
    }

    /// Says whether a server may be given. Unknown keys are ignored.
    package mutating func setEligible(_ isEligible: Bool, server key: Int) {
        guard let slot = slotOfKey[key], slots[slot].isEligible != isEligible else { return }
        slots[slot].isEligible = isEligible
        if let tier = tiers.first(where: { $0.contains(slot) }) { restartTurns(in: tier) }
    }

    /// Replaces the servers of the pool.
    ///
    /// A server whose key stays keeps its requests in progress; everything else is taken from `servers`. Of several
    /// servers with one key the first counts. A server that left is given no more, but its requests in progress are
    /// remembered in case it comes back.
    package mutating func update(servers: [BalancedServer]) {
        var updated: [ServerSlot] = []
        var updatedTiers: [Range<Int>] = []
        var updatedSlotOfKey: [Int: Int] = [:]
        updated.reserveCapacity(servers.count)
        for server in Self.inTierOrder(servers) where updatedSlotOfKey[server.key] == nil {
            updatedSlotOfKey[server.key] = updated.count
            if let tier = updatedTiers.last, updated[tier.lowerBound].priority == server.priority {
                updatedTiers[updatedTiers.count - 1] = tier.lowerBound..<tier.upperBound + 1
            } else {
                updatedTiers.append(updated.count..<updated.count + 1)
            }
            updated.append(ServerSlot(server, replacing: slotOfKey[server.key].map { slots[$0] }))
        }
        for tier in updatedTiers where updated[tier].allSatisfy({ $0.weight == 0 }) {
            for slot in tier { updated[slot].weight = 1 }
        }
        let isSame = updatedTiers == tiers && tiers.joined().allSatisfy { updated[$0].hasSameShare(as: slots[$0]) }
        for slot in slots where updatedSlotOfKey[slot.key] == nil && slot.requestsInProgress > 0 {
            updatedSlotOfKey[slot.key] = updated.count
            updated.append(slot)
        }
        slots = updated
        tiers = updatedTiers
        slotOfKey = updatedSlotOfKey
        if !isSame { for tier in tiers { restartTurns(in: tier) } }
    }

    /// Forgets whose turn it is.
    ///
    /// Credit earned beside other servers or under another weight means nothing among the present ones: beside a
    /// weight of 60,000, a server of weight 1 can owe more turns than the rest would take in hours.
    private mutating func restartTurns(in tier: Range<Int>) {
        for slot in tier { slots[slot].credit = 0 }
    }

    /// By priority; servers of one priority in the order given.
    private static func inTierOrder(_ servers: [BalancedServer]) -> [BalancedServer] {
        servers.enumerated()
            .sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
            .map(\.element)
    }
}

extension Balancer {
    /// The priority of the tier that serves now, or `nil` when none can.
    package var activePriority: UInt16? {
        tiers.first { slots[$0].contains(where: \.isGiven) }.map { slots[$0.lowerBound].priority }
    }

    /// The requests in progress on a server; 0 for an unknown key.
    package func requestsInProgress(on key: Int) -> Int {
        slotOfKey[key].map { slots[$0].requestsInProgress } ?? 0
    }
}

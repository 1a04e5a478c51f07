/// What a pool can say of its servers.
package struct BalancerStatus: Hashable, Sendable {
    /// Servers that have passed their checks, ejected ones too.
    package var healthy = 0
    /// All servers that have not left.
    package var total = 0
    /// Servers taken out for their answers.
    package var ejected = 0
    /// Servers with weight 0, and those that have left, which still have requests in progress.
    package var draining = 0
    /// Requests in progress.
    package var requests = 0
    /// The priority of the first tier that can serve, by health and not by panic; `nil` when none can.
    package var activePriority: UInt16?
    /// Whether all servers are given because too few are healthy.
    package var isPanicking = false
}

extension Balancer {
    /// The state of the pool.
    package var status: BalancerStatus {
        var status = BalancerStatus(activePriority: activePriority, isPanicking: isPanicking)
        for (index, slot) in slots.enumerated() {
            status.requests += slot.requestsInProgress
            if slot.weight == 0, slot.requestsInProgress > 0 { status.draining += 1 }
            guard index < tiers.last?.upperBound ?? 0 else { continue }
            status.total += 1
            if slot.condition == .healthy { status.healthy += 1 }
            if slot.outlier.isEjected { status.ejected += 1 }
        }
        return status
    }

    /// The priority of the first tier that can serve, or `nil` when none can. Panic does not count.
    package var activePriority: UInt16? {
        tiers.first { slots[$0].contains { $0.isServing && $0.weight > 0 } }.map { slots[$0.lowerBound].priority }
    }

    /// The requests in progress on a server; 0 for an unknown key.
    package func requestsInProgress(on key: Int) -> Int {
        slots.first { $0.key == key }?.requestsInProgress ?? 0
    }

    /// Servers that have been draining for longer than `limit` and still have requests in progress.
    package func overdue(at now: Moment, limit: Duration) -> [Int] {
        slots.compactMap { slot in
            guard let since = slot.drainingSince, slot.requestsInProgress > 0, now >= since + limit else { return nil }
            return slot.key
        }
    }
}

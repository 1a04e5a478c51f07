/// The targets of a monitor with their states. Pure: no checks, no clock.
struct HealthRegistry {
    /// What an update means for those who run the checks.
    struct Difference {
        /// The targets now, whether they are new or stay.
        var run: [HealthTarget] = []
        /// Targets that are gone.
        var ended: [HealthTarget.ID] = []
        /// Targets whose status is another now, without a check: those that are asked nothing.
        var changes: [HealthChange] = []
    }

    private struct Entry {
        var target: HealthTarget
        var state: HealthState

        /// Whether its first result is still to come.
        var isUnchecked: Bool { state.lastOutcome == nil && target.request != .none }
    }

    private var entries: [HealthTarget.ID: Entry] = [:]
    /// How many targets have had no result yet.
    private(set) var uncheckedCount = 0

    var states: [HealthTarget.ID: HealthState] { entries.mapValues(\.state) }

    func state(of id: HealthTarget.ID) -> HealthState? { entries[id]?.state }

    /// Replaces the targets. Those that stay keep their state; of several with one ID the last counts.
    mutating func update(_ targets: [HealthTarget], at now: ContinuousClock.Instant) -> Difference {
        var difference = Difference()
        var updated: [HealthTarget.ID: Entry] = [:]
        for target in targets {
            let old = entries[target.id]
            var state = old?.state ?? HealthState(since: now)
            if target.request == .none, state.status != .healthy {
                difference.changes.append(HealthChange(id: target.id, from: state.status, to: .healthy, reason: nil))
                state = HealthState(.healthy, since: now)
            }
            updated[target.id] = Entry(target: target, state: state)
            difference.run.append(target)
        }
        difference.ended = entries.keys.filter { updated[$0] == nil }
        entries = updated
        uncheckedCount = updated.values.count { $0.isUnchecked }
        return difference
    }

    /// Takes in a result.
    ///
    /// - Returns: whether the state is in doubt now, the change when there is one, and whether the status could change
    ///   sooner or later than before; nothing of it for a target that is gone or asked nothing.
    mutating func record(
        _ outcome: CheckOutcome,
        for id: HealthTarget.ID,
        at now: ContinuousClock.Instant
    ) -> (isInDoubt: Bool, change: HealthChange?, hasOtherOutlook: Bool) {
        guard var entry = entries[id], entry.target.request != .none else { return (false, nil, false) }
        let outlook = entry.state.shortestTimeToChange(entry.target.schedule)
        if entry.isUnchecked { uncheckedCount -= 1 }
        let before = entry.state.record(outcome, thresholds: entry.target.thresholds, at: now)
        entries[id] = entry
        let needed = entry.state.neededPasses(entry.target.thresholds.passes)
        let change = before.map { before in
            HealthChange(
                id: id,
                from: before,
                to: entry.state.status,
                reason: outcome,
                neededPasses: entry.state.status == .unhealthy && entry.state.relapses > 0 ? needed : nil
            )
        }
        let hasOtherOutlook = entry.state.shortestTimeToChange(entry.target.schedule) != outlook
        return (entry.state.isInDoubt, change, hasOtherOutlook)
    }
}

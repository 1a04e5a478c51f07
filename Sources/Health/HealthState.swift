/// What is known of a checked thing's health, kept up to date result by result.
///
///                 passed (initialPasses)              fails in a row
///     unknown ─────────────────────────> healthy ──────────────────────> unhealthy
///        └──────────── failed ─────────────────────────────────────────────↑  │
///                                          ↑                                  │
///                                          └──────── passes in a row ─────────┘
///
/// The first result decides, so that a start is quick; from then on it takes several in a row, so that one lost packet
/// changes nothing and one lucky answer does not bring back what is broken.
///
/// What flaps is damped: each time it fails again soon after it came back, it needs twice as many passes to come back
/// the next time, up to ``mostRelapses`` times. Who stays healthy for as long as ``HealthThresholds/calm`` begins anew.
/// Pure: time is passed in.
package struct HealthState: Hashable, Sendable {
    /// Whether the thing may be used.
    package enum Status: String, Hashable, Sendable, CaseIterable {
        /// Not yet decided; nothing new is sent there.
        case unknown
        /// Answers as it should.
        case healthy
        /// Does not.
        case unhealthy
    }

    /// The present status.
    package private(set) var status: Status
    /// When it took this status.
    package private(set) var since: ContinuousClock.Instant
    /// The last result, or `nil` before the first; its description is meant to be shown.
    package private(set) var lastOutcome: CheckOutcome?
    /// When the last result came.
    package private(set) var lastChecked: ContinuousClock.Instant?
    /// Successes since the last failure.
    package private(set) var passesInARow = 0
    /// Failures since the last success.
    package private(set) var failsInARow = 0
    /// How often in a row it failed again soon after it came back, as far as that counts.
    package private(set) var relapses = 0
    /// Whether it has been unhealthy before it was healthy.
    private var hasRecovered = false
    /// All successes.
    package private(set) var passes = 0
    /// All failures.
    package private(set) var fails = 0

    /// The state of something not yet checked, or with `status` given, of something whose status is settled.
    package init(_ status: Status = .unknown, since now: ContinuousClock.Instant) {
        self.status = status
        since = now
    }

    /// Whether the last result speaks against the status, or the status is not decided yet, so that the next check
    /// should come sooner.
    package var isInDoubt: Bool {
        switch status {
        case .unknown: passesInARow > 0
        case .healthy: failsInARow > 0
        case .unhealthy: passesInARow > 0
        }
    }

    /// Takes in the result of one check.
    ///
    /// A check that could not be made is remembered as the last result and changes nothing else.
    ///
    /// - Returns: the status before, when it is another now.
    package mutating func record(
        _ outcome: CheckOutcome,
        thresholds: HealthThresholds,
        at now: ContinuousClock.Instant
    ) -> Status? {
        lastOutcome = outcome
        lastChecked = now
        switch outcome {
        case .passed:
            passes &+= 1
            passesInARow &+= 1
            failsInARow = 0
        case .failed:
            fails &+= 1
            failsInARow &+= 1
            passesInARow = 0
        case .notMade:
            return nil
        }
        let next = decided(by: thresholds)
        guard next != status else { return nil }
        if next == .unhealthy {
            let isRelapse = hasRecovered && now - since < thresholds.calm
            relapses = isRelapse ? min(relapses + 1, Self.mostRelapses) : 0
        }
        hasRecovered = next == .healthy && status == .unhealthy
        defer {
            status = next
            since = now
        }
        return status
    }

    /// Relapses beyond these do not count.
    package static let mostRelapses = 3

    /// How many successes in a row make it healthy again at present.
    ///
    /// - Parameter passes: for one that does not flap.
    package func neededPasses(_ passes: Int) -> Int {
        // A hundred are long enough for anything.
        max(passes, min(passes << relapses, 100))
    }

    private func decided(by thresholds: HealthThresholds) -> Status {
        switch status {
        case .unknown:
            if failsInARow > 0 { return .unhealthy }
            return passesInARow >= thresholds.initialPasses ? .healthy : .unknown
        case .healthy: return failsInARow >= thresholds.fails ? .unhealthy : .healthy
        case .unhealthy: return passesInARow >= neededPasses(thresholds.passes) ? .healthy : .unhealthy
        }
    }
}

/// How many results in a row change a status.
package struct HealthThresholds: Hashable, Sendable {
    /// Failures that make a healthy thing unhealthy; at least 1.
    package let fails: Int
    /// Successes that make an unhealthy thing healthy; at least 1.
    package let passes: Int
    /// Successes that make a thing not yet known healthy; at least 1.
    package let initialPasses: Int
    /// Who fails again within this time after it came back flaps; zero where that does not matter.
    package let calm: Duration

    /// Thresholds; what is less than 1 is taken as 1.
    package init(fails: Int = 3, passes: Int = 2, initialPasses: Int = 1, calm: Duration = .zero) {
        self.calm = calm
        self.fails = max(1, fails)
        self.passes = max(1, passes)
        self.initialPasses = max(1, initialPasses)
    }
}

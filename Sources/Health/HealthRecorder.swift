import Logging
import NIOCore
import Synchronization
import Telemetry

/// The registry of a monitor as its event loops and callers share it.
///
/// The lock is held for a dictionary access per result, so a few thousand times a second for a fraction of a
/// microsecond; never while someone is told.
final class HealthRecorder: Sendable {
    private struct Shared {
        var registry = HealthRegistry()
        var waiters: [Int: EventLoopPromise<Bool>] = [:]
        var nextWaiter = 0
        var isStopped = false

        /// Takes out those who wait for the first round if it has ended.
        mutating func takeSatisfiedWaiters() -> [EventLoopPromise<Bool>] {
            guard registry.uncheckedCount == 0, !waiters.isEmpty else { return [] }
            defer { waiters.removeAll() }
            return Array(waiters.values)
        }
    }

    private let shared = Mutex(Shared())
    private let logger: Logger
    private let onChange: @Sendable (HealthChange) -> Void
    private let onOutlook: @Sendable () -> Void
    private let onReport: @Sendable (HealthTarget.ID, StateReport) -> Void

    init(
        logger: Logger,
        onChange: @escaping @Sendable (HealthChange) -> Void,
        onOutlook: @escaping @Sendable () -> Void = {},
        onReport: @escaping @Sendable (HealthTarget.ID, StateReport) -> Void = { _, _ in }
    ) {
        self.logger = logger
        self.onChange = onChange
        self.onOutlook = onOutlook
        self.onReport = onReport
    }

    /// Replaces the targets.
    ///
    /// - Parameter apply: hands the difference to the event loops. It is called under the lock, so that updates made at
    ///   the same time reach every event loop in one order.
    func update(
        _ targets: [HealthTarget],
        at now: ContinuousClock.Instant,
        apply: (HealthRegistry.Difference) -> Void
    ) {
        let satisfied = shared.withLock { shared in
            guard !shared.isStopped else { return [EventLoopPromise<Bool>]() }
            apply(shared.registry.update(targets, at: now))
            return shared.takeSatisfiedWaiters()
        }
        for waiter in satisfied { waiter.succeed(true) }
    }

    /// Takes in a result and tells of the change it makes, and of round trips that it has, which are not kept.
    ///
    /// - Returns: whether the target's state is in doubt now.
    func record(_ outcome: CheckOutcome, for id: HealthTarget.ID) -> Bool {
        if let report = outcome.report, report.roundTrips != nil { onReport(id, report) }
        let outcome = outcome.withoutRoundTrips
        let now = ContinuousClock.now
        let (recorded, satisfied) = shared.withLock { shared in
            (shared.registry.record(outcome, for: id, at: now), shared.takeSatisfiedWaiters())
        }
        if let change = recorded.change { tell(change) } else if recorded.hasOtherOutlook { onOutlook() }
        for waiter in satisfied { waiter.succeed(true) }
        return recorded.isInDoubt
    }

    /// Logs a change and calls the one who wants to know.
    func tell(_ change: HealthChange) {
        var metadata: Logger.Metadata = [
            "target": "\(change.id.label)", "address": "\(change.id.endpoint)", "from": "\(change.from)",
            "to": "\(change.to)", "reason": "\(change.reason?.description ?? "no check")",
        ]
        if let needed = change.neededPasses { metadata["flaps-so-needs-passes"] = "\(needed)" }
        logger.notice("health changed", metadata: metadata)
        onChange(change)
    }

    /// Forgets the targets for good and tells those who wait for the first round that it did not come.
    func stop() {
        let waiters = shared.withLock { shared in
            shared.isStopped = true
            shared.registry = HealthRegistry()
            defer { shared.waiters.removeAll() }
            return Array(shared.waiters.values)
        }
        for waiter in waiters { waiter.succeed(false) }
    }

    var states: [HealthTarget.ID: HealthState] { shared.withLock { $0.registry.states } }

    func state(of id: HealthTarget.ID) -> HealthState? { shared.withLock { $0.registry.state(of: id) } }

    /// Waits until every target has had a result; `false` when that took longer than `limit` or `stop` came first.
    func firstRound(within limit: Duration, on eventLoop: any EventLoop) async -> Bool {
        let promise = eventLoop.makePromise(of: Bool.self)
        let waiter = shared.withLock { shared -> Int? in
            guard !shared.isStopped, shared.registry.uncheckedCount > 0 else { return nil }
            defer { shared.nextWaiter += 1 }
            shared.waiters[shared.nextWaiter] = promise
            return shared.nextWaiter
        }
        guard let waiter else {
            promise.succeed(!shared.withLock(\.isStopped))
            return (try? await promise.futureResult.get()) ?? false
        }
        let timer = eventLoop.scheduleTask(in: TimeAmount(limit)) {
            self.shared.withLock { $0.waiters.removeValue(forKey: waiter) }?.succeed(false)
        }
        defer { timer.cancel() }
        return (try? await promise.futureResult.get()) ?? false
    }
}

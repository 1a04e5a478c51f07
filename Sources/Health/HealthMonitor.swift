import Glibc
package import Logging
package import NIOCore
package import Telemetry

/// Checks a set of targets again and again and says when the health of one changes.
///
/// The targets are spread over the event loops of a group and stay on theirs. The first checks are made within 200 ms;
/// then each target is asked at its interval, give or take a tenth, and at half of it while its state is in doubt. A
/// target has at most one check in progress. A monitor that is no longer needed must be stopped.
package final class HealthMonitor: Sendable {
    private let recorder: HealthRecorder
    private let loops: [NIOLoopBoundBox<CheckLoop>]

    /// A monitor without targets.
    ///
    /// - Parameters:
    ///   - group: whose event loops run the checks; it must outlive the monitor.
    ///   - logger: gets a line for each change.
    ///   - checksAtATime: how many checks may be in progress at a time, over all event loops.
    ///   - connectionsKept: how many connections may be kept open between checks, besides; by default a quarter of
    ///     the descriptors that this process may have.
    ///   - onChange: called on an event loop for each change, also for the first from `unknown`, with the changes of
    ///     one target in order. It must not block.
    ///   - onOutlook: called likewise when a result changes no status, but how soon one could change:
    ///     ``HealthState/shortestTimeToChange(_:)``.
    ///   - onReport: called likewise with each report of a proxy that has round trips; those do not become part of the
    ///     target's state.
    package init(
        on group: any EventLoopGroup,
        logger: Logger,
        checksAtATime: Int = 1024,
        connectionsKept: Int? = nil,
        onChange: @escaping @Sendable (HealthChange) -> Void,
        onOutlook: @escaping @Sendable () -> Void = {},
        onReport: @escaping @Sendable (HealthTarget.ID, StateReport) -> Void = { _, _ in }
    ) {
        let recorder = HealthRecorder(
            logger: logger,
            onChange: onChange,
            onOutlook: onOutlook,
            onReport: onReport
        )
        let eventLoops = Array(group.makeIterator())
        let limit = max(1, checksAtATime / max(1, eventLoops.count))
        let kept = (connectionsKept ?? Self.descriptorLimit / 4) / max(1, eventLoops.count)
        loops = eventLoops.map { eventLoop in
            let loop = CheckLoop(on: eventLoop, limit: limit, connectionsKept: kept, recorder: recorder)
            return NIOLoopBoundBox.makeBoxSendingValue(loop, as: CheckLoop.self, eventLoop: eventLoop)
        }
        self.recorder = recorder
    }

    /// Replaces the targets.
    ///
    /// A target that stays keeps its state, even when it is asked in another way from now on; a new one is unknown
    /// until its first check, and one that is gone is forgotten and reports no more. Of several targets with one ID the
    /// last counts. After `stop` nothing happens.
    package func update(targets: [HealthTarget]) {
        recorder.update(targets, at: .now) { difference in
            var parts = loops.map { _ in HealthRegistry.Difference() }
            for target in difference.run { parts[part(of: target.id)].run.append(target) }
            for id in difference.ended { parts[part(of: id)].ended.append(id) }
            for change in difference.changes { parts[part(of: change.id)].changes.append(change) }
            for (loop, part) in zip(loops, parts) { apply(part, to: loop) }
        }
    }

    /// Makes no more checks, closes those in progress and forgets the targets. Afterwards no change is reported.
    package func stop() async {
        recorder.stop()
        for loop in loops {
            // A loop that no longer runs has no checks to end.
            try? await loop.eventLoop.submit { loop.value.endAll() }.get()
        }
    }

    /// The states of all targets.
    package var states: [HealthTarget.ID: HealthState] { recorder.states }

    /// The state of one target, or `nil` when it is none of this monitor's.
    package func state(of id: HealthTarget.ID) -> HealthState? { recorder.state(of: id) }

    /// Waits until every target has been checked once.
    ///
    /// - Returns: `false` when that took longer than `limit`, or the monitor was stopped.
    package func firstRoundEnded(within limit: Duration) async -> Bool {
        guard let eventLoop = loops.first?.eventLoop else { return true }
        return await recorder.firstRound(within: limit, on: eventLoop)
    }

    /// How many descriptors this process may have open.
    private static var descriptorLimit: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The event loop, as an index into `loops`, on which a target is checked.
    private func part(of id: HealthTarget.ID) -> Int {
        Int(UInt(bitPattern: id.hashValue) % UInt(loops.count))
    }

    private func apply(_ difference: HealthRegistry.Difference, to loop: NIOLoopBoundBox<CheckLoop>) {
        let recorder = recorder
        loop.eventLoop.execute {
            difference.changes.forEach(recorder.tell)
            difference.ended.forEach(loop.value.end)
            difference.run.forEach(loop.value.run)
        }
    }
}

/// A change of a target's status.
package struct HealthChange: Hashable, Sendable {
    /// Which target.
    package let id: HealthTarget.ID
    /// The status before.
    package let from: HealthState.Status
    /// The status now.
    package let to: HealthState.Status
    /// The result that decided it; `nil` for a target that is asked nothing.
    package let reason: CheckOutcome?
    /// How many passes in a row bring the target back, where it flaps and that is more than usual.
    package var neededPasses: Int?
}

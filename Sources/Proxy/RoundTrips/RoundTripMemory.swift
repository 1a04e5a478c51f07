import Synchronization
import Telemetry

/// What is known of the round trips to the clients of this process.
final class RoundTripMemory: Sendable {
    private let table = Mutex(RoundTripTable(capacity: capacity, seed: .random(in: .min ... .max)))
    /// Tells the table of this run from those of others.
    private let epoch = UInt64.random(in: 1 ... .max)
    private let start = ContinuousClock.now

    /// Networks at most: a million, in 48 MiB.
    private static let capacity = 1 << 20

    /// Seconds since the start.
    var now: UInt32 { UInt32(clamping: (ContinuousClock.now - start).components.seconds) }

    /// What changed since a name server asked last.
    func report(since cursor: RoundTripCursor) -> RoundTripReport {
        let now = now
        return table.withLock { $0.report(since: cursor, epoch: epoch, now: now) }
    }
}

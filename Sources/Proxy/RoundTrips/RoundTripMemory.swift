import Synchronization
import Telemetry

/// What is known of the round trips to the clients of this process: folded together from what its event loops measure.
///
/// Loops do not come here: they are visited now and then, and give away what they have.
final class RoundTripMemory: Sendable {
    private struct State: Sendable {
        var table = RoundTripTable(capacity: RoundTripMemory.capacity, seed: .random(in: .min ... .max))
        var counts = RoundTripCounts()
    }

    private let state = Mutex(State())
    /// Tells the table of this run from those of others.
    private let epoch = UInt64.random(in: 1 ... .max)
    private let clock = SecondsClock()

    /// Networks at most: a million, in 48 MiB.
    private static let capacity = 1 << 20

    /// Seconds since the start.
    var now: UInt32 { clock.now }

    /// Takes up what a loop gave away.
    func add(_ batch: RoundTripSensor.Batch) {
        state.withLock { state in
            state.counts += batch.counts
            state.table.add(batch.samples)
        }
    }

    /// What changed since a name server asked last.
    func report(since cursor: RoundTripCursor) -> RoundTripReport {
        let now = now
        return state.withLock { $0.table.report(since: cursor, epoch: epoch, now: now) }
    }

    /// How much there is.
    var summary: RoundTripSummary {
        state.withLock { state in
            RoundTripSummary(
                networks: state.table.count,
                forgotten: state.table.evictions,
                samples: state.counts.samples,
                skipped: RoundTripSummary.Skipped(
                    relayed: state.counts.relayed,
                    local: state.counts.local,
                    unmeasured: state.counts.unmeasured,
                    overflowed: state.counts.overflowed
                )
            )
        }
    }
}

/// How much a proxy knows of round trips, and what it did not measure.
package struct RoundTripSummary: Hashable, Codable, Sendable {
    /// What was not measured, by reason.
    package struct Skipped: Hashable, Codable, Sendable {
        /// Connections from proxies in front: `trusted-proxies` and `proxy-protocol-from`.
        package var relayed: UInt64
        /// Connections from loopback and link-local addresses.
        package var local: UInt64
        /// Connections whose handshake the kernel could not measure.
        package var unmeasured: UInt64
        /// Measurements for which an event loop had no room.
        package var overflowed: UInt64
    }

    /// Networks in memory.
    package var networks: Int
    /// Networks that were put out to make room for others.
    package var forgotten: Int
    /// Measurements that counted.
    package var samples: UInt64
    package var skipped: Skipped
}

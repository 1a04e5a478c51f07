import DNSWire
import Steering

/// Frozen states as they are kept across restarts: moments as times of day.
package struct KeptFreeze: Hashable, Sendable, Codable {
    var cause: Freeze.Cause
    var since: Timestamp
    var until: Timestamp
    /// Names of regions, absolute.
    var held: [String]
    var total: Int
}

extension KeptFreeze {
    init(_ freeze: Freeze, _ clock: WallClock) {
        cause = freeze.cause
        since = clock.wall(freeze.since)
        until = clock.wall(freeze.until)
        held = freeze.held.map(\.description).sorted()
        total = freeze.total
    }

    /// The same on the clock of this process; `nil` when it is over.
    func restored(_ clock: WallClock) -> Freeze? {
        guard until > clock.now else { return nil }
        let names = held.compactMap { try? DomainName($0) }
        return Freeze(cause, since: clock.instant(since), until: clock.instant(until), held: Set(names), total: total)
    }
}

/// One moment on two clocks: that of operators, and that of the checks.
struct WallClock {
    var now: Timestamp
    var instant: ContinuousClock.Instant

    func wall(_ moment: ContinuousClock.Instant) -> Timestamp {
        now.adding(instant.duration(to: moment).components.seconds)
    }

    func instant(_ moment: Timestamp) -> ContinuousClock.Instant {
        // A file may say anything; a century is far enough.
        let limit: Int64 = 3_155_760_000
        let (seconds, isOver) = moment.seconds.subtractingReportingOverflow(now.seconds)
        return instant + .seconds(isOver ? -limit : min(max(seconds, -limit), limit))
    }
}

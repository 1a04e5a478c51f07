import Glibc

/// A length of time in whole nanoseconds, reckoned once, so that a deadline is moved by one addition.
package struct Interval: Hashable, Comparable, Sendable {
    /// Nanoseconds, not negative.
    @usableFromInline package let nanoseconds: Int64

    /// The interval as long as `duration`; one out of range is as long as can be said, one that is negative is zero.
    package init(_ duration: Duration) {
        let parts = duration.components
        let (scaled, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflows) = scaled.addingReportingOverflow(parts.attoseconds / 1_000_000_000)
        nanoseconds = overflow || overflows ? (parts.seconds < 0 ? 0 : .max) : max(0, sum)
    }

    package static func < (left: Interval, right: Interval) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// A moment on the clock of the loops (CLOCK_MONOTONIC).
package struct LoopTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since some fixed point, not negative.
    @usableFromInline package let nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than everything.
    package static let never = LoopTime(nanoseconds: .max)

    /// The present.
    package static var now: LoopTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return LoopTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    @inlinable
    package static func < (left: LoopTime, right: LoopTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment that is `interval` later; `never` when that is out of range.
    @inlinable
    package static func + (time: LoopTime, interval: Interval) -> LoopTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(interval.nanoseconds)
        return LoopTime(nanoseconds: overflow ? .max : sum)
    }
}

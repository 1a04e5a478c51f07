/// A moment on a clock that only goes forward, in nanoseconds since some fixed point.
///
/// What the algorithms are told instead of asking a clock, so that a test can let an hour pass.
package struct Moment: Hashable, Comparable, Sendable {
    /// Nanoseconds since the fixed point, 0 or more.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The fixed point itself.
    package static let start = Moment(nanoseconds: 0)
    /// Later than everything.
    package static let never = Moment(nanoseconds: .max)

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment that is `time` later; `never` when that is out of range.
    package static func + (moment: Moment, time: Duration) -> Moment {
        let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(time.nanoseconds)
        return overflow ? .never : Moment(nanoseconds: sum)
    }

    /// The nanoseconds from `earlier` to this moment; 0 when this is the earlier one.
    func nanoseconds(since earlier: Moment) -> Int64 {
        self > earlier ? nanoseconds &- earlier.nanoseconds : 0
    }
}

extension Duration {
    /// The whole nanoseconds, as many as there is room for.
    package var nanoseconds: Int64 {
        let parts = components
        let (scaled, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return parts.seconds < 0 ? .min : .max }
        let (sum, overflows) = scaled.addingReportingOverflow(parts.attoseconds / 1_000_000_000)
        return overflows ? .max : sum
    }
}

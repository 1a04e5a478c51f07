/// The rate of something that is counted, over the last seconds, from the count at times when someone asks.
///
/// Nothing runs between questions. Time is passed in.
package struct RateWindow: Sendable {
    private struct Sample {
        var time: Duration
        var count: UInt64
    }

    private var samples: [Sample]

    /// What the rate is taken over, at least, once it has run that long.
    private static let width = Duration.seconds(4)
    /// Samples that follow each other closer than this are not kept.
    private static let spacing = Duration.milliseconds(500)
    private static let limit = 16

    /// A count of 0 at `time`.
    package init(at time: Duration) {
        samples = [Sample(time: time, count: 0)]
    }

    /// Takes the count at a time, not before the last, and gives the rate in 1/s.
    package mutating func rate(of count: UInt64, at time: Duration) -> Double {
        // The youngest sample that is old enough begins the window; those before it are of no more use.
        while samples.count > 1, time - samples[1].time >= Self.width { samples.removeFirst() }
        let first = samples[0]
        if let last = samples.last, time - last.time >= Self.spacing, samples.count < Self.limit {
            samples.append(Sample(time: time, count: count))
        }
        let width = time - first.time
        guard width > .zero, count >= first.count else { return 0 }
        return Double(count - first.count) / max(width / .seconds(1), 0.001)
    }
}

/// What is kept of the round trips of one network: twenty-four octets that any number of samples fold into.
///
/// Centre and spread follow the samples as smoothed round-trip estimators do (RFC 6298 section 2: exponentially
/// weighted mean and mean deviation), with two differences. The first samples count alike, so that the centre of few
/// is their mean. And a sample further off than four deviations counts as if it were just there (Huber's rule), so one
/// stray client moves nothing, while a spread that grows faster than it shrinks lets a lasting change through within
/// about ten samples. Beside them stands what the last few samples say, stray or not, for a reader that has other
/// networks to compare with.
package struct RoundTripDigest: Hashable, BitwiseCopyable, Sendable {
    /// Samples so far; stays at its maximum.
    package private(set) var count: UInt32
    /// The least sample in microseconds.
    package private(set) var minimum: UInt32
    /// The robust centre in microseconds.
    package private(set) var centre: Float
    /// The mean absolute deviation from the centre in microseconds.
    package private(set) var deviation: Float
    /// The last few samples, each weighing as much as all before it, in microseconds.
    package private(set) var recent: Float
    /// When the last sample came, in seconds of a clock that the owner chooses.
    package private(set) var lastSeen: UInt32

    /// The longest round trip that counts, in microseconds: what takes longer is no round trip but an outage.
    package static let longest: UInt32 = 10_000_000
    /// The weight of a new sample once there are many.
    private static let gain: Float = 1 / 8
    private static let fastGain: Float = 1 / 4
    private static let slowGain: Float = 1 / 16
    /// Samples further off, in deviations, count as if they were this far.
    private static let clip: Float = 4
    /// The least deviation that clips, in microseconds: half a millisecond of queueing is no news.
    private static let leastDeviation: Float = 500

    /// The digest of one sample.
    ///
    /// - Parameters:
    ///   - sample: in microseconds, clamped to 1...``longest``.
    ///   - now: seconds.
    package init(_ sample: UInt32, at now: UInt32) {
        let sample = min(max(sample, 1), Self.longest)
        count = 1
        minimum = sample
        centre = Float(sample)
        deviation = Float(sample) / 4
        recent = centre
        lastSeen = now
    }

    /// A digest from its parts, as a report has them.
    ///
    /// - Returns: `nil` for parts that no samples give.
    package init?(
        count: UInt32,
        minimum: UInt32,
        centre: Float,
        deviation: Float,
        recent: Float,
        lastSeen: UInt32
    ) {
        let longest = Float(Self.longest)
        guard count > 0, (1...Self.longest).contains(minimum), centre >= 1, centre <= longest,
            deviation >= 0, deviation <= longest, recent >= 1, recent <= longest
        else { return nil }
        self.count = count
        self.minimum = minimum
        self.centre = centre
        self.deviation = deviation
        self.recent = recent
        self.lastSeen = lastSeen
    }

    /// Folds a sample in.
    ///
    /// - Parameters:
    ///   - sample: in microseconds, clamped to 1...``longest``.
    ///   - now: seconds.
    package mutating func add(_ sample: UInt32, at now: UInt32) {
        let sample = min(max(sample, 1), Self.longest)
        if count < .max { count += 1 }
        minimum = min(minimum, sample)
        lastSeen = max(lastSeen, now)
        recent += (Float(sample) - recent) / 2
        let reach = Self.clip * max(deviation, Self.leastDeviation)
        let error = min(max(Float(sample) - centre, -reach), reach)
        centre += error * max(Self.gain, 1 / Float(count))
        let growth = abs(error) - deviation
        deviation += growth * (growth > 0 ? Self.fastGain : Self.slowGain)
    }
}

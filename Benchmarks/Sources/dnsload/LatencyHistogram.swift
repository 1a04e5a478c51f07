/// Counts durations in buckets whose width is at most 1/64 of their value.
///
/// Values below 128 ns have a bucket each; every octave above has 64 buckets. Durations from about 18 minutes on share
/// the last.
struct LatencyHistogram {
    private var counts = [UInt64](repeating: 0, count: Self.bucket(of: 1 << 40) + 1)
    private(set) var total: UInt64 = 0
    private(set) var maximum: UInt64 = 0

    /// Counts one duration, in nanoseconds.
    @inline(__always)
    mutating func record(_ nanoseconds: UInt64) {
        counts[min(Self.bucket(of: nanoseconds), counts.count - 1)] += 1
        total += 1
        maximum = max(maximum, nanoseconds)
    }

    /// The duration that `share` (0 to 1) of all do not pass, in nanoseconds; 0 when nothing was counted.
    func quantile(_ share: Double) -> UInt64 {
        let rank = UInt64((share * Double(total)).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() where count > 0 {
            seen += count
            if seen >= rank { return min(Self.upperBound(of: bucket), maximum) }
        }
        return maximum
    }

    static func bucket(of value: UInt64) -> Int {
        guard value >= 128 else { return Int(value) }
        let shift = 57 - value.leadingZeroBitCount
        return shift * 64 + Int(value >> UInt64(shift))
    }

    /// The largest value in a bucket.
    static func upperBound(of bucket: Int) -> UInt64 {
        guard bucket >= 128 else { return UInt64(bucket) }
        let shift = bucket / 64 - 1
        return (UInt64(bucket - shift * 64 + 1) << UInt64(shift)) - 1
    }
}

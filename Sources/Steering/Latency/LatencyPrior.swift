/// What the round trip over a distance is expected to be where nothing was measured: a line, fitted to what was.
///
/// Least squares over the measured pairs of country and region, with a ridge towards what the Internet is known to be
/// like, so that few pairs change little and none change nothing. The slope is never less than light in fibre takes.
struct LatencyPrior: Hashable, Sendable {
    /// Milliseconds at no distance.
    private(set) var offset = Self.usualOffset
    /// Milliseconds a kilometre.
    private(set) var slope = Self.usualSlope

    /// A measured pair.
    struct Pair {
        /// The distance in kilometres.
        var kilometres: Double
        /// The round trip in milliseconds.
        var roundTrip: Double
    }

    /// A round trip at two thirds of the speed of light, as in fibre, in milliseconds a kilometre.
    static let physicalSlope = 1 / Ranker.kilometresPerMillisecond
    /// Paths are about half again as long as great circles, and links have queues.
    private static let usualSlope = 0.016
    private static let usualOffset = 10.0
    /// How many pairs the usual line stands for, each at one of these distances.
    private static let ridge = [(kilometres: 500.0, weight: 2.0), (kilometres: 9000.0, weight: 2.0)]

    /// The usual line.
    init() {}

    /// A line that was fitted before.
    ///
    /// - Returns: `nil` for a line that none is fitted to: one that falls, or is faster than light in fibre.
    init?(offset: Double, slope: Double) {
        guard (0...10_000).contains(offset), (Self.physicalSlope...10).contains(slope) else { return nil }
        self.offset = offset
        self.slope = slope
    }

    /// The line through measured pairs. A pair further off than 100 ms plus half of what the usual line says counts
    /// as if it were just there.
    init(_ pairs: some Sequence<Pair>) {
        var (weight, sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0, 0.0)
        func add(_ x: Double, _ y: Double, _ w: Double) {
            weight += w
            sumX += w * x
            sumY += w * y
            sumXX += w * x * x
            sumXY += w * x * y
        }
        let usual = LatencyPrior()
        for point in Self.ridge { add(point.kilometres, usual.roundTrip(over: point.kilometres), point.weight) }
        for pair in pairs where pair.kilometres.isFinite && pair.roundTrip.isFinite {
            let expected = usual.roundTrip(over: pair.kilometres)
            let reach = 100 + expected / 2
            add(pair.kilometres, min(max(pair.roundTrip, expected - reach), expected + reach), 1)
        }
        let determinant = weight * sumXX - sumX * sumX
        guard determinant > 0 else { return }
        slope = max((weight * sumXY - sumX * sumY) / determinant, Self.physicalSlope)
        offset = max((sumY - slope * sumX) / weight, 0)
    }

    /// The expected round trip in milliseconds.
    func roundTrip(over kilometres: Double) -> Double { offset + slope * kilometres }

    /// The least round trip that is possible.
    static func least(over kilometres: Double) -> Double { kilometres * physicalSlope }
}

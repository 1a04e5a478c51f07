import Glibc

/// What it is worth to try a region instead of the one that is believed to be best.
///
/// A trial costs what the region is believed to be slower by. What it may bring is the expected improvement (Mockus 1975;
/// the knowledge gradient of Frazier, Powell and Dayanik 2008): by how much the region may turn out to be better, times
/// how likely, for all connections that profit until what was learned has faded. So what is surely worse is never tried,
/// what is known well is not tried again, and the same knowledge always gives the same answer, which drawing at random
/// (Thompson sampling) would not.
enum TrialWorth {
    /// How many later connections of a network profit from one that tries, on average.
    private static let ownHorizon = 20.0
    /// The same over all networks of an area, which learn from each other.
    private static let sharedHorizon = 1000.0
    /// What a trial has to bring, in milliseconds.
    private static let least = 0.1

    /// The worth of a trial in milliseconds; not above 0 when it is not worth it.
    ///
    /// - Parameters:
    ///   - gap: how much slower the region is believed to be than the best, in milliseconds.
    ///   - doubts: how far off the two round trips may be for the clients who try, standard deviations.
    ///   - sharedDoubts: the same for all clients of the area.
    static func of(
        gap: Double,
        doubts: (region: Double, best: Double),
        sharedDoubts: (region: Double, best: Double)
    ) -> Double {
        guard gap.isFinite else { return 0 }
        let gap = max(gap, 0)
        let own = improvement(over: gap, deviation: hypot(doubts.region, doubts.best))
        let shared = improvement(over: gap, deviation: hypot(sharedDoubts.region, sharedDoubts.best))
        return ownHorizon * own + sharedHorizon * shared - gap - least
    }

    /// The mean of what a normal number of a deviation is beyond `gap`, 0 where it is not.
    static func improvement(over gap: Double, deviation: Double) -> Double {
        guard deviation > 0 else { return 0 }
        let distance = gap / deviation
        let density = exp(-distance * distance / 2) / (2 * Double.pi).squareRoot()
        let tail = erfc(distance / 2.0.squareRoot()) / 2
        return max(deviation * density - gap * tail, 0)
    }
}

import Glibc

/// A number that is not known exactly: a mean and a variance, in milliseconds.
///
/// What it describes wanders around 0 (an Ornstein-Uhlenbeck process): knowledge that is not renewed fades, the mean
/// back to 0 and the variance back to what it was before anything was known.
struct Belief: Hashable, BitwiseCopyable, Sendable {
    /// The best guess in milliseconds.
    var mean: Float = 0
    /// How far off it may be, in square milliseconds.
    var variance: Float
    /// When it was brought up to date, in seconds.
    var updated: UInt32

    /// Nothing is known but how far from 0 it may be.
    init(ignorance: Float, at now: UInt32) {
        variance = ignorance
        updated = now
    }

    /// Brings it up to date.
    ///
    /// - Parameters:
    ///   - now: seconds; a time before the last is taken as that.
    ///   - ignorance: the variance when nothing is known, in square milliseconds.
    ///   - memory: the time in seconds after which 37 % of a mean is left.
    mutating func age(to now: UInt32, ignorance: Float, memory: Float) {
        guard now > updated else { return }
        let kept = expf(-Float(now - updated) / memory)
        mean *= kept
        variance = ignorance + (variance - ignorance) * kept * kept
        updated = now
    }

    /// What it will be at a time; see ``age(to:ignorance:memory:)``.
    func aged(to now: UInt32, ignorance: Float, memory: Float) -> Belief {
        var aged = self
        aged.age(to: now, ignorance: ignorance, memory: memory)
        return aged
    }

    /// Takes up its part of what an observation was off by: a Kalman update of one of several summed states, the
    /// correlations between them left out.
    ///
    /// - Parameters:
    ///   - surprise: observed less expected.
    ///   - total: the variance of the surprise: of all summands and of the observation together.
    mutating func learn(_ surprise: Float, of total: Float) {
        let gain = variance / total
        mean += gain * surprise
        variance *= 1 - gain
    }
}

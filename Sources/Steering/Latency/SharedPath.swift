/// What is peculiar to the path between a region and a country or an autonomous system: what is usual, and what is so at
/// present.
///
/// Where cables lie and who peers with whom changes little from day to day; a broken cable or a full link sends traffic
/// another way for an hour. What comes as a surprise is put down to the present, and so forgotten soon after it is no
/// longer seen: a region that everyone has left because it was slow is not held to be slow for ever.
struct SharedPath: Hashable, BitwiseCopyable, Sendable {
    var usual: Belief
    var present: Belief

    /// Nothing is known.
    ///
    /// - Parameter unlike: how far what is usual may be from 0, in square milliseconds.
    init(_ unlike: Float, _ ignorance: Ignorance, at now: UInt32) {
        usual = Belief(ignorance: unlike, at: now)
        present = Belief(ignorance: ignorance.present, at: now)
    }

    init(usual: Belief, present: Belief) {
        self.usual = usual
        self.present = present
    }

    var mean: Float { usual.mean + present.mean }
    var variance: Float { usual.variance + present.variance }

    /// Brings it up to date.
    mutating func age(to now: UInt32, _ unlike: Float, _ ignorance: Ignorance) {
        usual.age(to: now, ignorance: unlike, memory: Memory.usual)
        present.age(to: now, ignorance: ignorance.present, memory: Memory.present)
    }

    /// What it will be at a time.
    func aged(to now: UInt32, _ unlike: Float, _ ignorance: Ignorance) -> SharedPath {
        var aged = self
        aged.age(to: now, unlike, ignorance)
        return aged
    }

    /// Takes up its part of a surprise: see ``Belief/learn(_:of:)``.
    mutating func learn(_ surprise: Float, of total: Float) {
        usual.learn(surprise, of: total)
        present.learn(surprise, of: total)
    }

    /// Holds that something may have changed.
    ///
    /// - Parameters:
    ///   - doubt: in square milliseconds.
    ///   - limit: the most that is doubted.
    mutating func doubt(_ doubt: Float, upTo limit: Float) {
        present.variance = min(max(present.variance * 2 + 1, doubt), limit)
    }
}

/// How far from 0 the summands may be before anything is known: variances in square milliseconds.
///
/// Orders of magnitude from public measurements between countries; what is measured soon outweighs them.
struct Ignorance {
    let country: Float
    let system: Float
    let network: Float
    /// How far a shared path may be from what is usual of it.
    let present: Float

    static let countryOffset: Float = 20 * 20
    static let networkOffset: Float = 15 * 15

    /// How far a network may be from its area, a standard deviation in milliseconds.
    static func networkDeviation(expecting roundTrip: Double) -> Double { 2 + 0.05 * roundTrip }

    /// - Parameter roundTrip: what the prior expects, in milliseconds; longer paths differ more.
    init(expecting roundTrip: Float) {
        func square(_ value: Float) -> Float { value * value }
        country = square(10 + 0.35 * roundTrip)
        system = square(3 + 0.06 * roundTrip)
        present = square(2 + 0.05 * roundTrip)
        network = square(Float(Self.networkDeviation(expecting: Double(roundTrip))))
    }
}

/// How long knowledge lasts without being renewed: the time after which 37 % of it is left, in seconds.
enum Memory {
    /// Of what is so at present.
    static let present: Float = 3600
    /// Of how a network differs from its area.
    static let network: Float = 6 * 3600
    /// Of what is usual on a shared path.
    static let usual: Float = 86_400
    /// Of access lines.
    static let offset: Float = 86_400
}

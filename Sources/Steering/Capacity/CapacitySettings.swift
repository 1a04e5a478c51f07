/// How a fleet's load is kept within the capacity of its regions.
package struct CapacitySettings: Hashable, Sendable {
    /// The share of its capacity that a region which sends clients on aims at, 0.1...1.
    package var target: Double
    /// The share at which it begins to, `target`...1.2.
    package var limit: Double
    /// How much more of its clients a region sends on from one interval to the next, at most.
    package var greatestRise: Double
    /// The same while it is overloaded, and right after another region is lost.
    package var greatestHastyRise: Double
    /// How much less, at most.
    package var greatestFall: Double
    /// A region that sends clients on is left alone while its load is between the limit and so much below the target.
    package var slack: Double

    package init(
        target: Double = 0.9,
        limit: Double = 0.95,
        greatestRise: Double = 0.25,
        greatestHastyRise: Double = 0.5,
        greatestFall: Double = 0.05,
        slack: Double = 0.05
    ) {
        self.target = target
        self.limit = limit
        self.greatestRise = greatestRise
        self.greatestHastyRise = greatestHastyRise
        self.greatestFall = greatestFall
        self.slack = slack
    }
}

package import Steering

/// How a name server keeps regions within their capacity.
package struct CapacityPacing: Hashable, Sendable {
    /// What is aimed at.
    package var settings: CapacitySettings
    /// From one look at the loads to the next.
    package var interval: Duration
    /// How long clients keep an answer: the time to live of the steered names.
    package var answerLifetime: Duration

    package init(
        settings: CapacitySettings = CapacitySettings(),
        interval: Duration = .seconds(10),
        answerLifetime: Duration = .seconds(30)
    ) {
        self.settings = settings
        self.interval = interval
        self.answerLifetime = answerLifetime
    }

    /// How many intervals clients keep an answer, rounded up, at least 1.
    var memory: Int {
        let intervals = answerLifetime / interval
        return intervals.isFinite ? max(1, Int(min(intervals.rounded(.up), 1000))) : 1
    }
}

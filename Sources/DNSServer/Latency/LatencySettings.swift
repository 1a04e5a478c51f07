package import Steering

/// How a name server learns and uses what proxies measured.
package struct LatencySettings: Sendable {
    /// The share of their time that clients spend on trials, about, 0...0.25; 0 for none.
    package var trialShare: Double
    /// Bounds on what is remembered.
    package var limits: LatencyModel.Limits
    /// From one time that reports are taken up to the next.
    package var interval: Duration
    /// From one time that what is believed is kept to the next.
    package var saveInterval: Duration

    package init(
        trialShare: Double = 0.01,
        limits: LatencyModel.Limits = LatencyModel.Limits(),
        interval: Duration = .seconds(5),
        saveInterval: Duration = .seconds(300)
    ) {
        self.trialShare = trialShare
        self.limits = limits
        self.interval = interval
        self.saveInterval = saveInterval
    }

    /// How long the same clients try. Not set by anyone, since all name servers should have the same turn.
    static let trialPeriod: Int64 = 10

    /// Whose turn it is to try regions.
    func trials(at now: Timestamp) -> TrialWindow {
        TrialWindow(period: Int(now.seconds / Self.trialPeriod), share: trialShare)
    }
}

/// What a ``ZoneService`` needs to steer by measured round trips.
package struct LatencyMemory: Sendable {
    package var settings: LatencySettings
    /// What was believed before.
    package var model: LatencyModel?
    /// Keeps what is believed across restarts, and returns why it cannot, if so; `nil` where nothing is to be kept.
    package var save: @Sendable ([UInt8]) -> String?

    package init(
        settings: LatencySettings = LatencySettings(),
        model: LatencyModel? = nil,
        save: @escaping @Sendable ([UInt8]) -> String? = { _ in nil }
    ) {
        self.settings = settings
        self.model = model
        self.save = save
    }
}

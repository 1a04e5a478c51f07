import Telemetry

/// Decides who of those that have their turn to try a region does so now, so that trials cost all clients no more than a
/// bound on average: those whose trials bring most for what they cost go before others.
///
/// What is not spent in a period is there in the next, up to a limit, so that what costs much at a time has its time too.
struct TrialBudget {
    /// Who tries together.
    enum Trier: Hashable {
        case network(ClientPrefix)
        case area(LatencyArea)
    }

    private struct Trial {
        var trier: Trier
        /// Of all connections together, in milliseconds.
        var cost: Float
        /// What is gained for what is paid.
        var yield: Double
    }

    /// What trials may cost the mean client, in milliseconds. What they are believed to cost is seldom more than what
    /// they do cost, but may be.
    private static let meanCost: Float = 0.4
    /// How many periods can be saved for.
    private static let savedPeriods: Float = 60

    /// What may be spent in a period, and what is, in milliseconds of the mean client.
    struct Account: Hashable, Sendable {
        var window = TrialWindow.none
        var credit: Float = 0
        var spent: Float = 0
    }

    private let previous: Account
    private let window: TrialWindow
    private var trials: [Trial] = []
    private var connections: Float = 0

    /// - Parameters:
    ///   - previous: of the view before.
    ///   - window: whose turn it is.
    init(after previous: Account, _ window: TrialWindow) {
        self.previous = previous
        self.window = window
    }

    /// Reckons clients in.
    mutating func add(connections: Float) { self.connections += connections }

    /// Reckons with a trial of the region that is best worth it.
    ///
    /// - Parameters:
    ///   - connections: of those who try.
    ///   - roundTrips: what is believed, by region index, in milliseconds.
    ///   - estimate: how far off that may be.
    mutating func add(
        _ trier: Trier,
        connections: Float,
        roundTrips: [Float],
        _ estimate: LatencyView.Estimate
    ) {
        guard let best = roundTrips.indices.min(by: { roundTrips[$0] < roundTrips[$1] }) else { return }
        func doubt(_ region: Int) -> Double {
            let spread = Double(estimate.spreads?[region] ?? 0)
            return (Double(estimate.deviations[region]) * Double(estimate.deviations[region]) + spread * spread)
                .squareRoot()
        }
        var most = 0.0
        var trial: Trial?
        for region in roundTrips.indices where region != best {
            let gap = Double(roundTrips[region] - roundTrips[best])
            let isShared = if case .network = trier { estimate.spreads != nil } else { false }
            let worth = TrialWorth.of(
                gap: gap,
                doubts: (doubt(region), doubt(best)),
                sharedDoubts: isShared
                    ? (Double(estimate.deviations[region]), Double(estimate.deviations[best])) : (0, 0)
            )
            guard worth > most else { continue }
            most = worth
            trial = Trial(trier: trier, cost: connections * Float(gap), yield: (worth + gap) / (gap + 1))
        }
        if let trial { trials.append(trial) }
    }

    /// Spends what there is.
    ///
    /// - Returns: those for whom there is no room now, and the account.
    func spend() -> (waiting: [Trier], account: Account) {
        var account = previous
        if previous.window != window {
            let saved = min(previous.credit - previous.spent, Self.meanCost * Self.savedPeriods)
            account = Account(window: window, credit: max(saved, 0) + Self.meanCost)
        }
        var spent: Float = 0
        var waiting: [Trier] = []
        for trial in trials.sorted(by: { $0.yield > $1.yield }) {
            let cost = trial.cost / connections
            if spent + cost <= account.credit { spent += cost } else { waiting.append(trial.trier) }
        }
        account.spent = max(account.spent, spent)
        return (waiting, account)
    }
}

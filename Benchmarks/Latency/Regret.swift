/// How much longer round trips were than those to the best region, over some connections.
struct Regret {
    /// Milliseconds, one for each connection.
    private(set) var samples: [Double] = []
    private var trialCosts: [Double] = []

    /// Counts a connection.
    ///
    /// - Parameters:
    ///   - trialCost: how much longer it took because a region was tried; less than 0 when that was lucky.
    mutating func add(_ regret: Double, trialCost: Double) {
        samples.append(regret)
        trialCosts.append(trialCost)
    }

    var mean: Double { Self.mean(samples) }
    var trialCost: Double { Self.mean(trialCosts) }

    /// The regret that the share `rank` of connections does not pass.
    func quantile(_ rank: Double) -> Double { Self.quantile(samples, rank) }

    /// The same of what trials cost.
    func trialQuantile(_ rank: Double) -> Double { Self.quantile(trialCosts, rank) }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func quantile(_ values: [Double], _ rank: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(Int(Double(sorted.count) * rank), sorted.count - 1)]
    }
}

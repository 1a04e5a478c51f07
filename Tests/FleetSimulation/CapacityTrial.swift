import Steering

/// A run of a random fleet that is taken to its limits, and what was seen.
///
/// It starts without a plan; then a region dies, where what is left can carry its load; then it comes back; then some
/// region's demand grows, where there is room.
package struct CapacityTrial: Sendable {
    /// A line of the record.
    package struct Row: Sendable {
        package var interval: Int
        package var event: String
        /// By region: the load over the capacity.
        package var uses: [Double]
        /// By region: the share sent on.
        package var shares: [Double]
    }

    package var rows: [Row] = []
    /// The most intervals in a row that a region was above 105 % while another had room.
    package var longestExcess = 0
    /// In which part of the trial that ended, 0...3.
    package var phaseOfLongest = 0
    /// How often a region's share rose by more than a tenth after it had fallen, or fell so after it had risen, while
    /// nothing happened, beyond once for each event.
    package var reversals = 0
    /// The greatest difference between the shares of two name servers in the end.
    package var disagreement = 0.0

    /// The use above which a region is overloaded, and below which another has room.
    private static let overload = 1.05
    private static let room = 0.9
    private static let intervalsPerPhase = 25

    package init(_ simulation: inout FleetSimulation, agreeing: Bool = false) {
        var excess = Array(repeating: 0, count: simulation.capacities.count)
        var trends = Array(repeating: Trend(), count: simulation.capacities.count)
        let largest = simulation.loads.indices.max { simulation.loads[$0] < simulation.loads[$1] } ?? 0
        let total = simulation.loads.reduce(0, +)
        let all = simulation.capacities.reduce(0, +)
        let survives = total <= 0.95 * (all - simulation.capacities[largest])
        for phase in 0..<4 {
            var event = ["start", "a region dies", "it is back", "demand grows"][phase]
            switch phase {
            case 1 where survives: simulation.set(false, region: largest)
            case 2 where survives: simulation.set(true, region: largest)
            case 3:
                let grown = simulation.loads[0] + total
                if grown <= 0.95 * all { simulation.multiplyDemand(by: 2, in: 0) }
            default: break
            }
            for trend in trends.indices { trends[trend] = Trend() }
            for _ in 0..<Self.intervalsPerPhase {
                let loads = simulation.runInterval(agreeing: agreeing)
                let uses = zip(loads, simulation.capacities).map { $0 / $1 }
                let hasRoom = simulation.regionsUp.contains { uses[$0] < Self.room }
                for region in uses.indices {
                    excess[region] = uses[region] > Self.overload && hasRoom ? excess[region] + 1 : 0
                    if excess[region] > longestExcess { (longestExcess, phaseOfLongest) = (excess[region], phase) }
                    if trends[region].turns(at: simulation.shares[region]) { reversals += 1 }
                }
                rows.append(Row(interval: rows.count, event: event, uses: uses, shares: simulation.shares))
                event = ""
            }
        }
        let shares = simulation.allShares
        for other in shares.dropFirst() {
            for (one, two) in zip(shares[0], other) { disagreement = max(disagreement, abs(one - two)) }
        }
    }

    /// Follows a share up and down.
    private struct Trend {
        private var extreme: Double?
        private var direction = 0.0
        private var count = 0
        private static let least = 0.1

        init() {}

        /// Takes a value.
        ///
        /// - Returns: whether it has gone back by more than a tenth on the way it came, not for the first time.
        mutating func turns(at value: Double) -> Bool {
            guard let extreme else {
                self.extreme = value
                return false
            }
            let difference = value - extreme
            if direction == 0 {
                if abs(difference) > Self.least {
                    (direction, self.extreme) = (difference.sign == .minus ? -1 : 1, value)
                }
                return false
            }
            if difference * direction > 0 {
                self.extreme = value
                return false
            }
            guard abs(difference) > Self.least else { return false }
            (direction, self.extreme) = (-direction, value)
            count += 1
            return count > 1
        }
    }
}

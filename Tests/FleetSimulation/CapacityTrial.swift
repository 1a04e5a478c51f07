import Steering

/// A run of a random fleet that is taken to its limits, and what was seen.
///
/// It starts without a plan; then a region dies, where what is left can carry its load; then it comes back; then some
/// region's demand grows, where there is room; then, where there are several name servers, one starts anew.
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

    /// What is looked for.
    package struct Criteria: Sendable {
        /// The use above which a region is overloaded.
        package var overload = 1.05
        /// The use below which another has room.
        package var room = 1.0
        /// An event happens only where demand is no more than this part of the capacity afterwards.
        package var fill = 0.95
        package var intervalsPerPhase = 40
        /// Intervals after an event in which shares may go up and down.
        package var settling = 15
        /// By how much a share has to turn back to count.
        package var turn = 0.05
        /// Whether a name server that starts anew takes the shares over from another.
        package var adopts = true

        package init() {}
    }

    package var rows: [Row] = []
    /// The most intervals in a row that a region was above 105 % while another had room.
    package var longestExcess = 0
    /// In which part of the trial that ended, 0...4.
    package var phaseOfLongest = 0
    /// How often a region's share rose by more than ``Criteria/turn`` after it had fallen by as much, or fell so after it
    /// had risen, while nothing happened any more for ``Criteria/settling`` intervals.
    package var reversals = 0
    /// How often one share did so more than once between two events.
    package var oscillations = 0
    /// The greatest difference between the shares of two name servers in the end.
    package var disagreement = 0.0

    package init(_ simulation: inout FleetSimulation, _ criteria: Criteria = Criteria(), agreeing: Bool = false) {
        var excess = Array(repeating: 0, count: simulation.capacities.count)
        let servers = simulation.allShares.count
        var trends = Array(repeating: Trend(), count: simulation.capacities.count * servers)
        let largest = simulation.loads.indices.max { simulation.loads[$0] < simulation.loads[$1] } ?? 0
        let total = simulation.loads.reduce(0, +)
        let all = simulation.capacities.reduce(0, +)
        let survives = total <= criteria.fill * (all - simulation.capacities[largest])
        for phase in 0..<(servers > 1 ? 5 : 4) {
            var event = ["start", "a region dies", "it is back", "demand grows", "a name server starts"][phase]
            switch phase {
            case 1 where survives: simulation.set(false, region: largest)
            case 2 where survives: simulation.set(true, region: largest)
            case 3:
                let grown = simulation.loads[0] + total
                if grown <= criteria.fill * all { simulation.multiplyDemand(by: 2, in: 0) }
            case 4: simulation.restart(servers - 1, adopting: criteria.adopts)
            default: break
            }
            for trend in trends.indices { trends[trend] = Trend() }
            for interval in 0..<criteria.intervalsPerPhase {
                let loads = simulation.runInterval(agreeing: agreeing)
                let uses = zip(loads, simulation.capacities).map { $0 / $1 }
                let hasRoom = simulation.regionsUp.contains { uses[$0] < criteria.room }
                for region in uses.indices {
                    excess[region] = uses[region] > criteria.overload && hasRoom ? excess[region] + 1 : 0
                    if excess[region] > longestExcess { (longestExcess, phaseOfLongest) = (excess[region], phase) }
                }
                if interval >= criteria.settling {
                    for (index, share) in simulation.allShares.joined().enumerated() {
                        trends[index].take(share, turn: criteria.turn)
                    }
                }
                rows.append(Row(interval: rows.count, event: event, uses: uses, shares: simulation.shares))
                event = ""
            }
            reversals += trends.reduce(0) { $0 + $1.turns }
            oscillations += trends.count { $0.turns > 1 }
        }
        let shares = simulation.allShares
        for other in shares.dropFirst() {
            for (one, two) in zip(shares[0], other) { disagreement = max(disagreement, abs(one - two)) }
        }
    }

    /// Follows a share up and down.
    private struct Trend {
        /// The least and the greatest value since the last turn.
        private var extremes: ClosedRange<Double>?
        private var isRising: Bool?
        /// How often it has turned.
        private(set) var turns = 0

        init() {}

        /// - Parameter turn: how far back it must go to have turned.
        mutating func take(_ value: Double, turn: Double) {
            let known = extremes ?? value...value
            let now = min(known.lowerBound, value)...max(known.upperBound, value)
            extremes = now
            let rises = value - now.lowerBound > turn
            let falls = now.upperBound - value > turn
            guard isRising == true ? falls : isRising == false ? rises : rises || falls else { return }
            if isRising != nil { turns += 1 }
            isRising = rises
            extremes = value...value
        }
    }
}

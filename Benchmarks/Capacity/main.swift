import FleetSimulation
import Glibc
import Steering

// Runs random fleets and says how long any region was overloaded; or prints one run as CSV.

func value(_ name: String, _ fallback: Int) -> Int {
    CommandLine.arguments.first { $0.hasPrefix("\(name)=") }
        .flatMap { Int($0.dropFirst(name.count + 1)) } ?? fallback
}

let seed = UInt64(value("seed", 1))
var plan = FleetPlan()
plan.clients = value("clients", 1200)
plan.servers = value("servers", 1)
let isAgreeing = value("agreeing", 0) == 1

if CommandLine.arguments.contains("csv") {
    var simulation = try plan.simulation(seed: seed)
    let trial = CapacityTrial(&simulation, agreeing: isAgreeing)
    let regions = simulation.map.fleet.regions.map(\.label)
    print((["interval", "event"] + regions.map { "use-\($0)" } + regions.map { "share-\($0)" }).joined(separator: ","))
    for row in trial.rows {
        let numbers = (row.uses + row.shares).map { "\(($0 * 1000).rounded() / 1000)" }
        print((["\(row.interval)", row.event] + numbers).joined(separator: ","))
    }
} else {
    let fleets = value("fleets", 1000)
    var worst = (intervals: 0, seed: UInt64(0))
    var reversals = 0
    var histogram: [Int: Int] = [:]
    var disagreement = 0.0
    for number in 0..<fleets {
        let seed = seed &+ UInt64(number)
        var simulation = try plan.simulation(seed: seed)
        let trial = CapacityTrial(&simulation, agreeing: isAgreeing)
        if trial.longestExcess > worst.intervals { worst = (trial.longestExcess, seed) }
        if trial.longestExcess > 10 {
            print("seed \(seed): \(trial.longestExcess) intervals in part \(trial.phaseOfLongest)")
        }
        reversals += trial.reversals
        histogram[trial.longestExcess, default: 0] += 1
        disagreement = max(disagreement, trial.disagreement)
    }
    print("fleets                                   \(fleets)")
    print("longest time over 105 % with room left   \(worst.intervals) intervals (seed \(worst.seed))")
    print("shares that went back and forth          \(reversals)")
    if plan.servers > 1 { print("greatest difference between servers      \(disagreement)") }
    for (intervals, count) in histogram.sorted(by: { $0.key < $1.key }) {
        print("  \(intervals) intervals: \(count) fleets")
    }
    if worst.intervals > 10 { exit(1) }
}

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
var criteria = CapacityTrial.Criteria()
criteria.room = Double(value("room", 100)) / 100
criteria.fill = Double(value("fill", 95)) / 100
plan.fill = min(Double(value("least", 40)) / 100, criteria.fill)...criteria.fill
let isAgreeing = value("agreeing", 0) == 1
criteria.adopts = value("adopting", 1) == 1

if CommandLine.arguments.contains("csv") {
    var simulation = try plan.simulation(seed: seed)
    let trial = CapacityTrial(&simulation, criteria, agreeing: isAgreeing)
    let regions = simulation.map.fleet.regions.map(\.label)
    print((["interval", "event"] + regions.map { "use-\($0)" } + regions.map { "share-\($0)" }).joined(separator: ","))
    for row in trial.rows {
        let numbers = (row.uses + row.shares).map { "\(($0 * 1000).rounded() / 1000)" }
        print((["\(row.interval)", row.event] + numbers).joined(separator: ","))
    }
} else {
    let fleets = value("fleets", 1000)
    var worst = (intervals: 0, seed: UInt64(0))
    var (reversals, oscillations, late) = (0, 0, 0)
    var histogram: [Int: Int] = [:]
    var disagreement = 0.0
    for number in 0..<fleets {
        let seed = seed &+ UInt64(number)
        var simulation = try plan.simulation(seed: seed)
        let trial = CapacityTrial(&simulation, criteria, agreeing: isAgreeing)
        if trial.longestExcess > worst.intervals { worst = (trial.longestExcess, seed) }
        if trial.longestExcess > 10 {
            print("seed \(seed): \(trial.longestExcess) intervals in part \(trial.phaseOfLongest)")
        }
        if trial.longestExcess > 10 { late += 1 }
        reversals += trial.reversals
        oscillations += trial.oscillations
        if trial.oscillations > 0 { print("seed \(seed): \(trial.oscillations) shares go to and fro") }
        histogram[trial.longestExcess, default: 0] += 1
        disagreement = max(disagreement, trial.disagreement)
    }
    print("fleets                                   \(fleets)")
    print("longest time over 105 % with room left   \(worst.intervals) intervals (seed \(worst.seed))")
    print("fleets with more than ten of them        \(late)")
    print("shares that turned back once settled     \(reversals)")
    print("shares that went to and fro              \(oscillations)")
    if plan.servers > 1 { print("greatest difference between servers      \(disagreement)") }
    for (intervals, count) in histogram.sorted(by: { $0.key < $1.key }) {
        print("  \(intervals) intervals: \(count) fleets")
    }
    if worst.intervals > 10 || oscillations > 0 { exit(1) }
}

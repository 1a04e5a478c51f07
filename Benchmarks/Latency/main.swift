import Foundation
import Geography

// Evaluates steering by measured latency on a table of measured round trips between countries; docs/latency.md tells
// how to read what it prints.

/// What the command line asks for.
struct Request {
    var data = "round-trips.csv"
    var regions = ["US", "DE", "SG"]
    var seed: UInt64 = 1
    var connections = 200.0
    var intervals = 200
    var spread = 0.1
    var trialShare = 0.01
    var plot: String?

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw EvaluationError("\(name) needs a value") }
            let number = Double(value)
            switch (name, number) {
            case ("--data", _): data = value
            case ("--regions", _): regions = value.split(separator: ",").map(String.init)
            case ("--plot", _): plot = value
            case ("--seed", let number?) where number >= 0 && number < 1e18: seed = UInt64(number)
            case ("--connections", let number?) where number > 0 && number < 1e6: connections = number
            case ("--intervals", let number?) where number >= 2 && number < 1e6: intervals = Int(number)
            case ("--spread", let number?) where (0...1).contains(number): spread = number
            case ("--trials", let number?) where (0...1).contains(number): trialShare = number
            default: throw EvaluationError("\(name) \(value) is not understood")
            }
        }
    }
}

func cell(_ value: Double) -> String {
    let text = String(format: "%.2f", value)
    return String(repeating: " ", count: max(0, 9 - text.count)) + text
}

func evaluate(_ request: Request) throws {
    let table = RoundTripMeasurements(csv: try String(contentsOfFile: request.data, encoding: .utf8))
    let codes = request.regions.compactMap { CountryCode($0) }
    guard codes.count == request.regions.count, codes.count >= 2 else {
        throw EvaluationError("two or more country codes are needed")
    }
    guard let world = World(table, regions: codes, spread: request.spread, seed: request.seed) else {
        throw EvaluationError("the table has no measurements for \(request.regions.joined(separator: ","))")
    }
    func ways() throws -> [Steered] {
        [
            try Steered("nearest", "nearest", world: world, seed: request.seed),
            try Steered("geo", "geo", world: world, seed: request.seed),
            try Steered("latency, no trials", "latency", world: world, seed: request.seed),
            try Steered("latency", "latency", trialShare: request.trialShare, world: world, seed: request.seed),
        ]
    }
    let rows = Evaluation.run(
        world,
        ways: try ways(),
        connectionsPerNetwork: request.connections * 2,
        intervals: request.intervals * 2,
        seed: request.seed &+ 1
    )
    print("regions \(request.regions.joined(separator: " ")), \(world.networks.count) networks in ", terminator: "")
    print("\(world.networks.count / World.networksPerCountry) countries, seed \(request.seed)")
    print("\nmean regret in ms after so many connections per network (on average):")
    let marks = [1, 5, 20, 50, 100, 200].filter { Double($0) <= request.connections }
    print("                    " + marks.map { cell(Double($0)).replacing(".00", with: "   ") }.joined())
    for row in rows {
        let values = marks.map { mark in
            // The mean over a few intervals around the mark: one alone is noisy.
            let near = row.points.indices.filter {
                abs(row.points[$0].connections - Double(mark)) <= max(1, Double(mark) / 20)
            }
            return near.isEmpty ? .nan : near.map { row.points[$0].mean }.reduce(0, +) / Double(near.count)
        }
        print(row.title.padding(toLength: 20, withPad: " ", startingAt: 0) + values.map(cell).joined())
    }
    print("\nafter \(Int(request.connections)) connections per network, over as many again, in ms:")
    print("                         mean      p90      p99   trials: before    mean   median")
    for row in rows {
        let late = row.late
        print(
            row.title.padding(toLength: 20, withPad: " ", startingAt: 0) + cell(late.mean) + cell(late.quantile(0.9))
                + cell(late.quantile(0.99)) + "      " + cell(row.early.trialCost) + cell(late.trialCost)
                + cell(late.trialQuantile(0.5))
        )
    }
    let learner = try Steered("latency", "latency", trialShare: request.trialShare, world: world, seed: request.seed)
    let cut = Evaluation.cut(
        world,
        learner,
        connectionsPerNetwork: request.connections,
        intervals: request.intervals,
        seed: request.seed &+ 2
    )
    if let cut {
        func time(_ seconds: Int?) -> String { seconds.map { "\($0) s" } ?? "not within two hours" }
        print("\n\(cut.country): its best region gets slower by 100 ms, for two hours; ", terminator: "")
        print(String(format: "%.0f connections in 10 s", cut.connectionsPerInterval))
        print("left after \(time(cut.secondsToLeave)), taken again after \(time(cut.secondsToReturn))")
    }
    if let plot = request.plot {
        let picture = LinePlot(
            title: "Regret with regions in \(request.regions.joined(separator: ", "))",
            horizontal: "connections per network so far",
            vertical: "mean regret, ms",
            lines: rows.map { row in LinePlot.Line(title: row.title, points: smoothed(row.points)) }
        )
        try picture.svg.write(toFile: plot, atomically: true, encoding: .utf8)
    }
}

/// The mean over eight intervals each, up to twice the connections asked for.
func smoothed(_ points: [Evaluation.Point]) -> [(x: Double, y: Double)] {
    stride(from: 0, to: points.count, by: 8).map { start in
        let part = points[start..<min(start + 8, points.count)]
        return (part[part.startIndex].connections, part.map(\.mean).reduce(0, +) / Double(part.count))
    }
}

do {
    try evaluate(try Request(Array(CommandLine.arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("eval-latency: \(error)\n".utf8))
    exit(1)
}

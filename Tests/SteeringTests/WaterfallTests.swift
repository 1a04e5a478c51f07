import Testing
import ZoneFile

@testable import Steering

@Suite struct WaterfallTests {
    private struct Place: WaterfallPlace {
        var region: Int
        var weight = 1.0
        var band: Int
    }

    /// Shares in hundredths by region, and what nobody keeps.
    private func share(_ places: [Place], _ kept: [Double]) -> (taken: [Int], rest: Int) {
        var taken = Array(repeating: 0.0, count: places.count)
        let rest = Waterfall.share(over: places, kept: { kept[$0] }, take: { place, _, kept in taken[place] += kept })
        return (taken.map { Int(($0 * 100).rounded()) }, Int((rest * 100).rounded()))
    }

    @Test(arguments: [
        ([1.0, 1, 1], [100, 0, 0], 0),
        ([0.6, 1, 1], [60, 40, 0], 0),
        ([0.6, 0.5, 1], [60, 20, 20], 0),
        ([0.6, 0.5, 0.5], [60, 20, 10], 10),
        ([0, 0, 0], [0, 0, 0], 100),
    ])
    func `what a region does not keep goes to the next`(kept: [Double], taken: [Int], rest: Int) {
        let found = share((0..<3).map { Place(region: $0, band: $0) }, kept)
        #expect(found.taken == taken && found.rest == rest)
    }

    @Test(arguments: [
        ([1.0, 1, 1, 1], [50, 25, 25, 0], 0),
        ([0.5, 1, 1, 1], [25, 38, 38, 0], 0),
        ([1, 0, 1, 1], [67, 0, 33, 0], 0),
        ([0.5, 0, 0, 1], [42, 0, 0, 58], 0),
        ([0, 0, 0, 0.5], [0, 0, 0, 50], 50),
    ])
    func `the others of a band are asked before the next band`(kept: [Double], taken: [Int], rest: Int) {
        let places = [
            Place(region: 0, weight: 2, band: 0), Place(region: 1, band: 0), Place(region: 2, band: 0),
            Place(region: 3, band: 1),
        ]
        let found = share(places, kept)
        #expect(found.taken == taken && found.rest == rest)
    }

    @Test func `the next region is the first of the next band`() {
        let places = [
            Place(region: 7, band: 0), Place(region: 3, band: 1), Place(region: 4, band: 1), Place(region: 9, band: 2),
        ]
        #expect(places.indices.map { Waterfall.next(after: $0, in: places) } == [.region(3), .peers, .peers, .nobody])
    }

    @Test func `a region sends on more of those whose next choice is near`() throws {
        let fleet = try Samples.fleet(
            try Samples.steer(.failover),
            try Samples.steer(.failover, ["us-east", "ap-south"], name: "far"),
            try Samples.steer(.weighted, ["us-east", "ap-south"], name: "weighted"),
            try Samples.steer(.all, name: "all")
        )
        var health = FleetHealth(allHealthy: fleet)
        health.set(shed: 0.2, towards: [1, 0.5, 0, 0.25, 0], region: fleet.regions[0])
        let shares = fleet.rules.map { rule in
            let ranking = rule.ranker.ranking(from: RankingHead(), regions: fleet.regions)
            return Selection(rule, ranking, CandidateHealth(health, fleet)).shares.map(\.fraction)
        }
        #expect(shares == [[0.5, 0.5], [0.75, 0.25], [1], [0.25, 0.25, 0.25, 0.25]])
    }

    @Test func `nonsense changes nothing, and a share of nothing sends nobody on`() throws {
        let fleet = try Samples.fleet()
        let before = FleetHealth(allHealthy: fleet)
        var health = before
        health.set(shed: .nan, region: fleet.regions[0])
        health.set(shed: 0.5, towards: [0.5], region: fleet.regions[0])
        health.set(shed: 0.5, towards: [.nan, 0, 0, 0, 0], region: fleet.regions[0])
        health.set(shed: 0, towards: [1, 1, 1, 1, 1], region: fleet.regions[0])
        #expect(health == before)
        health.set(shed: 7, towards: [9, -1, 0.5, 1, 1], region: fleet.regions[0])
        #expect(health.shed[0] == 1 && health.spill[0] == [1, 0, 0.5, 1, 1])
    }
}

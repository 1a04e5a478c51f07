import Addressing
import Testing
import ZoneFile

@testable import Steering

@Suite struct RendezvousTests {
    /// The region that each of 100,000 networks gets from a weighted rule.
    private func assignments(_ members: [String], down: String? = nil) throws -> [String] {
        let labels = members.map { String($0.split(separator: "=")[0]) }.sorted()
        let regions = try labels.map { try Samples.region($0, "192.0.2.1") }
        // Regions with equal addresses would share an answer, so each gets its own.
        let distinct = regions.enumerated().map { index, entry in
            RegionEntry(record: entry.record, addresses: [IPAddress(v4: UInt32(index))])
        }
        let fleet = Fleet(ControlRecords(regions: distinct, steers: [try Samples.steer(.weighted, members)]))
        var health = FleetHealth(allHealthy: fleet)
        if let down { health.set(.unhealthy, region: try #require(fleet.region(named: try Samples.name(down)))) }
        let decisions = SteeringDecisions(map: SteeringMap(fleet: fleet, atlas: .empty), health: health)
        let answers = decisions.answers(of: fleet.rules[0]).map { fleet.regions[$0.regions[0]].label }
        return (0..<100_000).map { network in
            answers[decisions.resolve(rule: 0, v4: UInt32(0x0100_0000 + network * 4096)).answer]
        }
    }

    private func moved(_ before: [String], _ after: [String]) -> Double {
        Double(zip(before, after).count { $0 != $1 }) / Double(before.count)
    }

    @Test(arguments: [
        ["a=1", "b=1"], ["us-east=90", "eu-west=10"], ["a=50", "b=30", "c=20"], ["x=1", "y=99"],
        ["r1=1", "r2=2", "r3=3", "r4=4", "r5=5", "r6=6", "r7=7"], ["one=60000", "two=5535"],
    ])
    func `each region takes its weight to within 2 percent`(members: [String]) throws {
        let assigned = try assignments(members)
        let weights = try members.map { member in
            let parts = member.split(separator: "=")
            return (String(parts[0]), try #require(Double(parts[1])))
        }
        let total = weights.reduce(0) { $0 + $1.1 }
        for (label, weight) in weights {
            let share = Double(assigned.count { $0 == label }) / Double(assigned.count)
            #expect(abs(share - weight / total) < 0.02, "\(label): \(share)")
        }
    }

    @Test func `shares hold for many names`() {
        for seed in 0..<40 {
            let regions = (0..<4).compactMap { try? Samples.region("region-\(seed)-\($0)", "192.0.2.1") }
            var rendezvous = Rendezvous(regions.enumerated().map { Region(index: $0, label: "", entry: $1) })
            let fractions = [0.4, 0.3, 0.2, 0.1]
            let winners = rendezvous.assign(
                fractions.enumerated().map { .init(region: $0, fraction: $1) },
                as: [0, 1, 2, 3]
            )
            for (index, fraction) in fractions.enumerated() {
                let share = Double(winners.count { Int($0) == index }) / Double(winners.count)
                #expect(abs(share - fraction) < 0.02, "\(seed): \(share)")
            }
        }
    }

    @Test func `a lost region moves only its own networks`() throws {
        let members = ["a=4", "b=3", "c=2", "d=1"]
        let before = try assignments(members)
        let after = try assignments(members, down: "b")
        #expect(zip(before, after).allSatisfy { $0 == "b" ? $1 != "b" : $0 == $1 })
        // And spreads them over all the others.
        #expect(Set(zip(before, after).filter { $0.0 == "b" }.map(\.1)) == ["a", "c", "d"])
    }

    @Test func `a weight that changes moves as much as the change`() throws {
        let before = try assignments(["a=50", "b=50"])
        let after = try assignments(["a=60", "b=40"])
        #expect(abs(moved(before, after) - 0.1) < 0.02)
        #expect(zip(before, after).allSatisfy { $0 == $1 || ($0 == "b" && $1 == "a") })
    }

    /// One weight that changes: networks move to that region, or from it, and as many as its share changes.
    @Test(arguments: [1, 2, 5, 10, 25, 50])
    func `a change of x percent moves x percent of the networks`(percent: Int) throws {
        let names = ["a", "b", "c", "d"]
        let before = try assignments(names.map { "\($0)=1000" })
        // The weight of b for a share that is greater by so many percent: w / (w + 3000) = 0.25 + x.
        let share = 0.25 + Double(percent) / 100
        let weight = Int((3000 * share / (1 - share)).rounded())
        let after = try assignments(names.map { "\($0)=\($0 == "b" ? weight : 1000)" })
        #expect(zip(before, after).allSatisfy { $0 == $1 || $1 == "b" })
        #expect(abs(moved(before, after) - Double(percent) / 100) < 0.015)
    }

    /// Several weights that change: no more move than the sum of what each region gains or loses.
    @Test(arguments: 0..<8)
    func `changes of several weights move at most the sum of their changes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 400)
        let weights = (0..<2).map { _ in (0..<5).map { _ in Int.random(in: 1...20, using: &generator) } }
        let shares = weights.map { list in list.map { Double($0) / Double(list.reduce(0, +)) } }
        let before = try assignments(weights[0].enumerated().map { "r\($0)=\($1)" })
        let after = try assignments(weights[1].enumerated().map { "r\($0)=\($1)" })
        let sum = zip(shares[0], shares[1]).reduce(0) { $0 + abs($1.0 - $1.1) }
        let moved = moved(before, after)
        // Half of the sum must move, whoever shares them out.
        #expect(moved <= sum + 0.015 && moved >= sum / 2 - 0.02, "\(moved) of \(sum)")
    }

    @Test func `the order of the members does not matter`() throws {
        #expect(try assignments(["a=3", "b=2", "c=1"]) == assignments(["c=1", "a=3", "b=2"]))
    }

    @Test func `a new region takes its share from all others alike and moves nothing else`() throws {
        let before = try assignments(["a=1", "b=1"])
        let after = try assignments(["a=1", "b=1", "c=1"])
        #expect(zip(before, after).allSatisfy { $0 == $1 || $1 == "c" })
        #expect(abs(moved(before, after) - 1.0 / 3) < 0.02)
    }

    @Test func `clients of one unit stay together and keys rearrange units`() {
        let units = UnitNetworks(key: 1)
        let other = UnitNetworks(key: 2)
        #expect(units.bucket(v4: 0x0A01_F000) == units.bucket(v4: 0x0A01_FFFF))
        #expect((0..<64).contains { units.bucket(v4: $0 << 12) != other.bucket(v4: $0 << 12) })
        #expect(units.bucket(v6: 0x2001 << 112) == units.bucket(v6: 0x2001 << 112 | UInt128(1) << 87))
        #expect(units.bucket(v6: 0x2001 << 112) != units.bucket(v6: 0x2001 << 112 | UInt128(1) << 88))
        let whole = UnitNetworks(v4Length: 0, v6Length: 0)
        #expect(whole.bucket(v4: 0) == whole.bucket(v4: .max))
        #expect(whole.bucket(v6: 0) == whole.bucket(v6: .max))
        #expect(UnitNetworks(v4Length: 99, v6Length: -1) == UnitNetworks(v4Length: 32, v6Length: 0))
    }
}

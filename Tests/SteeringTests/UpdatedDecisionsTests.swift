import Addressing
import Geography
import Testing
import ZoneFile

@testable import Steering

/// Decisions taken over from one state of health to the next are those that a selection of each ranking gives.
@Suite struct UpdatedDecisionsTests {
    /// Whether each ranking of a rule is decided as the selection of it says.
    private func isAsSelected(_ rule: Rule, _ decisions: SteeringDecisions) -> Bool {
        let regions = decisions.map.fleet.regions
        let decided = decisions.decided(of: rule)
        let rankings = decisions.map.rankings[decisions.map.rankerOfRule[rule.index]]
        var rendezvous = Rendezvous(regions, decisions.map.fleet.groups)
        return zip(0..<rankings.count, decided.decisions).allSatisfy { number, decision in
            let selection = Selection(rule, rankings[number], decisions.candidates)
            let answer = { (chosen: [Int]) in
                if chosen.count == 1, chosen[0] >= regions.count { return AnswerSet(group: chosen[0]) }
                return AnswerSet(
                    chosen.map { regions[$0] },
                    health: decisions.health,
                    limit: rule.record.answers,
                    disregardsHealth: selection.disregardsHealth
                )
            }
            let chosen = selection.shares.map(\.region)
            guard chosen.count > 1, !selection.answersAll else {
                return !decision.isSplit && decided.answers[decision.number] == answer(chosen)
            }
            let numbers = chosen.map { UInt16(decided.answers.firstIndex(of: answer([$0])) ?? 0xFFFF) }
            return decision.isSplit
                && decided.lists[decided.lists.startIndex + decision.number]
                    == rendezvous.assign(selection.shares, as: numbers)
        }
    }

    @Test(arguments: [7, 8, 20, 22])
    func `after any sequence of changes all is as if decided anew, and as selections say`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 5000)
        var world = try RandomWorld(&generator)
        let map = SteeringMap(fleet: world.fleet, atlas: world.atlas)
        var decisions = SteeringDecisions(map: map, health: world.health)
        for step in 0..<60 {
            for _ in 0..<Int.random(in: 0...2, using: &generator) { world.changeHealth(&generator) }
            decisions = decisions.updated(for: world.health)
            // Mistakes are handed on, so that not every step needs the comparison.
            guard step % 6 == 5 else { continue }
            let anew = SteeringDecisions(map: map, health: world.health)
            for rule in world.fleet.rules {
                // As one truth value: a description of thousands of buckets would help nobody.
                let decided = decisions.decided(of: rule)
                let isAsAnew = decided == anew.decided(of: rule)
                #expect(isAsAnew, "\(rule.name) step \(step)")
                #expect(isAsSelected(rule, decisions), "\(rule.name) step \(step)")
                #expect(decisions.dependsOnClient(rule) == anew.dependsOnClient(rule))
                #expect(Set(decided.answers).count == decided.answers.count)
            }
            for client in world.interesting.shuffled(using: &generator).prefix(10) {
                for rule in world.fleet.rules.indices {
                    #expect(decisions.resolve(rule: rule, client) == anew.resolve(rule: rule, client))
                }
            }
        }
    }

    @Test func `an address that goes down moves nobody while the region has another`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.nearest), try Samples.steer(.weighted, name: "weighted"))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        var health = FleetHealth(allHealthy: fleet)
        let before = SteeringDecisions(map: map, health: health)
        health.set(.unhealthy, region: fleet.regions[0], position: 0)
        let after = before.updated(for: health)
        for rule in fleet.rules {
            #expect(before.decided(of: rule).decisions == after.decided(of: rule).decisions)
            #expect(before.decided(of: rule).lists == after.decided(of: rule).lists)
            #expect(after.answers(of: rule)[0].v4.map(\.description) == ["192.0.2.11"])
            #expect(before.answers(of: rule)[1...] == after.answers(of: rule)[1...])
        }
    }

    @Test func `an answer that disregards health keeps the addresses that go down`() throws {
        let fleet = try Samples.fleet(
            try Samples.steer(.failover, ["us-east"]),
            try Samples.steer(.nearest, ["us-east"])
        )
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        var health = FleetHealth(allHealthy: fleet)
        health.set(.drained, region: fleet.regions[0])
        let before = SteeringDecisions(map: map, health: health)
        health.set(.unhealthy, region: fleet.regions[0], position: 0)
        let after = before.updated(for: health)
        for rule in fleet.rules {
            let answer = after.answers(of: rule)[after.resolve(rule: rule.index, v4: 0x0A01_0001).answer]
            #expect(answer.v4.map(\.description) == ["192.0.2.10", "192.0.2.11"])
        }
    }

    @Test func `a region far away that is found up puts an end to taking those near for granted`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.nearest, within: .kilometres(6000)))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        var health = FleetHealth(unchecked: fleet)
        for region in fleet.regions[1...2] { health.set(.forcedUp, region: region) }
        let before = SteeringDecisions(map: map, health: health)
        health.set(.healthy, region: fleet.regions[3])
        let after = before.updated(for: health)
        let regions = { (decisions: SteeringDecisions) in
            Set(try (0..<256).map { try Samples.answer(decisions, "10.1.\($0).1")[0] })
        }
        #expect(try regions(before) == ["us-east", "eu-west", "eu-north"])
        #expect(try regions(after) == ["eu-west", "eu-north"])
    }

    @Test func `what is too little for the regions of a band goes on to the next`() throws {
        // Those at 9 degrees share a band, and 1 client of 4,096 is less than a bucket for each.
        let places = [("near", 0.0), ("b1", 9), ("b2", 9.1), ("next", 45), ("last", 80)]
        let entries = try places.map { try Samples.region($0.0, at: (0, $0.1), "192.0.2.1") }
        let steers = [try Samples.steer(.nearest, places.map(\.0), within: .kilometres(100))]
        let fleet = Fleet(ControlRecords(regions: entries, steers: steers))
        let atlas = Atlas { add in
            if let all = IPPrefix(IPAddress(v4: 0), length: 0) { add(all, 0) }
            return [Location(coordinates: GeoPoint(latitude: 0, longitude: 0))]
        }
        let map = SteeringMap(fleet: fleet, atlas: atlas)
        var health = FleetHealth(allHealthy: fleet)
        health.set(shed: 0.00024, region: fleet.regions[0])
        let before = SteeringDecisions(map: map, health: health)
        health.set(.unhealthy, region: fleet.regions[3])
        let after = before.updated(for: health)
        let regions = { (decisions: SteeringDecisions) in Set(decisions.decided(of: fleet.rules[0]).lists.first ?? []) }
        #expect(regions(before) == [0, 3])
        #expect(regions(after) == [0, 4])
    }

    @Test func `rules that differ in their names alone are decided once`() throws {
        let fleet = try Samples.fleet(
            try Samples.steer(.nearest),
            try Samples.steer(.nearest, name: "same"),
            try Samples.steer(.nearest, name: "limited", answers: 1),
            try Samples.steer(.nearest, name: "none", whenDown: .none),
            try Samples.steer(.weighted, ["us-east=1", "eu-west=2"], name: "light"),
            try Samples.steer(.weighted, ["us-east=1", "eu-west=3"], name: "heavy")
        )
        #expect(SteeringMap(fleet: fleet, atlas: try Samples.atlas()).firstAlike == [0, 0, 2, 3, 4, 5])
    }
}

import Addressing
import Testing
import ZoneFile

@testable import Steering

/// What holds for every rule of random fleets, groups, weights and tolerances among them.
@Suite struct DecisionPropertyTests {
    private func world(_ seed: UInt64, _ generator: inout SeededGenerator) throws -> (RandomWorld, SteeringDecisions) {
        generator = SeededGenerator(seed: seed &+ 7000)
        var world = try RandomWorld(&generator)
        for _ in 0..<Int.random(in: 0...8, using: &generator) { world.changeHealth(&generator) }
        let map = SteeringMap(fleet: world.fleet, atlas: world.atlas)
        return (world, SteeringDecisions(map: map, health: world.health))
    }

    @Test(arguments: 0..<6)
    func `the explanation is of the decision`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 0)
        let (world, decisions) = try world(seed, &generator)
        let label = { (region: Int) in world.fleet.regions[region].label }
        for rule in world.fleet.rules {
            for client in world.interesting.shuffled(using: &generator).prefix(12) {
                let resolution = decisions.resolve(rule: rule.index, client)
                let answer = decisions.answers(of: rule)[resolution.answer]
                let explanation = decisions.explain(rule, client: client, ttl: 600)
                #expect(explanation.v4 == answer.v4.map(\.description))
                #expect(explanation.v6 == answer.v6.map(\.description))
                #expect(explanation.scope == resolution.scope)
                #expect(explanation.ttl == decisions.lifetime(of: answer, rule, limit: 600).seconds)
                #expect((explanation.emptyBecause == nil) == !(answer.v4 + answer.v6).isEmpty)
                // Down the levels exactly one region is chosen, until one that answers.
                var level = explanation
                while let inner = level.within?.value {
                    #expect(level.regions.count { $0.chosen } == 1)
                    #expect(
                        level.regions.first { $0.chosen }?.region
                            == inner.name.split(separator: ".").first.map(String.init)
                    )
                    level = inner
                }
                #expect(Set(level.regions.filter(\.chosen).map(\.region)) == Set(answer.regions.map(label)))
                for standing in level.regions where standing.chosen {
                    #expect(
                        !standing.steps.contains {
                            $0.removed && $0.filter != "health" && $0.filter != "administrative state"
                        }
                    )
                }
            }
        }
    }

    /// Of the clients of one ranking each region gets what the explanation says, to within 3 percent of all.
    @Test(arguments: 0..<6)
    func `shares are kept`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 0)
        let (world, decisions) = try world(seed, &generator)
        var splits = 0
        for rule in world.fleet.rules {
            let decided = decisions.decided(of: rule)
            let rankings = decisions.map.rankings[decisions.map.rankerOfRule[rule.index]]
            for (number, decision) in zip(0..<min(rankings.count, 50), decided.decisions) where decision.isSplit {
                let selection = Selection(rule, rankings[number], decisions.candidates)
                let list = decided.lists[decided.lists.startIndex + decision.number]
                #expect(abs(selection.shares.reduce(0) { $0 + $1.fraction } - 1) < 1e-9)
                for share in selection.shares {
                    let count = list.count { decided.answers[Int($0)].regions == [share.region] }
                    #expect(abs(Double(count) / Double(list.count) - share.fraction) < 0.03, "\(rule.name) \(share)")
                }
                splits += 1
            }
        }
        #expect(splits > 0)
    }
}

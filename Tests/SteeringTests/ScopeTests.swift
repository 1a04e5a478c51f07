import Addressing
import Geography
import Testing
import ZoneFile

@testable import Steering

/// Random fleets on random atlases: every scope is exact, and the table says what ranking the place itself says.
@Suite struct ScopeTests {
    @Test(arguments: 0..<5)
    func `any two clients inside one scope get the same answer`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try RandomWorld(&generator)
        let map = SteeringMap(fleet: world.fleet, atlas: world.atlas)
        let decisions = SteeringDecisions(map: map, health: world.health)
        for rule in world.fleet.rules {
            for client in world.interesting.shuffled(using: &generator).prefix(60) {
                let found = decisions.resolve(rule: rule.index, client)
                let scope = try #require(IPPrefix(client, length: found.scope))
                var others = world.interesting.filter { scope.contains($0) }.prefix(40)
                for _ in 0..<6 { others.append(RandomWorld.address(in: scope, &generator)) }
                for other in others {
                    #expect(decisions.resolve(rule: rule.index, other) == found, "\(rule.name) \(client) \(other)")
                }
            }
        }
    }

    @Test(arguments: 0..<5)
    func `a class is uniform over its depth and gives the ranking of the place itself`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1000)
        let world = try RandomWorld(&generator)
        let map = SteeringMap(fleet: world.fleet, atlas: world.atlas)
        var vantage = Vantage(of: world.fleet.regions, world.fleet.groups)
        var head = RankingHead()
        for client in world.interesting {
            let found = map.table.classify(client)
            let other = RandomWorld.address(in: try #require(IPPrefix(client, length: found.depth)), &generator)
            #expect(map.table.classify(other) == found)

            let network = map.namedNetwork(of: client)
            vantage.move(to: world.atlas.lookup(client).location, network: network)
            for (number, ranker) in map.rankers.enumerated() {
                guard let column = map.columnOfRanker[number] else { continue }
                ranker.rank(vantage, network: network, into: &head)
                let expected = ranker.ranking(from: head, regions: world.fleet.regions, world.fleet.groups)
                let ranking = map.table.rankings[Int(found.number) * map.table.columnCount + column]
                #expect(map.rankings[number][Int(ranking)] == expected)
            }
        }
    }

    @Test func `the scope is the shortest that is exact`() throws {
        let fleet = try Samples.fleet(
            try Samples.steer(.nearest, name: "nearest"),
            try Samples.steer(.nearest, ["eu-west", "us-east"], name: "two"),
            try Samples.steer(.failover, name: "failover"),
            try Samples.steer(.weighted, ["us-east=1", "eu-west=1"], name: "weighted"),
            try Samples.steer(.failover, name: "assigned", overrides: [("10.3.64.0/18", "ap-south")])
        )
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let decisions = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
        let scope = { (rule: String, client: String) throws -> Int in
            let rule = try #require(fleet.rule(named: try Samples.name(rule)))
            return decisions.resolve(rule: rule.index, try #require(IPAddress(client))).scope
        }
        #expect(try scope("nearest", "10.2.3.4") == 16)
        // Dublin and Berlin both prefer eu-west of these two: 10.1 and 10.2 differ for other rules only, and share /14
        // with 10.0, which is nowhere, and 10.3, which is not.
        #expect(try scope("two", "10.2.3.4") == 16)
        #expect(try scope("two", "10.4.3.4") == 16)
        #expect(try scope("nearest", "200.0.0.1") == 1)
        #expect(try scope("failover", "10.2.3.4") == 0)
        #expect(try scope("weighted", "10.2.3.4") == 20)
        #expect(try scope("weighted", "2001:db8:1::1") == 40)
        #expect(try scope("weighted", "::ffff:10.2.3.4") == 116)
        #expect(try scope("weighted", "64:ff9b:0:1::1") == 64)
        #expect(try scope("assigned", "10.3.64.1") == 18)
        #expect(try scope("assigned", "10.3.128.1") == 17)
        #expect(try scope("nearest", "2001:db8:2::1") == 48)
        #expect(try scope("nearest", "2002:a02:304::1") == 32)
        #expect(!decisions.dependsOnClient(fleet.rules[2]))
        #expect(decisions.dependsOnClient(fleet.rules[3]))
    }

    @Test func `rules without clients to tell apart need one class and scope 0`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.failover), try Samples.steer(.all, name: "all"))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        #expect(map.table.classCount == 1)
        #expect(map.table.classify(try #require(IPAddress("10.2.3.4"))).depth == 0)
    }
}

import Addressing
import DNSWire
import Geography
import Testing
import ZoneFile

@testable import Steering

/// Steered names that stand as regions of others.
@Suite struct CompositionTests {
    /// Europe is shared by weight; the rest of the world goes by place.
    private func world(_ steers: SteerRecord...) throws -> Fleet {
        let europe = try Samples.steer(.weighted, ["eu-west=3", "eu-north=1"], name: "europe", answers: 1)
        return Fleet(ControlRecords(regions: try Samples.regions(), steers: steers + [europe]))
    }

    private func decisions(_ fleet: Fleet, _ state: String = "") throws -> SteeringDecisions {
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        return SteeringDecisions(map: map, health: try health(state, fleet))
    }

    @Test(arguments: [
        ("", "10.3.0.1", ["us-east"]),
        ("us-east:down", "10.4.0.1", ["ap-south"]),
        ("eu-west:down", "10.1.0.1", ["eu-north"]),
        ("eu-west:down", "10.2.0.1", ["eu-north"]),
        // With all of Europe down its clients go where their place says.
        ("eu-west:down eu-north:down", "10.1.0.1", ["us-east"]),
        ("eu-west:drained eu-north:down", "10.1.0.1", ["us-east"]),
        ("eu-west:down eu-north:forced-up", "10.1.0.1", ["eu-north"]),
        // With everything down Europe is asked once more, where everyone counts.
        ("us-east:down eu-west:down eu-north:drained ap-south:down", "10.2.0.1", ["eu-west"]),
    ])
    func `a client goes to the group by the outer policy and on by the inner`(
        state: String,
        client: String,
        expected: [String]
    ) throws {
        let fleet = try world(Samples.steer(.geo, ["us-east", "europe", "ap-south"]))
        #expect(try Samples.answer(decisions(fleet, state), client) == expected)
    }

    @Test func `within a group clients are shared as the group's own name shares them`() throws {
        let fleet = try world(Samples.steer(.nearest, ["us-east", "europe", "ap-south"]))
        let decisions = try decisions(fleet)
        var counts: [String: Int] = [:]
        for number in 0..<5000 {
            // Units of /20 in Ireland and Germany, of which the atlas knows /16.
            let address = UInt32(10 << 24 | (1 + number % 2) << 16 | (number * 7919) & 0xFFFF)
            let outer = decisions.resolve(rule: 0, v4: address)
            let inner = decisions.resolve(rule: 1, v4: address)
            let answer = decisions.answers(of: fleet.rules[0])[outer.answer]
            #expect(answer == decisions.answers(of: fleet.rules[1])[inner.answer])
            #expect(outer.scope == 20)
            counts[fleet.regions[answer.regions[0]].label, default: 0] += 1
        }
        #expect(Set(counts.keys) == ["eu-west", "eu-north"])
    }

    @Test func `options of the inner name hold for the clients sent there, and the outer limit as well`() throws {
        let fleet = try Fleet(
            ControlRecords(
                regions: Samples.regions(),
                steers: [
                    Samples.steer(.failover, ["inner", "eu-west"]),
                    Samples.steer(.failover, ["inner", "eu-west"], name: "two", answers: 1),
                    Samples.steer(
                        .failover,
                        ["us-east", "eu-west"],
                        name: "inner",
                        overrides: [("10.4.0.0/16", "eu-west")]
                    ),
                ]
            )
        )
        let decisions = try decisions(fleet)
        let answer = { (rule: Int, client: UInt32) in
            decisions.answers(of: fleet.rules[rule])[decisions.resolve(rule: rule, v4: client).answer]
        }
        #expect(answer(0, 0x0A01_0001).v4.map(\.description) == ["192.0.2.10", "192.0.2.11"])
        #expect(answer(1, 0x0A01_0001).v4.map(\.description) == ["192.0.2.10"])
        #expect(answer(0, 0x0A04_0001).v4.map(\.description) == ["198.51.100.10"])
        #expect(decisions.resolve(rule: 0, v4: 0x0A04_0001).scope == 16)
    }

    @Test func `weights of groups hold`() throws {
        let fleet = try Fleet(
            ControlRecords(
                regions: Samples.regions(),
                steers: [
                    Samples.steer(.weighted, ["old=1", "new=3"]),
                    Samples.steer(.weighted, ["us-east=1", "eu-west=1"], name: "old"),
                    Samples.steer(.weighted, ["eu-north=1", "ap-south=3"], name: "new"),
                ]
            )
        )
        let decisions = try decisions(fleet)
        var counts = [0.0, 0, 0, 0]
        for unit in 0..<100_000 {
            let resolution = decisions.resolve(rule: 0, v4: UInt32(unit) << 12)
            counts[decisions.answers(of: fleet.rules[0])[resolution.answer].regions[0]] += 1 / 100_000
        }
        for (count, expected) in zip(counts, [0.125, 0.125, 0.1875, 0.5625]) {
            #expect(abs(count - expected) < 0.02, "\(counts)")
        }
    }

    @Test(arguments: [
        ("eu-west:1 eu-north:1", 0), ("eu-west:0.5 eu-north:0.5", 75), ("eu-west:0.4", 100), ("eu-north:1", 100),
    ])
    func `a group sends on what none of its regions keeps`(state: String, kept: Int) throws {
        let fleet = try world(Samples.steer(.failover, ["europe", "us-east"]))
        let decisions = try decisions(fleet, state)
        var count = 0
        for unit in 0..<20_000 {
            let resolution = decisions.resolve(rule: 0, v4: UInt32(unit) << 12)
            let region = decisions.answers(of: fleet.rules[0])[resolution.answer].regions[0]
            if region != 0 { count += 1 }
        }
        #expect(abs(count - kept * 200) < 400, "\(count)")
    }

    /// What the control of load reckons with: where clients go who are sent to a group.
    @Test func `the choices of clients look into groups`() throws {
        var regions = try Samples.regions()
        for index in regions.indices { regions[index].record.capacity = 100 }
        let fleet = try Fleet(
            ControlRecords(
                regions: regions,
                steers: [
                    Samples.steer(.geo, ["us-east", "europe", "ap-south"]),
                    Samples.steer(.weighted, ["eu-west=3", "eu-north=1"], name: "europe"),
                    Samples.steer(.weighted, ["europe=3", "us-east=1"], name: "mixed"),
                ]
            )
        )
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let groups = ClientGroups(map)
        let health = CandidateHealth(FleetHealth(allHealthy: fleet), fleet)
        func places(_ rule: Int, _ client: String) throws -> [String] {
            let number = map.table.classify(try #require(IPAddress(client))).number
            let rule = fleet.rules[rule]
            let places = ClientPlaces(rule, ranking: map.ranking(of: rule, number), sample: number, map, health).places
            return places.map { "\(fleet.regions[$0.region].label) \($0.weight) \($0.band)" }
        }
        #expect(
            try places(0, "10.2.0.1") == ["eu-west 0.75 0", "eu-north 0.25 0", "ap-south 1.0 1", "us-east 1.0 2"]
        )
        #expect(try places(2, "10.2.0.1") == ["eu-west 2.25 0", "eu-north 0.75 0", "us-east 1.0 0"])
        let choices = ClientChoices(groups, map, FleetHealth(allHealthy: fleet))
        #expect(choices.places.allSatisfy { fleet.regions.indices.contains($0.region) })
        #expect(choices.starts.count == groups.groups.count + 1)
        #expect(Set(groups.groups.map(\.rule)) == [0, 1, 2])
        #expect(abs(groups.prior.reduce(0, +) - 1) < 1e-9)
    }

    @Test func `when-down and net may name a group`() throws {
        let down = "us-east:down ap-south:down"
        let resort = SteerRecord.WhenDown.region(try Samples.name("europe"))
        let fleet = try world(
            Samples.steer(.failover, ["us-east", "ap-south"], whenDown: resort, overrides: [("10.3.0.0/16", "europe")])
        )
        #expect(try Samples.answer(decisions(fleet, ""), "10.1.0.1") == ["us-east"])
        #expect(try Samples.answer(decisions(fleet, "eu-west:down"), "10.3.0.1") == ["eu-north"])
        #expect(try Samples.answer(decisions(fleet, down + " eu-north:down"), "10.1.0.1") == ["eu-west"])
    }

    @Test func `what zones are refused for is left out`() throws {
        let loop = try Fleet(
            ControlRecords(
                regions: Samples.regions(),
                steers: [
                    Samples.steer(.failover, ["www", "b", "us-east"]),
                    Samples.steer(.failover, ["www", "eu-west"], name: "b"),
                    Samples.steer(.all, ["b", "ap-south"], name: "all"),
                    Samples.steer(
                        .failover,
                        ["b", "ap-south"],
                        name: "fenced",
                        fence: [.country(Samples.country("US"))]
                    ),
                ]
            )
        )
        let decisions = try decisions(loop)
        #expect(try Samples.answer(decisions, "10.1.0.1") == ["eu-west"])
        #expect(try Samples.answer(decisions, rule: 1, "10.1.0.1") == ["eu-west"])
        #expect(try Samples.answer(decisions, rule: 2, "10.1.0.1") == ["ap-south"])
        #expect(try Samples.answer(decisions, rule: 3, "10.1.0.1").isEmpty)
        let deep = try Fleet(
            ControlRecords(
                regions: Samples.regions(),
                steers: (0..<2000).map { try Samples.steer(.failover, ["n\($0 + 1)", "us-east"], name: "n\($0)") }
            )
        )
        #expect(try Samples.answer(self.decisions(deep), "10.1.0.1") == ["us-east"])
    }

    @Test func `the explanation shows both levels`() throws {
        let fleet = try world(Samples.steer(.geo, ["us-east", "europe", "ap-south"]))
        let decisions = try decisions(fleet, "eu-west:down")
        let explanation = decisions.explain(fleet.rules[0], client: try #require(IPAddress("10.2.3.4")), ttl: 30)
        #expect(
            explanation.render() == """
                www.example.com. geo

                client   10.2.3.4
                place    Germany (DE), Europe, 52.52,13.4
                network  10.2.0.0/16

                    place  region    state             why
                =>  1      europe    healthy (1 of 2)  health: 1 of 2 regions healthy
                                                       policy: covers EU, 811 km away, by its region eu-north
                                                       pick: the best left
                    2      ap-south  healthy           health: healthy
                                                       policy: 6286 km away
                                                       pick: a better one is there
                    3      us-east   healthy           health: healthy
                                                       policy: 6727 km away
                                                       pick: a better one is there

                europe.example.com. weighted, the region chosen above

                    place  region    state      why
                    1      eu-west   unhealthy  health: unhealthy (out)
                                                policy: weight 3
                =>  2      eu-north  healthy    health: healthy
                                                policy: weight 1
                                                pick: the best left

                answer   A 198.51.100.20
                ttl      6, as eu-west could come back in 6 s
                scope    16, 10.2.0.0/16

                """
        )
    }
}

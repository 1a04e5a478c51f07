import Addressing
import Geography
import Testing
import ZoneFile

@testable import Steering

@Suite struct ExplanationTests {
    private func explain(
        _ steer: SteerRecord,
        _ state: String,
        _ client: String,
        subnet: String? = nil
    ) throws -> String {
        let fleet = try Samples.fleet(steer)
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let decisions = SteeringDecisions(map: map, health: try health(state, fleet))
        let explanation = decisions.explain(
            fleet.rules[0],
            client: try #require(IPAddress(client)),
            subnet: try subnet.map { try #require(IPPrefix($0)) },
            ttl: 30
        )
        return explanation.render()
    }

    @Test func `geo with a region down`() throws {
        let text = try explain(
            Samples.steer(.geo, fence: [.continent(.europe), .continent(.northAmerica)]),
            "eu-west:down",
            "10.1.2.0",
            subnet: "10.1.2.0/24"
        )
        #expect(
            text == """
                www.example.com. geo

                client   10.1.2.0, client subnet 10.1.2.0/24
                place    Ireland (IE), Europe, 53.33,-6.25
                network  10.1.0.0/16

                    place  region    state      why
                    1      eu-west   unhealthy  health: unhealthy (out)
                                                policy: covers IE, 1 km away
                =>  2      eu-north  healthy    health: healthy
                                                policy: covers EU, 1628 km away
                                                pick: the best left
                    3      us-east   healthy    health: healthy
                                                policy: 5463 km away
                                                pick: a better one is there
                    -      ap-south  healthy    fence: outside the fence EU,continent:NA (out)

                answer   A 198.51.100.20
                ttl      6, as eu-west could come back in 6 s
                scope    16, 10.1.0.0/16

                """
        )
    }

    @Test func `a band that is split`() throws {
        let text = try explain(
            Samples.steer(.latency, within: .time(.milliseconds(20)), overrides: [("10.9.0.0/16", "us-east")]),
            "us-east:down,up ap-south:drained",
            "2002:a02:304::1"
        )
        #expect(
            text == """
                www.example.com. latency

                client   2002:a02:304::1, which stands for 10.2.3.4
                place    Germany (DE), Europe, 52.52,13.4
                network  2002:a02::/32

                    place  region    state             why
                =>  1      eu-west   healthy           health: healthy
                                                       policy: about 13.2 ms by distance (1317 km away)
                                                       tie band: shares with those as good
                                                       pick: takes 50 % of clients
                    2      eu-north  healthy           health: healthy
                                                       policy: about 8.1 ms by distance (811 km away)
                                                       tie band: shares with those as good
                                                       pick: takes 50 % of clients
                    3      us-east   healthy (1 of 2)  health: 1 of 2 addresses healthy
                                                       policy: about 67.3 ms by distance (6727 km away)
                                                       pick: a better one is there
                    4      ap-south  drained           administrative state: is drained (out)
                                                       policy: about 62.9 ms by distance (6286 km away)

                answer   A 198.51.100.10
                         AAAA 2001:db8:2::10
                ttl      9, as eu-west could change in 9 s
                scope    36, 2002:a02::/36

                """
        )
    }

    @Test func `weights with one kept in reserve`() throws {
        let text = try explain(
            Samples.steer(.weighted, ["us-east=3", "eu-west=1", "eu-north=0"]),
            "us-east:0.2",
            "203.0.113.9"
        )
        #expect(
            text == """
                www.example.com. weighted

                client   203.0.113.9
                place    not known
                network  128.0.0.0/1

                    place  region    state    why
                =>  1      us-east   healthy  health: healthy
                                              policy: weight 3
                                              capacity: sends on 20 % for want of capacity
                                              tie band: shares with those as good
                                              pick: takes 60 % of clients
                    2      eu-west   healthy  health: healthy
                                              policy: weight 1
                                              tie band: shares with those as good
                                              pick: takes 40 % of clients
                    3      eu-north  healthy  health: healthy
                                              policy: weight 0, kept for when all others are out (out)

                answer   A 192.0.2.10
                         A 192.0.2.11
                ttl      9, as us-east could change in 9 s
                scope    20, 203.0.112.0/20

                """
        )
    }

    @Test func `nothing is healthy`() throws {
        let down = "us-east:down eu-west:down eu-north:down ap-south:down"
        let text = try explain(Samples.steer(.failover, ["us-east", "eu-west"], whenDown: .none), down, "10.3.0.1")
        #expect(
            text == """
                www.example.com. failover

                client   10.3.0.1
                place    United States (US), IL, North America, 41.88,-87.63, AS64500
                network  10.3.0.0/16

                  place  region   state      why
                  1      us-east  unhealthy  health: unhealthy (out)
                                             policy: listed first
                  2      eu-west  unhealthy  health: unhealthy (out)
                                             policy: listed second

                answer   none: nothing is healthy, and when-down names nothing to answer
                ttl      6, as us-east could come back in 6 s
                scope    0, every client

                """
        )
    }

    @Test func `a network that is assigned`() throws {
        let text = try explain(
            Samples.steer(.nearest, ["us-east", "eu-west"], overrides: [("10.3.0.0/24", "eu-west")]),
            "",
            "10.3.0.1"
        )
        #expect(
            text == """
                www.example.com. nearest

                client   10.3.0.1
                place    United States (US), IL, North America, 41.88,-87.63, AS64500
                network  10.3.0.0/16

                    place  region   state    why
                =>  1      eu-west  healthy  health: healthy
                                             policy: network 10.3.0.0/24 is assigned to it, 5890 km away
                                             pick: the best left
                    2      us-east  healthy  health: healthy
                                             policy: 913 km away
                                             pick: a better one is there

                answer   A 198.51.100.10
                         AAAA 2001:db8:2::10
                ttl      9, as eu-west could change in 9 s
                scope    24, 10.3.0.0/24

                """
        )
    }

    @Test func `the answer explained is the answer given`() throws {
        for policy in SteerRecord.Policy.allCases {
            for state in ["", "us-east:down", "eu-north:down eu-west:0.5", "us-east:down eu-west:down eu-north:down"] {
                let fleet = try Samples.fleet(try Samples.steer(policy, within: .kilometres(2000)))
                let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
                let decisions = SteeringDecisions(map: map, health: try health(state, fleet))
                for client in ["10.1.0.1", "10.2.0.1", "10.3.0.1", "10.5.0.1", "9.9.9.9", "2001:db8:4::1"] {
                    let address = try #require(IPAddress(client))
                    let explanation = decisions.explain(fleet.rules[0], client: address, ttl: 30)
                    let chosen = try Samples.answer(decisions, client)
                    #expect(Set(explanation.regions.filter(\.chosen).map(\.region)) == Set(chosen))
                    for standing in explanation.regions where standing.chosen {
                        #expect(!standing.steps.contains { $0.removed && $0.filter != "health" })
                        #expect(standing.steps.contains { $0.filter == "pick" && $0.reason != "a better one is there" })
                    }
                    #expect(explanation.scope == decisions.resolve(rule: 0, address).scope)
                }
            }
        }
    }
}

import Addressing
import Testing
import ZoneFile

@testable import Steering

@Suite struct DecisionsTests {
    @Test(arguments: [
        (SteerRecord.Policy.nearest, "", "10.2.0.1", ["eu-north"]),
        (.nearest, "eu-north:down", "10.2.0.1", ["eu-west"]),
        (.nearest, "eu-north:down eu-west:drained", "10.2.0.1", ["ap-south"]),
        (.nearest, "", "2001:db8:4::1", ["ap-south"]),
        (.nearest, "", "203.0.113.1", ["us-east"]),
        (.latency, "", "10.3.0.1", ["us-east"]),
        (.latency, "us-east:down", "10.3.0.1", ["eu-west"]),
        (.geo, "", "10.1.0.1", ["eu-west"]),
        (.geo, "eu-west:down", "10.1.0.1", ["eu-north"]),
        (.geo, "eu-west:down eu-north:down", "10.1.0.1", ["us-east"]),
        (.geo, "", "10.5.0.1", ["eu-west"]),
        (.failover, "", "10.4.0.1", ["us-east"]),
        (.failover, "us-east:down", "10.4.0.1", ["eu-west"]),
        (.all, "eu-west:down", "10.4.0.1", ["us-east", "eu-north", "ap-south"]),
        (.nearest, "us-east:down eu-west:down eu-north:down ap-south:down", "10.2.0.1", ["eu-north"]),
    ])
    func `each policy answers by place and health`(
        policy: SteerRecord.Policy,
        state: String,
        client: String,
        expected: [String]
    ) throws {
        let fleet = try Samples.fleet(try Samples.steer(policy))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let decisions = SteeringDecisions(map: map, health: try health(state, fleet))
        #expect(try Samples.answer(decisions, client) == expected)
    }

    @Test func `unhealthy addresses leave the answer and a region that is wholly down keeps all`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.failover, ["us-east"]))
        let map = SteeringMap(fleet: fleet, atlas: .empty)
        let answer = { (state: String) in
            SteeringDecisions(map: map, health: try health(state, fleet)).answers(of: fleet.rules[0])[0].v4.map(
                \.description
            )
        }
        #expect(try answer("") == ["192.0.2.10", "192.0.2.11"])
        #expect(try answer("us-east:down,up") == ["192.0.2.11"])
        #expect(try answer("us-east:unknown,up") == ["192.0.2.11"])
        #expect(try answer("us-east:down") == ["192.0.2.10", "192.0.2.11"])
        #expect(try answer("us-east:unknown") == ["192.0.2.10", "192.0.2.11"])
    }

    @Test func `the limit holds for each family`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.all, answers: 2))
        let map = SteeringMap(fleet: fleet, atlas: .empty)
        let answers = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet)).answers(of: fleet.rules[0])
        #expect(answers.count == 1)
        #expect(answers[0].v4.map(\.description) == ["192.0.2.10", "192.0.2.11"])
        #expect(answers[0].v6.map(\.description) == ["2001:db8:2::10"])
    }

    @Test func `when-down none leaves an empty answer`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.nearest, whenDown: .none))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let down = try health("us-east:down eu-west:down eu-north:down ap-south:down", fleet)
        let decisions = SteeringDecisions(map: map, health: down)
        #expect(try Samples.answer(decisions, "10.1.0.1") == [])
        #expect(decisions.answers(of: fleet.rules[0]).count == 5)
    }

    @Test func `answers are interned`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.nearest))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let decisions = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
        let answers = decisions.answers(of: fleet.rules[0])
        #expect(Set(answers).count == answers.count)
        #expect(Set(answers.flatMap(\.regions)) == [0, 1, 2, 3])
    }

    @Test func `a band shares its clients evenly and losing one moves only its own`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.nearest, within: .kilometres(2000)))
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let before = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
        let after = SteeringDecisions(map: map, health: try health("eu-west:down", fleet))
        var counts: [String: Int] = [:]
        for unit in 0..<16 {
            let client = "10.2.\(unit * 16).1"
            let (old, new) = (try Samples.answer(before, client)[0], try Samples.answer(after, client)[0])
            counts[old, default: 0] += 1
            #expect(new == "eu-north")
            #expect(["eu-west", "eu-north"].contains(old))
        }
        #expect(counts.count == 2)
        #expect(before.resolve(rule: 0, v4: 0x0A02_0000).scope == 20)
        #expect(after.resolve(rule: 0, v4: 0x0A02_0000).scope == 16)
    }

    @Test func `a region short of capacity sends on the share it is told to`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.failover))
        let map = SteeringMap(fleet: fleet, atlas: .empty)
        let decisions = SteeringDecisions(map: map, health: try health("us-east:0.2", fleet))
        let answers = decisions.answers(of: fleet.rules[0])
        let moved = (0..<100_000).count { network in
            let answer = answers[decisions.resolve(rule: 0, v4: UInt32(0x0100_0000 + network * 4096)).answer]
            return answer.regions == [1]
        }
        #expect(abs(Double(moved) / 100_000 - 0.2) < 0.02)
    }
}

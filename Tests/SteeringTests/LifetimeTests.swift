import Testing
import ZoneFile

@testable import Steering

@Suite struct LifetimeTests {
    /// The TTL of each answer of a rule, by the labels of its regions, with the reason where it is shortened.
    private func lifetimes(_ steer: SteerRecord, _ state: String, limit: UInt32 = 60) throws -> [String: String] {
        let fleet = try Samples.fleet(steer)
        let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
        let decisions = SteeringDecisions(map: map, health: try health(state, fleet))
        var lifetimes: [String: String] = [:]
        for answer in decisions.answers(of: fleet.rules[0]) {
            let lifetime = decisions.lifetime(of: answer, fleet.rules[0], limit: limit)
            let label = { (region: Int) in fleet.regions[region].label }
            let why = lifetime.text(label: label).map { " \($0)" } ?? ""
            lifetimes[answer.regions.map(label).joined(separator: "+")] = "\(lifetime.seconds)\(why)"
        }
        return lifetimes
    }

    @Test func `answers that can hold a draining region live as short as they may`() throws {
        let members = ["us-east", "eu-west"]
        let draining = "us-east:draining"
        #expect(
            try lifetimes(Samples.steer(.failover, members), draining) == [
                "us-east": "5 as us-east is draining", "eu-west": "60",
            ]
        )
        #expect(
            try lifetimes(Samples.steer(.weighted, members, minimumTTL: 10), draining) == [
                "us-east": "10 as us-east is draining", "eu-west": "60",
            ]
        )
        #expect(
            try lifetimes(Samples.steer(.all, members), draining) == ["us-east+eu-west": "5 as us-east is draining"]
        )
        #expect(
            try lifetimes(Samples.steer(.failover, members), "us-east:drained") == ["us-east": "60", "eu-west": "60"]
        )
    }

    @Test(arguments: [(nil, 60, 5), (nil, 3, 3), (20, 60, 20), (20, 10, 10), (0, 60, 0), (0, 0, 0)])
    func `the least TTL is 5 seconds, or what the record says, and never above its TTL`(
        minimum: UInt32?,
        limit: UInt32,
        expected: UInt32
    ) throws {
        let steer = try Samples.steer(.failover, ["us-east"], minimumTTL: minimum)
        let found = try lifetimes(steer, "us-east:draining", limit: limit)
        #expect(found["us-east"] == (expected < limit ? "\(expected) as us-east is draining" : "\(limit)"))
    }
}

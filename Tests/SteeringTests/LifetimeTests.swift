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

    private static let members = ["us-east", "eu-west"]

    /// Checks come every 5 s, give or take a tenth, and twice as often in doubt; 3 failures or 2 successes count.
    @Test(arguments: [
        ("", ["us-east": "9 as us-east could change in 9 s", "eu-west": "9 as eu-west could change in 9 s"]),
        (
            "us-east:down",
            ["us-east": "6 as us-east could change in 6 s", "eu-west": "6 as us-east could come back in 6 s"]
        ),
        (
            "us-east:down,up",
            ["us-east": "6 as us-east could change in 6 s", "eu-west": "9 as eu-west could change in 9 s"]
        ),
        (
            "us-east:unknown",
            ["us-east": "5 as us-east could change in 0 s", "eu-west": "5 as us-east could come back in 0 s"]
        ),
        // What the operator took out, no check brings back.
        (
            "us-east:down us-east:drained",
            ["us-east": "6 as us-east could change in 6 s", "eu-west": "9 as eu-west could change in 9 s"]
        ),
        (
            "us-east:down us-east:forced-up",
            ["us-east": "6 as us-east could change in 6 s", "eu-west": "9 as eu-west could change in 9 s"]
        ),
        (
            "us-east:draining",
            ["us-east": "5 as us-east is draining", "eu-west": "9 as eu-west could change in 9 s"]
        ),
    ])
    func `answers live as long as checks cannot change them`(state: String, expected: [String: String]) throws {
        #expect(try lifetimes(Samples.steer(.failover, Self.members), state) == expected)
    }

    @Test(arguments: ["", "us-east:down", "us-east:down,up", "us-east:unknown", "us-east:draining", "eu-west:down"])
    func `no answer with a region lives longer than the longest of it`(state: String) throws {
        for limit: UInt32 in [3, 8, 60, 86_400] {
            for minimum: UInt32? in [nil, 0, 30] {
                let fleet = try Samples.fleet(Samples.steer(.failover, Self.members, minimumTTL: minimum))
                let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
                let decisions = SteeringDecisions(map: map, health: try health(state, fleet))
                let rule = fleet.rules[0]
                for answer in decisions.answers(of: rule) {
                    let lifetime = decisions.lifetime(of: answer, rule, limit: limit).seconds
                    for region in answer.regions {
                        #expect(lifetime <= rule.longestTTL(from: fleet.regions[region], limit: limit))
                    }
                }
                #expect(rule.longestTTL(from: fleet.regions[0], limit: limit) <= max(9, minimum ?? 5))
            }
        }
    }

    @Test func `an answer of several regions lives as short as the shortest of them may`() throws {
        let steer = try Samples.steer(.all, Self.members, minimumTTL: 0)
        #expect(try lifetimes(steer, "") == ["us-east+eu-west": "9 as us-east could change in 9 s"])
        #expect(try lifetimes(steer, "eu-west:draining") == ["us-east+eu-west": "0 as eu-west is draining"])
        #expect(try lifetimes(steer, "us-east:down") == ["eu-west": "6 as us-east could come back in 6 s"])
    }

    @Test func `the TTL of the record is the longest`() throws {
        #expect(
            try lifetimes(Samples.steer(.failover, Self.members), "", limit: 9) == ["us-east": "9", "eu-west": "9"]
        )
        let unchecked = Fleet(
            ControlRecords(
                regions: [try Samples.region("us-east", check: .none, "192.0.2.1")],
                steers: [try Samples.steer(.failover, ["us-east"])]
            )
        )
        let map = SteeringMap(fleet: unchecked, atlas: .empty)
        let decisions = SteeringDecisions(map: map, health: FleetHealth(unchecked: unchecked))
        let answer = decisions.answers(of: unchecked.rules[0])[0]
        #expect(decisions.lifetime(of: answer, unchecked.rules[0], limit: 86_400).seconds == 86_400)
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

    @Test(
        arguments: [
            (Duration.milliseconds(999), 0), (.seconds(1), 1), (.milliseconds(9999), 9), (.seconds(11), 10),
            (.seconds(59), 50), (.seconds(1_000_000), 86_400), (.seconds(-1), 0),
        ] as [(Duration, UInt32)]
    )
    func `outlooks are told apart in steps that never say too long`(time: Duration, seconds: UInt32) {
        #expect(Outlook(time).seconds == seconds)
    }

    /// What a flip of any region changes for a client, the TTL that the client's answer had foresaw.
    @Test(arguments: 0..<4)
    func `no answer outlives the earliest change of it`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 9000)
        var world = try RandomWorld(&generator)
        for _ in 0..<Int.random(in: 0...6, using: &generator) { world.changeHealth(&generator) }
        let map = SteeringMap(fleet: world.fleet, atlas: world.atlas)
        let before = SteeringDecisions(map: map, health: world.health)
        let clients = world.interesting.shuffled(using: &generator).prefix(40)
        for region in world.fleet.regions where !region.addresses.isEmpty {
            for state in [AddressHealth.healthy, .unhealthy] {
                var health = world.health
                health.set(state, region: region)
                let outlook = world.health.outlooks[region.index].min() ?? .settled
                let after = before.updated(for: health)
                for rule in world.fleet.rules {
                    for client in clients {
                        let answer = before.answers(of: rule)[before.resolve(rule: rule.index, client).answer]
                        let now = after.answers(of: rule)[after.resolve(rule: rule.index, client).answer]
                        guard Set(answer.v4 + answer.v6) != Set(now.v4 + now.v6) else { continue }
                        let lifetime = before.lifetime(of: answer, rule, limit: .max)
                        let least = max(outlook.seconds, Lifetime.defaultMinimum)
                        #expect(lifetime.seconds <= least, "\(rule.name) \(region.label) \(state) \(client)")
                    }
                }
            }
        }
    }
}

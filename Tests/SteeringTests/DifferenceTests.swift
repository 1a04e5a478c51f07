import Addressing
import DNSWire
import Geography
import Testing
import ZoneFile

@testable import Steering

@Suite struct DifferenceTests {
    private func decisions(_ steers: [SteerRecord], regions: [RegionEntry]? = nil) throws -> SteeringDecisions {
        let fleet = Fleet(ControlRecords(regions: try regions ?? Samples.regions(), steers: steers))
        return SteeringDecisions(
            map: SteeringMap(fleet: fleet, atlas: try Samples.atlas()),
            health: FleetHealth(allHealthy: fleet)
        )
    }

    private func difference(_ old: [SteerRecord], _ new: [SteerRecord]) throws -> Difference {
        Difference(from: try decisions(old), to: try decisions(new))
    }

    @Test func `nothing changes when nothing is changed`() throws {
        let steers = try SteerRecord.Policy.allCases.map { try Samples.steer($0, name: $0.rawValue) }
        let same = try difference(steers, steers)
        #expect(same.changes.isEmpty && same.compared == 6)
        #expect(same.render() == "0 of 6 steered names change\n")
    }

    /// The atlas knows five /16, one each in Ireland, Germany, the United States, India and somewhere in Europe.
    @Test func `shares are of the addresses whose place is known`() throws {
        let members = ["us-east", "eu-west", "eu-north", "ap-south"]
        let difference = try difference(
            [Samples.steer(.nearest, members), Samples.steer(.nearest, members, name: "old")],
            [Samples.steer(.nearest, ["us-east", "eu-west", "ap-south"]), Samples.steer(.failover, name: "new")]
        )
        #expect(
            difference.render() == """
                www.example.com.  20 % of IPv4, 20 % of IPv6 addresses move
                  from                      to                   IPv4  IPv6
                  eu-north.example.com  ->  eu-west.example.com  20 %  20 %
                  of the country
                  DE  100 %  100 %

                new.example.com.  added

                old.example.com.  removed

                1 of 1 steered names change

                """
        )
    }

    @Test func `an override counts with its addresses, its country with its part`() throws {
        let change = try #require(
            difference(
                [Samples.steer(.failover)],
                [Samples.steer(.failover, overrides: [("10.1.0.0/18", "eu-north"), ("11.0.0.0/8", "eu-west")])]
            ).changes.first
        )
        #expect(change.kind == "changed")
        // A quarter of one network of five; what no place is known of does not count.
        #expect(abs(change.v4 - 0.05) < 1e-12 && change.v6 == 0)
        #expect(change.countries == [Difference.CountryShare(country: "IE", v4: 0.25, v6: 0)])
    }

    @Test func `of shares those units count that would move`() throws {
        let change = try #require(
            difference(
                [Samples.steer(.weighted, ["us-east=50", "eu-west=50"])],
                [Samples.steer(.weighted, ["us-east=60", "eu-west=40"])]
            ).changes.first
        )
        #expect(abs(change.v4 - 0.1) < 0.02)
        #expect(change.moves.map(\.from) == [["eu-west.example.com"]])
        let none = try difference(
            [Samples.steer(.weighted, ["us-east=50", "eu-west=50"])],
            [Samples.steer(.weighted, ["us-east=1", "eu-west=1"])]
        )
        #expect(none.changes.isEmpty)
    }

    @Test func `groups are looked into`() throws {
        let inner = try Samples.steer(.weighted, ["eu-west=1", "eu-north=1"], name: "inner")
        let change = try #require(
            difference(
                [Samples.steer(.geo, ["us-east", "inner"]), inner],
                [
                    Samples.steer(.geo, ["us-east", "inner"]),
                    Samples.steer(.failover, ["eu-west", "eu-north"], name: "inner"),
                ]
            ).changes.first
        )
        // Half of three networks in Europe and of India, which is nearer to it, of five.
        #expect(abs(change.v4 - 0.4) < 0.02, "\(change)")
        #expect(change.moves.map(\.to) == [["eu-west.example.com"]])
    }

    /// What the comparison of classes says is what asking for one address after another says.
    @Test(arguments: 0..<3)
    func `it agrees with lookups`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 11_000)
        let world = try RandomWorld(&generator)
        let map = SteeringMap(fleet: world.fleet, atlas: world.atlas)
        let decisions = SteeringDecisions(map: map, health: world.health)
        for rule in world.fleet.rules {
            for client in world.interesting.prefix(100) where client.embedding == nil {
                let found = map.table.classify(client)
                let bucket =
                    client.family == .v4
                    ? decisions.units.bucket(v4: UInt32(truncatingIfNeeded: client.bits))
                    : decisions.units.bucket(v6: client.bits)
                let answer = decisions.outcome(rule: rule.index, class: found.number)[bucket]
                #expect(answer == decisions.resolve(rule: rule.index, client).answer)
            }
        }
    }
}

import Geography
import Testing
import ZoneFile

@testable import Steering

/// A fleet's health in words: `eu-west:down` or `us-east:down,up` by address, and `eu-west:draining` and so on.
func health(_ text: String, _ fleet: Fleet, from start: FleetHealth? = nil) throws -> FleetHealth {
    var health = start ?? FleetHealth(allHealthy: fleet)
    for part in text.split(separator: " ") {
        let fields = part.split(separator: ":")
        let region = try #require(fleet.region(named: try Samples.name(String(fields[0]))))
        for (position, word) in fields[1].split(separator: ",").enumerated() {
            if let state = AdministrativeState(rawValue: String(word)) {
                health.set(state, region: region)
            } else if let share = Double(word) {
                health.set(shed: share, region: region)
            } else {
                let state: AddressHealth = word == "up" ? .healthy : word == "down" ? .unhealthy : .unknown
                if fields[1].contains(",") {
                    health.set(state, region: region, position: position)
                } else {
                    health.set(state, region: region)
                }
            }
        }
    }
    return health
}

@Suite struct SelectionTests {
    /// The shares of the first ranking of a rule in words.
    private func select(_ steer: SteerRecord, _ state: String, unchecked: Bool = false) throws -> String {
        let fleet = try Samples.fleet(steer)
        let health = try health(state, fleet, from: unchecked ? FleetHealth(unchecked: fleet) : nil)
        let rule = fleet.rules[0]
        let ranking = rule.ranker.ranking(from: RankingHead(), regions: fleet.regions)
        let selection = Selection(rule, ranking, CandidateHealth(health, fleet), givesReasons: false)
        let words = selection.shares.map { "\(fleet.regions[$0.region].label)=\(($0.fraction * 100).rounded() / 100)" }
        return words.joined(separator: " ") + (selection.disregardsHealth ? " regardless" : "")
    }

    @Test(arguments: [
        ("", "us-east=1.0"),
        ("us-east:down", "eu-west=1.0"),
        ("us-east:down,up", "us-east=1.0"),
        ("us-east:unknown", "eu-west=1.0"),
        ("us-east:unknown eu-west:down", "eu-north=1.0"),
        ("us-east:draining", "us-east=1.0"),
        ("us-east:drained eu-west:forced-down", "eu-north=1.0"),
        ("us-east:down us-east:forced-up", "us-east=1.0"),
        ("us-east:0.25", "us-east=0.75 eu-west=0.25"),
        ("us-east:0.5 eu-west:0.5", "us-east=0.5 eu-west=0.25 eu-north=0.25"),
        ("us-east:1", "eu-west=1.0"),
        ("us-east:0.5 eu-west:down eu-north:down ap-south:down", "us-east=1.0"),
        ("us-east:1 eu-west:down eu-north:down ap-south:down", "us-east=1.0"),
        ("us-east:down eu-west:down eu-north:down ap-south:down", "us-east=1.0 regardless"),
        ("us-east:drained eu-west:down eu-north:down ap-south:down", "eu-west=1.0 regardless"),
        ("us-east:draining eu-west:down eu-north:down ap-south:down", "us-east=1.0"),
        ("us-east:draining us-east:down", "eu-west=1.0"),
        ("us-east:drained eu-west:drained eu-north:drained ap-south:drained", "us-east=1.0 regardless"),
    ])
    func `failover takes the first usable region`(state: String, expected: String) throws {
        #expect(try select(Samples.steer(.failover), state) == expected)
    }

    @Test(arguments: [
        ("", "us-east=0.6 eu-west=0.4"),
        ("us-east:down", "eu-west=1.0"),
        ("us-east:down eu-west:down", "eu-north=1.0"),
        ("eu-north:down", "us-east=0.6 eu-west=0.4"),
        ("us-east:down eu-west:down eu-north:down", "us-east=0.6 eu-west=0.4 regardless"),
        ("us-east:0.5", "us-east=0.3 eu-west=0.7"),
        ("us-east:0.5 eu-west:0.5", "us-east=0.53 eu-west=0.47"),
    ])
    func `weighted shares by weight and keeps weight 0 for when all others are out`(
        state: String,
        expected: String
    ) throws {
        #expect(try select(Samples.steer(.weighted, ["us-east=3", "eu-west=2", "eu-north=0"]), state) == expected)
    }

    @Test func `regions of weight 0 share equally among themselves`() throws {
        let steer = try Samples.steer(.weighted, ["us-east=0", "eu-west=0"])
        #expect(try select(steer, "") == "us-east=0.5 eu-west=0.5")
    }

    @Test(arguments: [
        ("", "us-east=0.25 eu-west=0.25 eu-north=0.25 ap-south=0.25"),
        ("us-east:down ap-south:down", "eu-west=0.5 eu-north=0.5"),
    ])
    func `all takes every usable region`(state: String, expected: String) throws {
        #expect(try select(Samples.steer(.all), state) == expected)
    }

    @Test func `what is not checked yet is usable only while nothing is known`() throws {
        let steer = try Samples.steer(.failover)
        #expect(try select(steer, "", unchecked: true) == "us-east=1.0 regardless")
        #expect(try select(steer, "eu-west:up", unchecked: true) == "eu-west=1.0")
        // One down, the others unknown: nothing is usable, which is what when-down is for.
        let closed = try Samples.steer(.failover, whenDown: .none)
        #expect(try select(closed, "", unchecked: true) == "us-east=1.0 regardless")
        #expect(try select(closed, "us-east:down", unchecked: true) == " regardless")
    }

    @Test func `when-down says what is answered when nothing is usable`() throws {
        let down = "us-east:down eu-west:down eu-north:down ap-south:down"
        #expect(try select(Samples.steer(.failover, whenDown: .none), down) == " regardless")
        let named = SteerRecord.WhenDown.region(try Samples.name("eu-north"))
        #expect(try select(Samples.steer(.failover, whenDown: named), down) == "eu-north=1.0 regardless")
        #expect(try select(Samples.steer(.failover, ["us-east"], whenDown: named), down) == "eu-north=1.0 regardless")
        #expect(try select(Samples.steer(.failover, whenDown: named), "us-east:down") == "eu-west=1.0")
    }

    @Test func `the fence holds even when nothing is usable`() throws {
        let fence = [Area.continent(.europe)]
        let down = "eu-west:down eu-north:down"
        #expect(try select(Samples.steer(.failover, fence: fence), down) == "eu-west=1.0 regardless")
        let outside = SteerRecord.WhenDown.region(try Samples.name("us-east"))
        #expect(try select(Samples.steer(.failover, whenDown: outside), "") == "us-east=1.0")
        #expect(try select(Samples.steer(.failover, fence: fence, whenDown: outside), down) == " regardless")
        #expect(try select(Samples.steer(.failover, fence: [.continent(.africa)]), "") == " regardless")
    }

    @Test func `a region without addresses is never answered`() throws {
        var regions = try Samples.regions()
        regions[0].addresses = []
        for state in ["", "eu-west:down eu-north:down ap-south:down"] {
            let fleet = Fleet(ControlRecords(regions: regions, steers: [try Samples.steer(.failover)]))
            let ranking = fleet.rules[0].ranker.ranking(from: RankingHead(), regions: fleet.regions)
            let selection = Selection(
                fleet.rules[0],
                ranking,
                CandidateHealth(try health(state, fleet), fleet),
                givesReasons: false
            )
            #expect(selection.shares.map(\.region) == [1])
        }
    }

    @Test func `regions that are never checked are healthy from the start`() throws {
        let regions = [try Samples.region("us-east", check: .none, "192.0.2.1")]
        let fleet = Fleet(ControlRecords(regions: regions))
        #expect(FleetHealth(unchecked: fleet) == FleetHealth(allHealthy: fleet))
    }

    @Test func `reasons change nothing`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.weighted, ["us-east=3", "eu-west=2", "eu-north=0"]))
        let ranking = fleet.rules[0].ranker.ranking(from: RankingHead(), regions: fleet.regions)
        for state in ["", "us-east:down", "us-east:0.5 eu-west:draining", "us-east:down eu-west:down eu-north:down"] {
            let health = try health(state, fleet)
            let plain = Selection(fleet.rules[0], ranking, CandidateHealth(health, fleet), givesReasons: false)
            let explained = Selection(fleet.rules[0], ranking, CandidateHealth(health, fleet), givesReasons: true)
            #expect(plain.shares == explained.shares)
            #expect(plain.candidates == explained.candidates)
            #expect(plain.verdicts.isEmpty && !explained.verdicts.isEmpty)
        }
    }
}

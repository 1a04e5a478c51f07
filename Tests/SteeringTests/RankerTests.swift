import Addressing
import Geography
import Testing
import ZoneFile

@testable import Steering

@Suite struct RankerTests {
    /// The ranking in words: bands separated by `>`, regions of a band by `+`, `!` after an assigned region.
    private func rank(_ steer: SteerRecord, from location: Location, network: String? = nil) throws -> String {
        try rank(
            Fleet(ControlRecords(regions: try Samples.regions(), steers: [steer])),
            from: location,
            network: network
        )
    }

    private func rank(_ fleet: Fleet, from location: Location, network: String? = nil) throws -> String {
        let network = try network.map { try #require(IPPrefix($0)) }
        var vantage = Vantage(of: fleet.regions, fleet.groups)
        vantage.move(to: location, network: network)
        var head = RankingHead()
        fleet.rules[0].ranker.rank(vantage, network: network, into: &head)
        let ranking = fleet.rules[0].ranker.ranking(from: head, regions: fleet.regions, fleet.groups)
        var bands: [String] = []
        var start = 0
        for end in ranking.bandEnds {
            bands.append(ranking.order[start..<Int(end)].map { fleet.regions[Int($0)].label }.joined(separator: "+"))
            start = Int(end)
        }
        if ranking.isAssigned { bands[0] += "!" }
        return bands.joined(separator: " > ")
    }

    @Test(arguments: [
        (SteerRecord.Policy.failover, Samples.dublin, "us-east > eu-west > eu-north > ap-south"),
        (.weighted, Samples.mumbai, "us-east > eu-west > eu-north > ap-south"),
        (.all, Samples.mumbai, "us-east > eu-west > eu-north > ap-south"),
        (.nearest, Samples.dublin, "eu-west > eu-north > us-east > ap-south"),
        (.nearest, Samples.berlin, "eu-north > eu-west > ap-south > us-east"),
        (.nearest, Samples.mumbai, "ap-south > eu-north > eu-west > us-east"),
        (.nearest, Samples.somewhereInEurope, "us-east > eu-west > eu-north > ap-south"),
        (.nearest, .unknown, "us-east > eu-west > eu-north > ap-south"),
        (.latency, Samples.berlin, "eu-north > eu-west > ap-south > us-east"),
        (.latency, .unknown, "us-east > eu-west > eu-north > ap-south"),
        // IE is covered as a country by eu-west, as a part of Europe by both.
        (.geo, Samples.dublin, "eu-west > eu-north > us-east > ap-south"),
        (.geo, Samples.berlin, "eu-north > eu-west > ap-south > us-east"),
        (.geo, Samples.chicago, "us-east > eu-west > eu-north > ap-south"),
        (.geo, Samples.mumbai, "ap-south > eu-north > eu-west > us-east"),
        (.geo, Samples.somewhereInEurope, "eu-west > eu-north > us-east > ap-south"),
        (.geo, .unknown, "us-east > eu-west > eu-north > ap-south"),
    ])
    func `each policy has its order`(policy: SteerRecord.Policy, location: Location, order: String) throws {
        #expect(try rank(Samples.steer(policy), from: location) == order)
    }

    @Test func `the more specific cover goes first`() throws {
        let us = try Samples.country("US")
        let covers: [[Area]] = [
            [.continent(.northAmerica)], [.country(us)], [.subdivision(us, "IL")], [.autonomousSystem(64_500)],
            [.network(try #require(IPPrefix("10.0.0.0/8")))], [.network(try #require(IPPrefix("10.3.0.0/16")))],
        ]
        let regions = try covers.enumerated().map { try Samples.region("r\($0)", covers: $1, "192.0.2.1") }
        let labels = covers.indices.map { "r\($0)" }
        let fleet = Fleet(ControlRecords(regions: regions, steers: [try Samples.steer(.geo, labels)]))
        let order = try rank(fleet, from: Samples.chicago, network: "10.3.0.0/16")
        #expect(order == "r5 > r4 > r3 > r2 > r0 > r1" || order == "r5 > r4 > r3 > r2 > r1 > r0")
        #expect(try rank(fleet, from: Samples.chicago, network: "10.0.0.0/8").hasPrefix("r4 > r3 > r2 > r1"))
        #expect(try rank(fleet, from: Samples.chicago).hasPrefix("r3 > r2 > r1 > r0"))
    }

    @Test(arguments: [
        (SteerRecord.Tolerance.kilometres(100), "eu-north > eu-west > ap-south > us-east"),
        (.kilometres(600), "eu-west+eu-north > ap-south+us-east"),
        (.time(.milliseconds(6)), "eu-west+eu-north > ap-south+us-east"),
        (.kilometres(6000), "eu-west+eu-north+ap-south+us-east"),
    ])
    func `regions within the tolerance of the best share its band`(
        within: SteerRecord.Tolerance,
        expected: String
    ) throws {
        let order = try rank(
            Samples.steer(.latency, ["eu-west", "eu-north", "ap-south", "us-east"], within: within),
            from: Samples.berlin
        )
        #expect(order == expected)
    }

    @Test func `a band holds regions of one specificity, and none when distances are not known`() throws {
        let wide = SteerRecord.Tolerance.kilometres(20_000)
        #expect(
            try rank(Samples.steer(.geo, within: wide), from: Samples.berlin) == "eu-west+eu-north > us-east+ap-south"
        )
        #expect(
            try rank(Samples.steer(.geo, within: wide), from: .unknown) == "us-east > eu-west > eu-north > ap-south"
        )
    }

    @Test func `bias stretches distances`() throws {
        var regions = try Samples.regions()
        regions[1].record.bias = 60
        let steers = [try Samples.steer(.nearest)]
        let fleet = Fleet(ControlRecords(regions: regions, steers: steers))
        #expect(try rank(fleet, from: Samples.berlin) == "eu-west > eu-north > ap-south > us-east")
    }

    @Test(arguments: [
        ("10.3.0.0/16", "ap-south! > us-east > eu-west > eu-north"),
        ("10.3.4.0/24", "eu-north! > us-east > eu-west > ap-south"),
        ("10.0.0.0/8", "us-east > eu-west > eu-north > ap-south"),
    ])
    func `the longest override that holds the network goes first`(network: String, expected: String) throws {
        let overrides = [("10.3.0.0/16", "ap-south"), ("10.3.4.0/24", "eu-north"), ("10.3.5.0/24", "nowhere")]
        let order = try rank(Samples.steer(.failover, overrides: overrides), from: .unknown, network: network)
        #expect(order == expected)
    }

    @Test func `an override may name a region that is no member but none outside the fence`() throws {
        let overrides = [("10.3.0.0/16", "ap-south")]
        let order = try rank(
            Samples.steer(.nearest, ["us-east"], overrides: overrides),
            from: .unknown,
            network: "10.3.0.0/16"
        )
        #expect(order == "ap-south! > us-east")
        let fenced = try Samples.steer(.failover, fence: [.continent(.europe)], overrides: overrides)
        #expect(try rank(fenced, from: .unknown, network: "10.3.0.0/16") == "eu-west > eu-north")
    }

    @Test func `regions after the nearest few follow by their distance from the first`() throws {
        let regions = try (0..<9).map { try Samples.region("r\($0)", at: (0, Double($0) * 10), "192.0.2.1") }
        let fleet = Fleet(
            ControlRecords(regions: regions, steers: [try Samples.steer(.nearest, regions.indices.map { "r\($0)" })])
        )
        let place = Location(coordinates: GeoPoint(latitude: 0, longitude: 44))
        // From r4 at 40 degrees: r3 and r5 tie at 10, so do r2 and r6 at 20.
        #expect(try rank(fleet, from: place) == "r4 > r5 > r3 > r6 > r2 > r1 > r7 > r0 > r8")
    }

    @Test func `distances are great-circle distances`() throws {
        let fleet = try Samples.fleet()
        var vantage = Vantage(of: fleet.regions, fleet.groups)
        vantage.move(to: Samples.berlin, network: nil)
        let place = try #require(Samples.berlin.coordinates)
        for region in fleet.regions {
            let expected = place.distance(to: try #require(region.location))
            #expect(abs(vantage.kilometres[region.index] - expected) < 1e-6)
        }
    }

    @Test func `a region whose place is not known comes after those near`() throws {
        var regions = try Samples.regions()
        regions[0].record.location = nil
        let fleet = Fleet(ControlRecords(regions: regions, steers: [try Samples.steer(.nearest)]))
        #expect(try rank(fleet, from: Samples.chicago) == "eu-west > eu-north > ap-south > us-east")
    }
}

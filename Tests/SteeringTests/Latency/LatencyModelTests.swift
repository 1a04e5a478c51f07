import Addressing
import Geography
import Telemetry
import Testing
import ZoneFile

@testable import Steering

/// What the model believes after what it was told.
struct LatencyModelTests {
    /// Virginia and Frankfurt.
    private let fleet: Fleet
    private let france = Location(
        continent: .europe,
        country: CountryCode("FR"),
        coordinates: GeoPoint(latitude: 48.9, longitude: 2.35)
    )
    private var model = LatencyModel()
    private let east: Int
    private let west: Int

    init() throws {
        fleet = Fleet(
            ControlRecords(
                regions: [
                    try Samples.region("america", at: (39.0, -77.5), "192.0.2.1"),
                    try Samples.region("europe", at: (50.1, 8.7), "192.0.2.2"),
                ],
                steers: []
            )
        )
        west = model.number(of: fleet.regions[0])
        east = model.number(of: fleet.regions[1])
    }

    private func prefix(_ number: Int) -> ClientPrefix {
        ClientPrefix(IPAddress(v4: 0x0A00_0000 | UInt32(number) << 8))
    }

    private func digest(_ milliseconds: Double, count: UInt32 = 5) throws -> RoundTripDigest {
        let value = Float(milliseconds * 1000)
        return try #require(
            RoundTripDigest(
                count: count,
                minimum: UInt32(value),
                centre: value,
                deviation: 1500,
                recent: value,
                lastSeen: 0
            )
        )
    }

    private var places: AreaPlaces { AreaPlaces([france]) }

    private func view(at now: UInt32, replacing previous: LatencyView = .empty) -> LatencyView {
        model.view(of: fleet, replacing: previous, at: now, places: places) { _ in france }
    }

    /// The round trips of a network in France as rankings see them.
    private func expected(_ view: LatencyView, network: ClientPrefix? = nil) -> [Double] {
        var vantage = Vantage(of: fleet.regions, latency: view)
        vantage.move(to: france, network: network?.network)
        return vantage.isMeasured ? vantage.expected : vantage.reckoned
    }

    @Test mutating func beforeAnySampleDistanceDecides() {
        #expect(model.isEmpty)
        var vantage = Vantage(of: fleet.regions, latency: view(at: 0))
        vantage.move(to: france, network: nil)
        #expect(!vantage.isMeasured)
    }

    @Test mutating func manyNetworksTeachTheirCountry() throws {
        for round in 0..<5 {
            for number in 0..<20 {
                let digest = try digest(140, count: UInt32(round + 1) * 3)
                model.observe(digest, of: prefix(number), at: france, by: east, age: 0, now: UInt32(round * 10))
            }
        }
        let expected = expected(view(at: 50))
        #expect(abs(expected[1] - 140) < 8)
    }

    /// What is learned is reckoned from the distance there is, however great.
    @Test mutating func theFarSideOfTheGlobeIsAsFarAsItWasMeasured() throws {
        let sydney = try Samples.region("australia", at: (-33.9, 151.2), "192.0.2.3")
        let fleet = Fleet(ControlRecords(regions: [sydney], steers: []))
        let region = model.number(of: fleet.regions[0])
        for round in 1...5 {
            for number in 0..<20 {
                model.observe(
                    try digest(280, count: UInt32(round)),
                    of: prefix(number),
                    at: france,
                    by: region,
                    age: 0,
                    now: UInt32(round)
                )
            }
        }
        let view = model.view(of: fleet, at: 6, places: places) { _ in france }
        var vantage = Vantage(of: fleet.regions, latency: view)
        vantage.move(to: france, network: nil)
        #expect(abs(vantage.expected[0] - 280) < 10)
    }

    @Test mutating func sameDigestTwiceTeachesOnce() throws {
        let digest = try digest(140)
        model.observe(digest, of: prefix(1), at: france, by: east, age: 0, now: 10)
        let once = model.networks
        for _ in 0..<10 { model.observe(digest, of: prefix(1), at: france, by: east, age: 0, now: 10) }
        #expect(model.networks[prefix(1)]?.offset == once[prefix(1)]?.offset)
        #expect(model.networks[prefix(1)]?.sightings[0].deviation == once[prefix(1)]?.sightings[0].deviation)
    }

    @Test mutating func staleAndUnknownAreIgnored() throws {
        model.observe(try digest(140), of: prefix(1), at: france, by: east, age: 90_000, now: 10)
        model.observe(try digest(140), of: prefix(1), at: france, by: 7, age: 0, now: 10)
        #expect(model.isEmpty)
    }

    @Test mutating func noReportGoesBelowTheSpeedOfLight() throws {
        for round in 1..<200 {
            for number in 0..<20 {
                model.observe(
                    try digest(0.01, count: UInt32(round)),
                    of: prefix(number),
                    at: france,
                    by: west,
                    age: 0,
                    now: UInt32(round)
                )
            }
        }
        // Paris to Virginia: 6,200 km, so 62 ms at the least.
        #expect(expected(view(at: 200))[0] > 58)
    }

    @Test mutating func oneNetworkMovesOthersLittle() throws {
        for round in 1...5 {
            for number in 0..<20 {
                model.observe(
                    try digest(20, count: UInt32(round)),
                    of: prefix(number),
                    at: france,
                    by: east,
                    age: 0,
                    now: UInt32(round)
                )
            }
        }
        let before = expected(view(at: 6))[1]
        for round in 1...50 {
            model.observe(
                try digest(700, count: UInt32(round)),
                of: prefix(99),
                at: france,
                by: east,
                age: 0,
                now: UInt32(6 + round / 10)
            )
        }
        #expect(abs(expected(view(at: 12))[1] - before) < 15)
    }

    @Test mutating func aNetworkUnlikeItsCountryIsAnExceptionAndOthersAreNot() throws {
        for round in 1...10 {
            for number in 0..<20 {
                let isOdd = number == 3
                for (region, milliseconds) in [(east, isOdd ? 200.0 : 20), (west, isOdd ? 95 : 110)] {
                    model.observe(
                        try digest(milliseconds, count: UInt32(round * 2)),
                        of: prefix(number),
                        at: france,
                        by: region,
                        age: 0,
                        now: UInt32(round * 10)
                    )
                }
            }
        }
        let view = view(at: 100)
        #expect(Set(view.networks.keys) == [prefix(3)])
        let odd = expected(view, network: prefix(3))
        #expect(odd[0] < odd[1])
        let usual = expected(view)
        #expect(usual[1] < usual[0])
    }

    @Test mutating func aLastingChangeOfAPathIsLearnedFromHalfADozenReports() throws {
        for round in 1...20 {
            for number in 0..<10 {
                model.observe(
                    try digest(20, count: UInt32(round)),
                    of: prefix(number),
                    at: france,
                    by: east,
                    age: 0,
                    now: UInt32(round * 10)
                )
            }
        }
        for round in 21...26 {
            for number in 0..<10 {
                model.observe(
                    try digest(120, count: UInt32(round)),
                    of: prefix(number),
                    at: france,
                    by: east,
                    age: 0,
                    now: UInt32(round * 10)
                )
            }
        }
        // A network that was not heard of since is taken to be like the others.
        #expect(expected(view(at: 260))[1] > 100)
    }

    @Test mutating func whatIsNotRenewedFades() throws {
        for round in 1...10 {
            for number in 0..<10 {
                model.observe(
                    try digest(150, count: UInt32(round)),
                    of: prefix(number),
                    at: france,
                    by: east,
                    age: 0,
                    now: UInt32(round)
                )
            }
        }
        let fresh = view(at: 10)
        let old = view(at: 10 + 24 * 3600)
        let area = LatencyArea(country: CountryCode("FR"))
        let (before, after) = (try #require(fresh.areas[area]), try #require(old.areas[area]))
        #expect(before.deviations[1] < 5)
        #expect(after.deviations[1] > 10)
        #expect(after.means[1] < before.means[1])
    }

    /// A link that was slow for an hour is not held to be slow for a day.
    @Test mutating func whatCameAsASurpriseIsForgottenSooner() throws {
        for round in 1..<110 {
            let digest = try digest(round < 100 ? 20 : 120, count: UInt32(round))
            for number in 0..<10 {
                model.observe(digest, of: prefix(number), at: france, by: east, age: 0, now: UInt32(round * 10))
            }
        }
        #expect(expected(view(at: 1100))[1] > 100)
        #expect(expected(view(at: 1100 + 3 * 3600))[1] < 70)
    }

    /// 550 ms to wherever it goes: neither its neighbours nor its own order of regions are touched.
    @Test mutating func aSatelliteLinkIsLaidToItsAccess() throws {
        for round in 1...10 {
            for number in 0..<20 {
                let access = number == 3 ? 550.0 : 0
                for (region, milliseconds) in [(east, 20.0), (west, 95)] {
                    let digest = try digest(milliseconds + access, count: UInt32(round))
                    model.observe(digest, of: prefix(number), at: france, by: region, age: 0, now: UInt32(round * 10))
                }
            }
        }
        let view = view(at: 110)
        #expect(abs(expected(view)[1] - 20) < 15)
        let own = expected(view, network: prefix(3))
        #expect(own[1] < own[0])
    }

    @Test mutating func aRegionThatMovedIsForgottenAndOneThatWentIsNot() throws {
        for region in [east, west] {
            for number in 0..<10 {
                model.observe(try digest(60), of: prefix(number), at: france, by: region, age: 0, now: 5)
            }
        }
        // Frankfurt described more exactly.
        let near = try Samples.region("europe", at: (50.11, 8.68), "192.0.2.2")
        model.follow(Fleet(ControlRecords(regions: [near], steers: [])).regions)
        #expect(model.networks[prefix(1)]?.sightings.count == 2)
        let madrid = try Samples.region("europe", at: (40.4, -3.7), "192.0.2.2")
        model.follow(Fleet(ControlRecords(regions: [madrid], steers: [])).regions)
        #expect(model.networks[prefix(1)]?.sightings.map(\.region) == [west])
    }

    /// What all proxies of a country have not looked at for long is looked at by one network for all.
    @Test mutating func aScoutTriesForItsCountry() throws {
        for number in 0..<40 {
            for count in 1...20 {
                let digest = try digest(60, count: UInt32(count))
                model.observe(digest, of: prefix(number), at: france, by: west, age: 0, now: UInt32(count * 10))
            }
        }
        let all = TrialWindow(period: 0, share: 0.25)
        let view = model.view(of: fleet, at: 300, places: places, trials: all) { _ in france }
        let scouts = view.networks.filter { $0.value.spreads != nil }
        #expect(scouts.count == 1)
        #expect(view.networks.count <= scouts.count + 1)
    }

    @Test mutating func refittingThePriorChangesNoBelief() throws {
        for number in 0..<10 {
            model.observe(try digest(60), of: prefix(number), at: france, by: east, age: 0, now: 5)
            model.observe(try digest(190), of: prefix(number), at: france, by: west, age: 0, now: 5)
        }
        let before = expected(view(at: 5))
        let prior = model.prior
        model.refit(places: places)
        #expect(model.prior != prior)
        for (new, old) in zip(expected(view(at: 5)), before) { #expect(abs(new - old) < 0.01) }
    }

    @Test func memoryIsBounded() throws {
        var limits = LatencyModel.Limits()
        limits.networks = 1000
        var model = LatencyModel(limits: limits)
        let region = model.number(of: fleet.regions[0])
        for number in 0..<5000 {
            model.observe(try digest(90), of: prefix(number), at: france, by: region, age: 0, now: UInt32(number / 10))
            #expect(model.networkCount <= 1000)
        }
        #expect(model.networks[prefix(4999)] != nil)
    }

    @Test func memoryIsBoundedWhenAllIsNew() throws {
        var limits = LatencyModel.Limits()
        limits.networks = 100
        var model = LatencyModel(limits: limits)
        let region = model.number(of: fleet.regions[0])
        for number in 0..<1000 {
            model.observe(try digest(90), of: prefix(number), at: france, by: region, age: 0, now: 7)
        }
        #expect(model.networkCount <= 100)
    }
}

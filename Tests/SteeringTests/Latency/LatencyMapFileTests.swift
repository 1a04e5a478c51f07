import Addressing
import Geography
import Telemetry
import Testing
import ZoneFile

@testable import Steering

/// A model is the same after being written and read; what was not written by one is refused.
struct LatencyMapFileTests {
    private func model() throws -> LatencyModel {
        let fleet = Fleet(
            ControlRecords(
                regions: [
                    try Samples.region("america", at: (39.0, -77.5), "192.0.2.1"),
                    try Samples.region("nowhere", "192.0.2.2"),
                ],
                steers: []
            )
        )
        var model = LatencyModel()
        var generator = SeededGenerator(seed: 4)
        let numbers = fleet.regions.map { model.number(of: $0) }
        for step in 0..<500 {
            let location = Location(
                country: CountryCode(["FR", "DE", "JP"][step % 3]),
                coordinates: GeoPoint(latitude: 48, longitude: 2),
                autonomousSystem: step.isMultiple(of: 2) ? UInt32(step % 7) : nil
            )
            var digest = RoundTripDigest(UInt32.random(in: 5000...300_000, using: &generator), at: UInt32(step))
            digest.add(UInt32.random(in: 5000...300_000, using: &generator), at: UInt32(step))
            model.observe(
                digest,
                of: ClientPrefix(
                    step.isMultiple(of: 5) ? IPAddress(v6: UInt128(step) << 90) : IPAddress(v4: UInt32(step) << 7)
                ),
                at: location,
                by: numbers[step % 2],
                age: 0,
                now: UInt32(step)
            )
        }
        model.refit(places: AreaPlaces([]))
        return model
    }

    @Test func readsBackWhatWasWritten() throws {
        let model = try model()
        let read = try LatencyModel(octets: model.octets)
        #expect(read.regions == model.regions)
        #expect(read.prior == model.prior)
        #expect(read.networks.mapValues(\.offset) == model.networks.mapValues(\.offset))
        #expect(
            read.networks.mapValues { $0.sightings.map(\.deviation) }
                == model.networks.mapValues { $0.sightings.map(\.deviation) }
        )
        #expect(read.countries.mapValues(\.regions) == model.countries.mapValues(\.regions))
        #expect(read.systems.mapValues(\.regions) == model.systems.mapValues(\.regions))
    }

    @Test func everyCutIsNoticed() throws {
        let octets = try model().octets
        for count in Array(0..<64) + stride(from: 64, to: octets.count, by: 97) {
            #expect(throws: LatencyMapError.self) { try LatencyModel(octets: Array(octets.prefix(count))) }
        }
        #expect(throws: LatencyMapError.self) { try LatencyModel(octets: octets + [0]) }
    }

    @Test func everyChangedOctetIsNoticed() throws {
        let octets = try model().octets
        for index in stride(from: 0, to: octets.count, by: 53) {
            var damaged = octets
            damaged[index] ^= 0x20
            #expect(throws: LatencyMapError.self) { try LatencyModel(octets: damaged) }
        }
    }

    @Test func tellsWhatIsWrong() throws {
        var octets = try model().octets
        #expect(throws: LatencyMapError.notAMap) { try LatencyModel(octets: Array("hello, world, hello".utf8)) }
        octets[9] = 9
        #expect(throws: LatencyMapError.version(9)) { try LatencyModel(octets: octets) }
    }
}

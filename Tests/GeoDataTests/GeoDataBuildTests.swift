import Addressing
import Foundation
import GeoData
import Geography
import Testing

@Suite struct GeoDataBuildTests {
    private static let header = "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n"

    /// Builds from the text of the two files.
    private static func build(geoip: String, geoip6: String) throws -> (GeoDatabase, GeoDataBuild.Summary) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tern-tor-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try geoip.write(toFile: folder + "/geoip", atomically: false, encoding: .utf8)
        try geoip6.write(toFile: folder + "/geoip6", atomically: false, encoding: .utf8)
        do {
            let summary = try GeoDataBuild.run(torDirectory: folder, output: folder + "/country.mmdb")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3, "a temporary file stayed")
            return (try GeoDatabase(path: folder + "/country.mmdb"), summary)
        } catch let error as GeoDataBuildError {
            throw Failure(text: error.description.replacing(folder, with: ""))
        }
    }

    private struct Failure: Error { let text: String }

    @Test func rangesBecomeNetworksWithAPlace() throws {
        let (database, summary) = try Self.build(
            geoip: Self.header + "15726992,15726999,??\n16777216,16777471,AU\n16777472,16778239,CN\n",
            geoip6: "# Comment\n\n2001:200::,2001:200:134:ffff:ffff:ffff:ffff:ffff,JP"
        )
        let found = try database.lookup(address("1.0.0.7"))
        #expect(found.prefix == IPPrefix("1.0.0.0/24"))
        let australia = try #require(CountryCode("AU").flatMap(Country.init))
        #expect(
            found.location
                == Location(continent: .oceania, country: australia.code, coordinates: australia.coordinates)
        )
        #expect(try database.lookup(address("2001:200:134::1")).location.country == CountryCode("JP"))
        #expect(try database.lookup(address("0.239.248.17")).location == .unknown)
        #expect(summary.rangeCount == 3)
        #expect(summary.skippedCount == 1)
        #expect(summary.metadata.type == "Tern-Country")
        #expect(summary.metadata.buildDate == "2026-06-25")
        #expect(summary.description.contains("from 3 ranges (1 of unknown place left out)"))
    }

    @Test(arguments: [
        ("UK", Continent.europe, "GB"), ("CS", .europe, "RS"), ("EU", .europe, nil), ("AP", .asia, nil),
        ("ZZ", nil, nil),
        ("XK", .europe, "XK"),
    ])
    func unassignedCodesSayWhatTheyCan(code: String, continent: Continent?, country: String?) throws {
        let (database, _) = try Self.build(geoip: Self.header + "16777216,16777471,\(code)\n", geoip6: "")
        let location = try database.lookup(address("1.0.0.1")).location
        #expect(location.continent == continent)
        #expect(location.country?.description == country)
        #expect((location.coordinates == nil) == (continent == nil))
    }

    @Test func theNewerOfTheTwoTimesCounts() throws {
        let (database, _) = try Self.build(
            geoip: Self.header,
            geoip6: "# Generated: Sat, 29 Feb 2028 00:00:00 GMT\n"
        )
        #expect(database.metadata.buildEpoch == 1_835_395_200)
    }

    // MARK: - Faults

    @Test(arguments: [
        ("1,2", "", "/geoip:2: expected FIRST,LAST,COUNTRY"), ("1,2,US,", "", "/geoip:2: expected FIRST,LAST,COUNTRY"),
        ("1,4294967296,US", "", "/geoip:2: '4294967296' is no address"),
        ("-1,2,US", "", "/geoip:2: '-1' is no address"),
        (",2,US", "", "/geoip:2: '' is no address"), ("2,1,US", "", "/geoip:2: the range ends before it starts"),
        ("1,2,us1", "", "/geoip:2: 'us1' is no country code"),
        ("1,2,US\n1,2,\n", "", "/geoip:3: '' is no country code"),
        ("", "\n1.2.3.4,1.2.3.5,US", "/geoip6:2: '1.2.3.4' is no address"),
        ("", "2001::,2001::g,US", "/geoip6:1: '2001::g' is no address"),
    ])
    func aMalformedLineIsNamed(geoip: String, geoip6: String, message: String) {
        let error = #expect(throws: Failure.self) {
            try Self.build(geoip: Self.header + geoip, geoip6: geoip6)
        }
        #expect(error?.text == message + "; try: apt-get install --reinstall tor-geoipdb")
    }

    @Test func sourcesWithoutATimeAreRefused() {
        let error = #expect(throws: Failure.self) { try Self.build(geoip: "1,2,US\n", geoip6: "# Generated: today\n") }
        #expect(error?.text.hasPrefix("/geoip:1: no comment says 'Generated:' and a date") == true)
    }

    @Test func missingSourcesSayWhatToInstall() {
        let error = #expect(throws: GeoDataBuildError.self) {
            try GeoDataBuild.run(torDirectory: "/nowhere", output: "/nowhere/country.mmdb")
        }
        #expect(
            error?.description
                == "/nowhere/geoip: cannot read: No such file or directory; try: apt-get install tor-geoipdb"
        )
    }
}

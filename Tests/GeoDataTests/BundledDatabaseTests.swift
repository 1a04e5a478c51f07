import Addressing
import Foundation
import GeoData
import Geography
import Testing

/// The database that comes with Tern, in `geodata/`.
@Suite struct BundledDatabaseTests {
    private static let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "geodata/country.mmdb").path

    @Test(arguments: [
        ("8.8.8.8", "US"), ("81.2.69.160", "GB"), ("193.0.6.139", "NL"), ("217.160.0.187", "DE"), ("133.11.0.1", "JP"),
        ("200.160.2.3", "BR"), ("139.130.4.5", "AU"), ("196.25.1.1", "ZA"), ("212.27.48.10", "FR"),
        ("168.126.63.1", "KR"), ("2001:4860:4860::8888", "US"), ("2001:200::1", "JP"), ("2a01:e00::1", "FR"),
    ])
    func knowsPublicAddresses(client: String, code: String) throws {
        let location = try GeoDatabase(path: Self.path).lookup(address(client)).location
        #expect(location.country == CountryCode(code))
        #expect(location.coordinates == location.country.flatMap(Country.init)?.coordinates)
    }

    @Test(arguments: ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fe80::1"])
    func knowsNoPrivateAddress(client: String) throws {
        #expect(try GeoDatabase(path: Self.path).lookup(address(client)).location == .unknown)
    }

    @Test func holdsManyNetworksAndAlmostEveryCountry() throws {
        let database = try GeoDatabase(path: Self.path)
        #expect(database.metadata.type == "Tern-Country")
        var count = 0
        let locations = try database.forEachNetwork { _, _ in count += 1 }
        #expect(count > 500_000)
        #expect(Set(locations.compactMap(\.country)).count > 230)
        #expect(locations.allSatisfy { $0.continent != nil && $0.coordinates != nil })
    }

    // MARK: - Another reader

    private static let mmdblookup = "/usr/bin/mmdblookup"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: mmdblookup)))
    func mmdblookupReadsIt() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.mmdblookup)
        process.arguments = ["--file", Self.path, "--ip", "81.2.69.160", "country", "iso_code"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.contains("\"GB\" <utf8_string>"))
    }
}

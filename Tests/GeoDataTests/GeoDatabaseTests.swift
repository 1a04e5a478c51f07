import Addressing
import GeoData
import Geography
import Testing

@Suite struct GeoDatabaseTests {
    @Test func readsACountryRecord() throws {
        let database = try open(
            database([
                (
                    "81.2.69.0/24",
                    [
                        "continent": ["code": "EU", "names": ["en": "Europe"]],
                        "country": ["iso_code": "GB", "names": ["en": "United Kingdom"]],
                        "registered_country": ["iso_code": "FR"],
                    ]
                )
            ])
        )
        let (network, location) = try database.lookup(address("81.2.69.160"))
        #expect(network == IPPrefix("81.2.69.0/24"))
        #expect(location.continent == .europe)
        #expect(location.country == CountryCode("GB"))
        #expect(location.subdivisions == [])
        #expect(location.autonomousSystem == nil)
    }

    @Test func readsACityRecord() throws {
        let database = try open(
            database([
                (
                    "2001:db8::/32",
                    [
                        "city": ["names": ["en": "Boxford"]],
                        "continent": ["code": "EU"],
                        "country": ["iso_code": "GB"],
                        "location": ["accuracy_radius": .uint16(100), "latitude": 51.75, "longitude": -1.25],
                        "subdivisions": [["iso_code": "ENG"], ["iso_code": "WBK"]],
                    ]
                )
            ])
        )
        let (network, location) = try database.lookup(address("2001:db8::1"))
        #expect(network == IPPrefix("2001:db8::/32"))
        #expect(location.coordinates == GeoPoint(latitude: 51.75, longitude: -1.25))
        #expect(location.subdivisions == ["ENG", "WBK"])
    }

    @Test func readsAnAutonomousSystemRecord() throws {
        let record: MMDBValue = [
            "autonomous_system_number": .uint32(64500), "autonomous_system_organization": "Example",
        ]
        let database = try open(database([("192.0.2.0/24", record)], type: "Test-ASN"))
        #expect(try database.lookup(address("192.0.2.1")).location == Location(autonomousSystem: 64500))
    }

    @Test func theRegisteredCountryStandsInForAMissingCountry() throws {
        let database = try open(database([("192.0.2.0/24", ["registered_country": ["iso_code": "DE"]])]))
        #expect(try database.lookup(address("192.0.2.1")).location.country == CountryCode("DE"))
    }

    @Test func aCountryFillsInWhatTheRecordLacks() throws {
        let database = try open(database([("192.0.2.0/24", country("NZ"))]))
        let location = try database.lookup(address("192.0.2.1")).location
        #expect(location.continent == .oceania)
        #expect(location.coordinates == CountryCode("NZ").flatMap(Country.init)?.coordinates)
    }

    @Test(arguments: [
        ["country": ["iso_code": "GERMANY"], "autonomous_system_number": .uint32(7)] as MMDBValue,
        ["country": "DE", "autonomous_system_number": .uint32(7)],
        ["country": ["iso_code": .uint16(49)], "continent": ["code": "XX"], "autonomous_system_number": .uint16(7)],
        ["location": ["latitude": 91.0, "longitude": 0.0], "autonomous_system_number": .uint32(7)],
        ["location": ["latitude": 10.0], "autonomous_system_number": .uint32(7)],
        ["subdivisions": ["iso_code": "ENG"], "autonomous_system_number": .uint32(7)],
        ["subdivisions": [["iso_code": "A subdivision's whole name"]], "autonomous_system_number": .uint32(7)],
    ])
    func oddValuesAreMissingValues(record: MMDBValue) throws {
        let database = try open(database([("192.0.2.0/24", record)]))
        #expect(try database.lookup(address("192.0.2.1")).location == Location(autonomousSystem: 7))
    }

    // MARK: - Networks

    @Test(arguments: [
        ("10.0.0.1", "10.0.0.0/9"), ("10.128.0.1", "10.128.0.0/25"), ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8::1", "2001:db8::/127"), ("2001:db8::2", "2001:db8::2/127"), ("ff02::1", "8000::/1"),
        ("192.0.2.6", "192.0.2.6/32"),
    ])
    func reportsTheNetworkThatDecides(client: String, network: String) throws {
        let database = try open(
            database([
                ("10.0.0.0/9", country("US")), ("10.128.0.0/25", country("CA")), ("192.0.2.7/32", country("FR")),
                ("2001:db8::/127", country("DE")),
            ])
        )
        #expect(try database.lookup(address(client)).prefix == IPPrefix(network))
    }

    @Test func anIPv4DatabaseKnowsNoIPv6Address() throws {
        let database = try open(database([("0.0.0.0/0", country("US")), ("9.0.0.0/8", country("FR"))], family: .v4))
        #expect(database.metadata.ipVersion == 4)
        #expect(
            try database.lookup(address("9.1.2.3")) == (IPPrefix("9.0.0.0/8"), database.lookup(address("9.0.0.0")).1)
        )
        #expect(try database.lookup(address("2001:db8::1")) == (IPPrefix("::/0"), .unknown))
        #expect(try database.lookup(address("::ffff:9.0.0.1")).location.country == CountryCode("FR"))
    }

    @Test func aNetworkLargerThanAllOfIPv4HoldsEveryIPv4Address() throws {
        let database = try open(database([("::/8", country("US"))]))
        #expect(try database.lookup(address("192.0.2.1")).prefix == IPPrefix("0.0.0.0/0"))
        #expect(try database.lookup(address("192.0.2.1")).location.country == CountryCode("US"))
    }

    @Test(arguments: ["::1", "::", "::192.0.2.1"])
    func addressesWhereTheTreeKeepsIPv4AreUnknown(client: String) throws {
        let database = try open(database([("0.0.0.0/0", country("US"))]))
        #expect(try database.lookup(address(client)) == (IPPrefix("::/96"), .unknown))
    }

    @Test(arguments: ["::ffff:192.0.2.1", "2002:c000:201::7", "2001:0:abcd::3fff:fdfe", "64:ff9b::c000:201"])
    func anEmbeddedIPv4AddressDecides(client: String) throws {
        let database = try open(database([("192.0.2.0/24", country("FR")), ("2000::/3", country("US"))]))
        let (network, location) = try database.lookup(address(client))
        #expect(network == IPPrefix("192.0.2.0/24"))
        #expect(location.country == CountryCode("FR"))
    }

    // MARK: - The file

    @Test func describesItself() throws {
        let database = try open(
            database([("192.0.2.0/24", country("US"))], type: "Test-Type", buildEpoch: 1_782_362_039)
        )
        #expect(database.metadata.type == "Test-Type")
        #expect(database.metadata.buildEpoch == 1_782_362_039)
        #expect(database.metadata.buildDate == "2026-06-25")
        #expect(database.metadata.nodeCount == 120)
        #expect(database.metadata.description == "Test-Type, built 2026-06-25, IPv6, 120 nodes")
    }

    @Test func aMissingFileCannotBeOpened() {
        #expect(throws: GeoDatabaseError.cannotOpen(path: "/nowhere.mmdb", reason: "No such file or directory")) {
            try GeoDatabase(path: "/nowhere.mmdb")
        }
    }

    @Test(arguments: [[], [0], Array("a text of some length".utf8), [UInt8](repeating: 0, count: 100_000)])
    func anotherFileIsNoDatabase(bytes: [UInt8]) {
        #expect(throws: GeoDatabaseError.self) { try open(bytes) }
    }

    @Test func aDatabaseAboutSomethingElseIsRefused() throws {
        let bytes = try database([("192.0.2.0/24", ["connection_type": "Cable/DSL"])], type: "GeoIP2-Connection-Type")
        let file = try TemporaryFile(bytes)
        #expect(throws: GeoDatabaseError.noLocations(path: file.path, type: "GeoIP2-Connection-Type")) {
            try GeoDatabase(path: file.path)
        }
    }

    @Test func aDatabaseWithoutNetworksIsSound() throws {
        #expect(try open(database([])).lookup(address("192.0.2.1")).location == .unknown)
    }

    @Test func aFileMayBeReplacedWhileItIsMapped() throws {
        let file = try TemporaryFile(database([("192.0.2.0/24", country("US"))]))
        let database = try GeoDatabase(path: file.path)
        _ = consume file
        #expect(try database.lookup(address("192.0.2.1")).location.country == CountryCode("US"))
    }

    @Test func reportsForPeople() throws {
        let database = try open(
            database([("81.2.69.0/24", ["country": ["iso_code": "GB"], "autonomous_system_number": .uint32(64500)])])
        )
        #expect(
            try database.report(on: address("2002:5102:45a0::1")) == """
                address      2002:5102:45a0::1 (embeds 81.2.69.160)
                network      81.2.69.0/24
                continent    EU Europe
                country      GB United Kingdom
                coordinates  51.51,-0.13
                network of   AS64500
                database     Test-Country, built 2023-11-14, IPv6, 120 nodes
                """
        )
        #expect(try database.report(on: address("192.0.2.1")).contains("location     unknown"))
    }
}

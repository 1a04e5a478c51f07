import Addressing
import GeoData
import Geography
import Testing

@Suite struct GeoDatabaseWalkTests {
    /// A walk as text: network and country.
    private static func walk(_ database: GeoDatabase) throws -> [String] {
        var networks: [(IPPrefix, LocationID)] = []
        let locations = try database.forEachNetwork { networks.append(($0, $1)) }
        return networks.map { "\($0) \(locations[$1.index].country?.description ?? "-")" }
    }

    @Test func visitsNetworksInAddressOrderIPv4First() throws {
        let database = try open(
            database([
                ("2001:db8::/32", country("DE")), ("10.0.0.0/8", country("US")), ("10.64.0.0/10", country("FR")),
                ("1.2.3.4/32", country("GB")), ("8000::/1", country("US")),
            ])
        )
        #expect(
            try Self.walk(database) == [
                "1.2.3.4/32 GB", "10.0.0.0/10 US", "10.64.0.0/10 FR", "10.128.0.0/9 US", "2001:db8::/32 DE",
                "8000::/1 US",
            ]
        )
    }

    @Test func leavesOutIPv6NetworksThatAreIPv4Again() throws {
        let database = try open(
            database([
                ("192.0.2.0/24", country("FR")), ("::ffff:192.0.2.0/120", country("US")),
                ("64:ff9b::c000:200/120", country("US")), ("2002:c000:200::/40", country("US")),
                ("2001::/32", country("US")), ("2001:1::/32", country("DE")), ("2003::/16", country("DE")),
            ])
        )
        #expect(try Self.walk(database) == ["192.0.2.0/24 FR", "2001:1::/32 DE", "2003::/16 DE"])
    }

    @Test func oneLeafForEverythingIsOneNetworkOfEachFamily() throws {
        #expect(try Self.walk(open(database([("::/0", country("US"))]))) == ["0.0.0.0/0 US", "::/1 US", "8000::/1 US"])
    }

    @Test func equalLocationsAreOne() throws {
        let database = try open(
            database([
                ("10.0.0.0/8", ["country": ["iso_code": "US"], "city": ["names": ["en": "Here"]]]),
                ("11.0.0.0/8", ["country": ["iso_code": "US"], "city": ["names": ["en": "There"]]]),
                ("12.0.0.0/8", country("CA")),
            ])
        )
        var ids: [Int] = []
        let locations = try database.forEachNetwork { ids.append($1.index) }
        #expect(ids == [0, 0, 1])
        #expect(locations.map(\.country) == [CountryCode("US"), CountryCode("CA")])
    }

    @Test(arguments: UInt64(1)...20)
    func agreesWithLookupAndWithALinearSearch(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let family: IPAddress.Family = seed % 4 == 0 ? .v4 : .v6
        var rules: [(network: IPPrefix, code: String)] = []
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let code = try #require(["US", "CA", "FR", "DE", "JP"].randomElement(using: &random))
            rules.append((try Self.randomNetwork(&random, family), code))
        }
        let database = try open(database(rules.map { ("\($0.network)", country($0.code)) }, family: family))

        func expected(_ address: IPAddress) -> CountryCode? {
            // The longest network counts, the last of equal ones.
            let matches = rules.filter { $0.network.contains(address) }
            let longest = matches.map(\.network.length).max()
            return matches.last { $0.network.length == longest }.flatMap { CountryCode($0.code) }
        }

        var networks: [(network: IPPrefix, country: CountryCode?)] = []
        var ids: [LocationID] = []
        let locations = try database.forEachNetwork {
            networks.append(($0, nil))
            ids.append($1)
        }
        for (index, id) in ids.enumerated() { networks[index].country = locations[id.index].country }
        for (previous, next) in zip(networks, networks.dropFirst()) {
            #expect(previous.network.address < next.network.address)
            #expect(!previous.network.contains(next.network.address))
        }
        for (network, country) in networks {
            for probe in Self.edges(of: network) {
                #expect(expected(probe) == country, "\(probe)")
                let found = try database.lookup(probe)
                #expect(found.prefix == network)
                #expect(found.location.country == country)
            }
        }
        for _ in 0..<200 {
            let probe = try Self.randomNetwork(&random, family).address
            let found = try database.lookup(probe)
            #expect(found.location.country == expected(probe), "\(probe)")
            #expect(found.prefix.contains(probe))
            #expect(networks.contains { $0.network.contains(probe) } == (found.location != .unknown))
        }
    }

    /// A network of few leading bits that differ, so that networks meet, and away from those that embed IPv4.
    private static func randomNetwork(_ random: inout SeededGenerator, _ family: IPAddress.Family) throws -> IPPrefix {
        let isV4 = family == .v4 || Bool.random(using: &random)
        let host = UInt32.random(in: 0...0x3F, using: &random) << 26 | UInt32.random(in: 0...3, using: &random)
        let length = Int.random(in: 1...(Bool.random(using: &random) ? 8 : 32), using: &random)
        return try #require(
            isV4
                ? IPPrefix(IPAddress(v4: host), length: length)
                : IPPrefix(IPAddress(v6: UInt128(host | 1 << 31) << 96), length: max(length, 1))
        )
    }

    /// The first and the last address of a network.
    private static func edges(of network: IPPrefix) -> [IPAddress] {
        let host = network.address.family.bitWidth - network.length
        let ones = host == 128 ? UInt128.max : (UInt128(1) << UInt128(host)) - 1
        let last = network.address.bits | ones
        return [network.address, network.address.family == .v4 ? IPAddress(v4: UInt32(last)) : IPAddress(v6: last)]
    }
}

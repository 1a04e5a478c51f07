import Addressing
import DNSWire
import Geography
import Testing
import ZoneFile

@testable import Steering

/// A generator that gives the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = mix(state)
        return state
    }
}

/// Four regions on three continents, and places to look at them from.
enum Samples {
    static func name(_ text: String) throws -> DomainName { try DomainName("\(text).example.com") }

    static func region(
        _ label: String,
        at point: (Double, Double)? = nil,
        covers: [Area] = [],
        bias: Double = 0,
        check: CheckTarget = .tcp(port: nil),
        _ addresses: String...
    ) throws -> RegionEntry {
        RegionEntry(
            record: RegionRecord(
                name: try name(label),
                location: point.flatMap { GeoPoint(latitude: $0.0, longitude: $0.1) },
                covers: covers,
                check: check,
                bias: bias
            ),
            addresses: try addresses.map { try #require(IPAddress($0)) }
        )
    }

    static func country(_ code: String) throws -> CountryCode { try #require(CountryCode(code)) }

    /// us-east, eu-west, eu-north and ap-south, in this order.
    static func regions() throws -> [RegionEntry] {
        [
            try region(
                "us-east",
                at: (39.04, -77.49),
                covers: [.country(try country("US"))],
                "192.0.2.10",
                "192.0.2.11"
            ),
            try region(
                "eu-west",
                at: (53.34, -6.26),
                covers: [.continent(.europe), .country(try country("IE"))],
                "198.51.100.10",
                "2001:db8:2::10"
            ),
            try region("eu-north", at: (59.33, 18.06), covers: [.continent(.europe)], "198.51.100.20"),
            try region("ap-south", at: (19.07, 72.87), "203.0.113.10"),
        ]
    }

    static func steer(
        _ policy: SteerRecord.Policy,
        _ members: [String] = ["us-east", "eu-west", "eu-north", "ap-south"],
        name label: String = "www",
        answers: Int? = nil,
        within: SteerRecord.Tolerance? = nil,
        fence: [Area] = [],
        whenDown: SteerRecord.WhenDown = .all,
        minimumTTL: UInt32? = nil,
        overrides: [(String, String)] = []
    ) throws -> SteerRecord {
        SteerRecord(
            name: try name(label),
            policy: policy,
            members: try members.map { member in
                let parts = member.split(separator: "=")
                return SteerRecord.Member(
                    region: try name(String(parts[0])),
                    weight: parts.count > 1 ? try #require(UInt32(parts[1])) : 1
                )
            },
            answers: answers,
            within: within,
            fence: fence,
            whenDown: whenDown,
            minimumTTL: minimumTTL,
            overrides: try overrides.map {
                SteerRecord.NetworkOverride(network: try #require(IPPrefix($0.0)), region: try name($0.1))
            }
        )
    }

    static func fleet(_ steers: SteerRecord...) throws -> Fleet {
        Fleet(ControlRecords(regions: try regions(), steers: steers))
    }

    static let dublin = Location(
        continent: .europe,
        country: CountryCode("IE"),
        coordinates: GeoPoint(latitude: 53.33, longitude: -6.25)
    )
    static let berlin = Location(
        continent: .europe,
        country: CountryCode("DE"),
        coordinates: GeoPoint(latitude: 52.52, longitude: 13.4)
    )
    static let chicago = Location(
        continent: .northAmerica,
        country: CountryCode("US"),
        subdivisions: ["IL"],
        coordinates: GeoPoint(latitude: 41.88, longitude: -87.63),
        autonomousSystem: 64_500
    )
    static let mumbai = Location(
        continent: .asia,
        country: CountryCode("IN"),
        coordinates: GeoPoint(latitude: 19.08, longitude: 72.88)
    )
    static let somewhereInEurope = Location(continent: .europe)

    /// 10.1.0.0/16 in Dublin, 10.2.0.0/16 in Berlin, 10.3.0.0/16 in Chicago, 10.4.0.0/16 in Mumbai, 10.5.0.0/16 in
    /// Europe, and 2001:db8:1::/48 to 2001:db8:5::/48 alike.
    static func atlas() throws -> Atlas {
        let locations = [dublin, berlin, chicago, mumbai, somewhereInEurope]
        return try Atlas { add throws in
            for index in locations.indices {
                add(try #require(IPPrefix("10.\(index + 1).0.0/16")), index)
            }
            for index in locations.indices {
                add(try #require(IPPrefix("2001:db8:\(index + 1)::/48")), index)
            }
            return locations
        }
    }

    /// The labels of the regions that answer a client.
    static func answer(_ decisions: SteeringDecisions, rule: Int = 0, _ client: String) throws -> [String] {
        let address = try #require(IPAddress(client))
        let fleet = decisions.map.fleet
        let resolution = decisions.resolve(rule: rule, address)
        return decisions.answers(of: fleet.rules[rule])[resolution.answer].regions.map { fleet.regions[$0].label }
    }
}

import Addressing
import DNSWire
import Geography
import Testing

@testable import ZoneFile

@Suite("Control records as values")
struct ControlRecordTests {
    /// The wire form of `key=value` strings.
    private func rdata(_ strings: String...) -> [UInt8] {
        strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    }

    private func name(_ text: String) throws -> DomainName { try DomainName(text) }

    @Test func `a REGION has all its keys`() throws {
        let record = try RegionRecord(
            name: name("us-east.example.test."),
            rdata: rdata(
                "at=39.04,-77.49",
                "covers=continent:NA,GB,US-CA,AS64500,203.0.113.0/24",
                "check=https:8443/lb-health",
                "interval=1m30s",
                "timeout=500ms",
                "fails=4",
                "passes=5",
                "capacity=2e4".replacing("2e4", with: "20000"),
                "bias=-12.5%"
            )
        )
        let expected = RegionRecord(
            name: try name("us-east.example.test."),
            location: GeoPoint(latitude: 39.04, longitude: -77.49),
            covers: [
                .continent(.northAmerica), .country(try #require(CountryCode("GB"))),
                .subdivision(try #require(CountryCode("US")), "CA"), .autonomousSystem(64500),
                .network(try #require(IPPrefix("203.0.113.0/24"))),
            ],
            check: .https(port: 8443, path: "/lb-health"),
            schedule: CheckSchedule(interval: .seconds(90), timeout: .milliseconds(500), fails: 4, passes: 5),
            capacity: 20000,
            bias: -12.5
        )
        #expect(record == expected)
        #expect(try RegionRecord(name: .root, rdata: []) == RegionRecord(name: .root))
    }

    @Test func `a STEER has its policy, regions and options`() throws {
        let record = try SteerRecord(
            name: name("www.example.test."),
            rdata: rdata(
                "policy=weighted",
                "region=us-east.example.test.=90",
                "region=eu-west.example.test.",
                "answers=2",
                "within=300km",
                "fence=EU,country:SA",
                "when-down=eu-west.example.test.",
                "net=203.0.113.0/24:us-east.example.test.",
                "net=2001:db8::/32:eu-west.example.test."
            )
        )
        let (east, west) = (try name("us-east.example.test."), try name("eu-west.example.test."))
        let expected = SteerRecord(
            name: try name("www.example.test."),
            policy: .weighted,
            members: [.init(region: east, weight: 90), .init(region: west)],
            answers: 2,
            within: .kilometres(300),
            fence: [.continent(.europe), .country(try #require(CountryCode("SA")))],
            whenDown: .region(west),
            overrides: [
                .init(network: try #require(IPPrefix("203.0.113.0/24")), region: east),
                .init(network: try #require(IPPrefix("2001:db8::/32")), region: west),
            ]
        )
        #expect(record == expected)
    }

    @Test func `signs in names that also separate are escaped`() throws {
        let zone = try #require(ZoneText(body: #"n STEER all a\=5 b\:c=7 net=::/0:b\:c"#).read().zone)
        let record = try #require(ControlRecords(zones: [zone]).steers.first)
        #expect(
            record.members.map(\.region.labels.first).map { $0.map(Array.init) } == [
                Array("a=5".utf8), Array("b:c".utf8),
            ]
        )
        #expect(record.members.map(\.weight) == [1, 7])
        #expect(record.overrides.map(\.region) == [record.members[1].region])
    }

    @Test(
        arguments: [
            ([], .missingKey("policy"), nil),
            (["policy=all"], .missingKey("region"), nil),
            (["policy=al", "region=a."], .badValue("policy", value: "al", expected: "did you mean 'all'?"), 0),
            (["policy=all", "region=a.", "fenc=EU"], .unknownKey("fenc", suggestion: "fence"), 2),
            (["policy=all", "region=a.", "answers=1", "answers=1"], .repeatedKey("answers"), 3),
            (["policy=all", "region=a.", "x"], .malformed, 2),
        ] as [([String], ControlRecordError.Kind, Int?)]
    )
    func `an error names the string at fault`(strings: [String], kind: ControlRecordError.Kind, field: Int?) {
        let octets = strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        #expect(throws: ControlRecordError(kind, field: field)) { try SteerRecord(name: .root, rdata: octets) }
    }

    @Test(arguments: [[5, 0x61, 0x3D], [200], [1, 0x61], [3, 0x61, 0x3D, 0xFF]])
    func `octets that are no strings are refused`(octets: [UInt8]) {
        #expect(throws: ControlRecordError.self) { try RegionRecord(name: .root, rdata: octets) }
        #expect(throws: ControlRecordError.self) { try PoolRecord(name: .root, rdata: octets) }
    }

    @Test(
        arguments: [
            ("none", CheckTarget.none), ("tcp", .tcp(port: nil)), ("tcp:53", .tcp(port: 53)),
            ("http", .http(port: nil, path: "/")), ("http:8080", .http(port: 8080, path: "/")),
            ("http:/health", .http(port: nil, path: "/health")), ("http/health", .http(port: nil, path: "/health")),
            ("HTTPS:443/a/b?c=d", .https(port: 443, path: "/a/b?c=d")),
        ] as [(String, CheckTarget)]
    )
    func `a check is read`(text: String, expected: CheckTarget) {
        #expect(CheckTarget(text: text) == expected)
    }

    @Test(arguments: [
        "", "tcp:", "tcp:0", "tcp:65536", "tcp/x", "none:1", "none/", "http:", "http:x", "http:80 /", "http:/a b",
        "udp:53",
        "http:+80", "http:8080:1/",
    ])
    func `what is no check is refused`(text: String) {
        #expect(CheckTarget(text: text) == nil)
    }

    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("2s", .seconds(2)), ("1m30s", .seconds(90)), ("1H", .seconds(3600)),
            ("0s", .zero), ("250us", .microseconds(250)), ("24h", .seconds(86400)), ("", nil), ("5", nil), ("s", nil),
            ("-1s", nil), ("1.5s", nil), ("1d", nil), ("25h", nil), ("9999999999s", nil), ("1s ", nil),
            ("\u{0661}s", nil),
        ] as [(String, Duration?)]
    )
    func `a duration has units`(text: String, expected: Duration?) {
        #expect(ControlValues.duration(text) == expected)
    }

    @Test(
        arguments: [
            ("300km", 300), ("0.5km", 0.5), ("1KM", 1), ("km", nil), ("300", nil), ("-1km", nil), ("infkm", nil),
            ("99999km", nil), ("0x1km", nil),
        ] as [(String, Double?)]
    )
    func `a distance is in kilometres`(text: String, expected: Double?) {
        #expect(ControlValues.kilometres(text) == expected)
    }

    @Test func `an entry holds addresses and servers in the order written`() throws {
        let zone = try #require(
            ZoneText(
                body: """
                    r REGION
                    r AAAA 2001:db8::2
                    r A 192.0.2.9
                    r AAAA 2001:db8::1
                    _Web._tcp.R POOL balance=least-connections
                    _web._tcp.r SRV 1 2 3 r
                    _web._tcp.r SRV 0 5 80 ns1
                    n STEER all r
                    """
            ).read().zone
        )
        let records = ControlRecords(zones: [zone])
        #expect(
            records.regions.map { $0.addresses.map(\.description) } == [["2001:db8::2", "192.0.2.9", "2001:db8::1"]]
        )
        let pool = try #require(records.pools.first)
        #expect(pool.service == "web")
        #expect(pool.region == records.regions.first?.record.name)
        #expect(pool.record.balance == .leastConnections)
        #expect(pool.servers.map(\.priority) == [1, 0])
        #expect(pool.servers.map(\.weight) == [2, 5])
        #expect(pool.servers.map(\.port) == [3, 80])
        #expect(pool.servers.map(\.addresses.count) == [3, 1])
        #expect(records.steers.map(\.policy) == [.all])
    }
}

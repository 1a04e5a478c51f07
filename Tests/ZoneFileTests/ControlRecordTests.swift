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
                "state=draining",
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
            state: .draining,
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
                "ttl-min=1m",
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
            minimumTTL: 60,
            overrides: [
                .init(network: try #require(IPPrefix("203.0.113.0/24")), region: east),
                .init(network: try #require(IPPrefix("2001:db8::/32")), region: west),
            ]
        )
        #expect(record == expected)
    }

    @Test func `a POOL has all its keys`() throws {
        let record = try PoolRecord(
            name: name("_http._tcp.r.example.test."),
            rdata: rdata(
                "balance=MAGLEV",
                "key=header:X-User",
                "bound=125%",
                "slow-start=30s",
                "overprovision=200",
                "panic=50%",
                "max-connections=100",
                "queue=20",
                "queue-timeout=500ms",
                "retries=10%",
                "drain=1m",
                "eject=5",
                "eject-success=90%",
                "eject-time=10s",
                "eject-max=30%",
                "refresh=5s",
                "discover=_http._tcp.example.net@[2001:db8::1]:5353",
                "check=tcp"
            )
        )
        var expected = PoolRecord(
            name: try name("_http._tcp.r.example.test."),
            balance: .maglev,
            check: .tcp(port: nil)
        )
        expected.key = .header("x-user")
        expected.bound = 1.25
        expected.slowStart = .seconds(30)
        expected.overprovision = 2
        expected.panic = 0.5
        expected.maximumConnections = 100
        expected.queue = 20
        expected.queueTimeout = .milliseconds(500)
        expected.retries = 0.1
        expected.drain = .seconds(60)
        expected.ejection.failuresInARow = 5
        expected.ejection.successRate = 0.9
        expected.ejection.time = .seconds(10)
        expected.ejection.maximumShare = 0.3
        expected.discovery = .init(
            name: try name("_http._tcp.example.net."),
            server: try #require(Endpoint("[2001:db8::1]:5353")),
            refresh: .seconds(5)
        )
        #expect(record == expected)
    }

    @Test(
        arguments: [
            (["balance=leastconnections"], "balance", "did you mean 'least-connections'?"),
            (["balance=fair"], "balance", nil), (["balance=ring", "key=host"], "key", nil),
            (["balance=ring", "key=cookie:"], "key", nil), (["balance=ring", "key=header:a b"], "key", nil),
            (["key=uri"], "key", "it goes with balance=rendezvous, ring or maglev only"),
            (["balance=source-hash", "key=uri"], "key", nil), (["bound=125%"], "bound", nil),
            (["balance=maglev", "bound=100%"], "bound", nil), (["slow-start=2h"], "slow-start", nil),
            (["panic=101%"], "panic", nil), (["overprovision=99%"], "overprovision", nil),
            (["max-connections=0"], "max-connections", nil),
            (["queue=5"], "queue", "it goes with max-connections only"),
            (["max-connections=1", "queue=-1"], "queue", nil), (["retries=x"], "retries", nil),
            (["max-connections=1", "queue-timeout=0s"], "queue-timeout", nil), (["drain=5"], "drain", nil),
            (["eject=0"], "eject", nil), (["eject-success=100%"], "eject-success", nil),
            (["eject-time=10s"], "eject-time", "it goes with eject or eject-success only"),
            (["eject=1", "eject-max=200%"], "eject-max", nil), (["refresh=5s"], "refresh", nil),
            (["discover=a.example@192.0.2.1", "refresh=0s"], "refresh", nil), (["discover=a.example"], "discover", nil),
            (["discover=@192.0.2.1"], "discover", nil), (["discover=a.example@ns1.example"], "discover", nil),
            (["discover=a.example@192.0.2.1:0"], "discover", nil),
        ] as [([String], String, String?)]
    )
    func `a wrong value in a POOL is named`(strings: [String], key: String, hint: String?) throws {
        let octets = strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        let error = try #require(throws: ControlRecordError.self) { try PoolRecord(name: .root, rdata: octets) }
        guard case .badValue(key, _, _) = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(error.hint?.isEmpty == false)
        if let hint { #expect(error.hint == hint) }
    }

    @Test func `a key of a POOL that is nearly right is found`() {
        let kind = ControlRecordError.Kind.unknownKey("max-conections", suggestion: "max-connections")
        #expect(throws: ControlRecordError(kind, field: 0)) {
            try PoolRecord(name: .root, rdata: rdata("max-conections=5"))
        }
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

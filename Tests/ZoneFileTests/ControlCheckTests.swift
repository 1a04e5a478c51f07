import Addressing
import Testing

@testable import ZoneFile

@Suite("Rules of control records")
struct ControlCheckTests {
    /// Two sound regions, in the lines 5 to 8; what a test adds starts in line 9.
    private static let regions = """
        east REGION at=39,-77 covers=continent:NA,GB check=tcp:80 interval=2s
        east A 127.0.1.1
        west REGION at=53,-6 covers=EU
        west A 127.0.2.1

        """

    @Test(
        arguments: [
            ("", []),
            ("n REGION\nn A 192.0.2.1", []),
            ("n REGION state=drained\nn A 192.0.2.1", []),
            ("n REGION bias=1 state=drainde\nn A 192.0.2.1", ["bad-value 9:17"]),
            ("n REGION inteval=2s\nn A 192.0.2.1", ["unknown-key 9:10"]),
            ("n REGION bias=1 qwertyuiop=2s\nn A 192.0.2.1", ["unknown-key 9:17"]),
            ("n REGION bias=1 bias=2\nn A 192.0.2.1", ["repeated-key 9:17"]),
            ("n REGION ( bias=1 ; x\n \"at=1,200\" )\nn A 192.0.2.1", ["bad-value 10:2"]),
            ("n REGION at=x bias=x\nn A 192.0.2.1", ["bad-value 9:10", "bad-value 9:15"]),
            (" REGION at=1,2,3\n", ["repeated-control-record 9:2"]),
            ("n REGION covers=AS\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION covers=EU,UK\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION check=http:0/x\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION timeout=3s interval=2s\nn A 192.0.2.1", ["timeout-above-interval 9:10"]),
            ("n REGION timeout=6s\nn A 192.0.2.1", ["timeout-above-interval 9:10"]),
            ("n REGION interval=10ms\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION at=1,1", ["region-without-address 9:1"]),
            ("east REGION at=1,1", ["repeated-control-record 9:1"]),
            ("n REGION check=tcp\nn 4 A 192.0.2.1", ["ttl-below-interval 10:1"]),
            ("n REGION interval=1m\nn 4 A 192.0.2.1", []),
            ("n REGION\nn CNAME east", ["cname-and-other-data 10:1", "region-without-address 9:1"]),
            ("n REGION bias=100 at=1,1\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION bias=-99.5% at=1,1\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION bias=99%\nn A 192.0.2.1", ["option-without-effect 9:10"]),
            ("n REGION covers=XX\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION covers=EU,ZZ-1\nn A 192.0.2.1", ["bad-value 9:10"]),
            ("n REGION check=tcp min-healthy=2\nn A 192.0.2.1\nn AAAA ::1", []),
            ("n REGION check=tcp min-healthy=3\nn A 192.0.2.1\nn AAAA ::1", ["too-few-addresses 9:20"]),
            ("n REGION check=tcp min-healthy=100%\nn A 192.0.2.1\nn AAAA ::1", []),
            ("n REGION check=tcp min-healthy=0\nn A 192.0.2.1", ["bad-value 9:20"]),
            ("n REGION check=tcp min-healthy=101%\nn A 192.0.2.1", ["bad-value 9:20"]),
            ("n REGION check=tcp min-healthy=two\nn A 192.0.2.1", ["bad-value 9:20"]),
            ("n REGION min-healthy=1\nn A 192.0.2.1", ["option-without-effect 9:10"]),
            (##"n TYPE65281 \# 7 06626961733d78"## + "\nn A 192.0.2.1", ["bad-value 9:1"]),
        ] as [(String, [String])]
    )
    func `REGION`(body: String, expected: [String]) {
        #expect(ZoneText(body: Self.regions + body).faults.sorted() == expected)
    }

    @Test(
        arguments: [
            ("n STEER failover east west", []),
            ("n STEER failover east wset", ["unknown-region 9:23"]),
            ("n STEER failover east west east", ["repeated-region 9:28"]),
            ("n STEER failovr east", ["bad-value 9:9"]),
            ("n STEER failover", ["bad-rdata 9:9"]),
            ("n STEER", ["bad-rdata 9:3"]),
            ("n STEER failover east witin=5ms", ["unknown-key 9:23"]),
            ("n STEER failover east answers=1 answers=2", ["repeated-key 9:33"]),
            ("n STEER failover east answers=0", ["bad-value 9:23"]),
            ("n STEER failover east\nn STEER failover west", ["repeated-control-record 10:1"]),
            ("n STEER failover east\nn CNAME east", ["steer-beside-cname 10:1"]),
            ("n CNAME east\nn STEER failover east", ["steer-beside-cname 9:1"]),
            (
                "n STEER failover east\nn A 192.0.2.1\nn AAAA ::1",
                ["steer-beside-address 10:1", "steer-beside-address 11:1"]
            ),
            ("n STEER failover east\nn TXT x\nn MX 1 n", []),
            ("n STEER weighted east=0 west=0", ["zero-weights 9:18"]),
            ("n STEER weighted east=0 west", []),
            ("n STEER weighted east=65536", ["bad-rdata 9:18"]),
            ("n STEER failover east west=2", ["option-without-effect 9:23"]),
            ("n STEER latency east within=5ms", []),
            ("n STEER latency east within=5km", ["within-unit 9:22"]),
            ("n STEER nearest east within=5ms", ["within-unit 9:22"]),
            ("n STEER geo east within=5km", []),
            ("n STEER all east within=5km", ["option-without-effect 9:18"]),
            ("n STEER all east within=5", ["bad-value 9:18"]),
            ("n STEER all east fence=OC", ["unsatisfiable-fence 9:18"]),
            ("n STEER all east fence=EU", []),
            ("n STEER all east west fence=OC,EU", []),
            // What is covered must lie inside the fence as a whole: EU is not inside FR.
            ("n STEER all east west fence=OC,FR", ["unsatisfiable-fence 9:23"]),
            ("n STEER all east fence=US-CA", ["unsatisfiable-fence 9:18"]),
            ("n STEER all east fence=AS64500,GB", []),
            ("n STEER all east fence=AS64500,203.0.113.0/24", ["unsatisfiable-fence 9:18"]),
            ("n STEER all east fence=", ["bad-value 9:18"]),
            ("n STEER all east fence=XX", ["bad-value 9:18"]),
            ("n STEER all east fence=EU,AF", ["bad-value 9:18"]),
            ("n STEER all east fence=GB when-down=west", ["outside-fence 9:27"]),
            ("n STEER all east fence=GB net=10.0.0.0/8:west", ["outside-fence 9:27"]),
            ("n STEER all east net=10.0.0.0/8:west net=10.0.0.0/8:east", ["repeated-network 9:38"]),
            ("n STEER all east net=10.0.0.0/8:west net=10.0.0.0/9:east", []),
            ("n STEER weighted east=0 west=1 fence=GB", ["zero-weights 9:18"]),
            ("n 20 STEER all east ttl-min=21", ["ttl-min-above-ttl 9:21"]),
            ("n 20 STEER all east ttl-min=20", []),
            ("n STEER all east ttl-min=10", []),
            ("n STEER all east ttl-min=1m30s", []),
            ("n STEER all east ttl-min=1500ms", ["bad-value 9:18"]),
            ("n STEER all east ttl-min=-1", ["bad-value 9:18"]),
            ("n STEER all east ttl-min=25h", ["bad-value 9:18"]),
            ("n STEER all east when-down=wst", ["unknown-region 9:18"]),
            ("n STEER all east when-down=west net=203.0.113.0/24:west net=::/0:east", []),
            ("n STEER all east net=203.0.113.0/24:wst", ["unknown-region 9:18"]),
            ("n STEER all east net=203.0.113.0/24:west net=203.0.114.0/24:wst", ["unknown-region 9:42"]),
            ("n STEER all east net=203.0.113.1/24:west", ["bad-value 9:18"]),
            ("n 1 STEER all east", ["ttl-below-interval 9:1"]),
            ("n 1 STEER all west", []),
            ("p REGION\np A 192.0.2.1\nn STEER all p", []),
            ("p REGION\np A 192.0.2.1\nn STEER nearest east p", ["region-without-place 11:22"]),
            ("n STEER (\n nearest\n east ; comment\n wset )", ["unknown-region 12:2"]),
        ] as [(String, [String])]
    )
    func `STEER`(body: String, expected: [String]) {
        #expect(ZoneText(body: Self.regions + body).faults == expected)
    }

    @Test(
        arguments: [
            ("n STEER geo g west\ng STEER weighted east=1 west=2", []),
            ("n STEER geo g west\ng STEER weighted east=1 wst=2", ["unknown-region 10:25"]),
            ("n STEER geo g west when-down=g net=10.0.0.0/8:g\ng STEER weighted east west", []),
            ("n STEER failover n east", ["steer-loop 9:18"]),
            ("n STEER failover east when-down=n", ["steer-loop 9:23"]),
            ("n STEER failover east net=10.0.0.0/8:n", ["steer-loop 9:23"]),
            ("n STEER failover g east\ng STEER geo west n", ["steer-loop 9:18", "steer-loop 10:18"]),
            // Who leads into a circle without being part of it is not at fault.
            ("m STEER failover n\nn STEER failover g\ng STEER geo n", ["steer-loop 10:18", "steer-loop 11:13"]),
            ("a STEER geo b\nb STEER geo c\nc STEER geo d\nd STEER geo east", []),
            (
                "a STEER geo b\nb STEER geo c\nc STEER geo d\nd STEER geo e\ne STEER geo east",
                ["steer-too-deep 9:13"]
            ),
            ("n STEER all g east\ng STEER geo west", ["steer-in-all 9:13"]),
            ("n STEER failover g\ng STEER all west", []),
            ("n STEER failover g west fence=GB\ng STEER failover east west", ["fence-cut 9:18"]),
            ("n STEER failover g west fence=GB\ng STEER failover east west fence=GB", []),
            ("n STEER failover g fence=FR\ng STEER failover west", ["unsatisfiable-fence 9:20"]),
            ("n STEER failover g east fence=GB\ng STEER failover east when-down=west", ["fence-cut 9:18"]),
            ("n STEER weighted g=1 east=1\ng STEER failover east", ["repeated-region 9:18"]),
            ("n STEER failover g east\ng STEER failover east", []),
            ("n STEER failover g g\ng STEER failover east", ["repeated-region 9:20"]),
            ("n STEER weighted g=0\ng STEER failover east", ["zero-weights 9:18"]),
            ("p REGION\np A 192.0.2.1\ng STEER all p\nn STEER nearest g", ["region-without-place 12:17"]),
            ("g 300 STEER all east\nn 1 STEER failover g", ["ttl-below-interval 10:1"]),
            // A record with a fault of its own is no region, which is said of it alone.
            ("n STEER failover g east\ng STEER failovr east", ["bad-value 10:9", "unknown-region 9:18"]),
        ] as [(String, [String])]
    )
    func `STEER names as regions`(body: String, expected: [String]) {
        #expect(ZoneText(body: Self.regions + body).faults.sorted() == expected.sorted())
    }

    @Test func `a circle is shown with the names it leads over, and other zones are looked at`() {
        let first = ZoneText(ZoneText.head + Self.regions + "n STEER geo g.second.test. east", path: "first.test.zone")
        let second = ZoneText(ZoneText.head + "g STEER failover n.first.test.", path: "second.test.zone")
        let findings = ZoneSet(outcomes: [first.read(), second.read()]).findings
        #expect(
            findings.map(\.message) == [
                "g.second.test. leads back to n: n > g.second.test. > n",
                "n.first.test. leads back to g: g > n.first.test. > g",
            ]
        )
        #expect(findings.allSatisfy { $0.hint == "a steered name cannot be a region of itself" })
    }

    @Test(
        arguments: [
            ("_http._tcp.east POOL\n_http._tcp.east SRV 0 1 80 east", []),
            ("_http._tcp.east POOL balance=least-connections check=http\n_http._tcp.east SRV 0 1 80 east", []),
            ("_http._tcp.east POOL balance=best\n_http._tcp.east SRV 0 1 80 east", ["bad-value 9:22"]),
            ("_db._tcp.east POOL mode=tcp listen=5432 proxy-protocol=v2\n_db._tcp.east SRV 0 1 80 east", []),
            ("_dns._udp.east POOL listen=53\n_dns._udp.east SRV 0 1 53 east", []),
            (
                "_db._tcp.east POOL mode=tcp listen=53\n SRV 0 1 80 east\n_dns._udp.east POOL listen=53\n SRV 0 1 53 east",
                []
            ),
            (
                "_db._tcp.east POOL mode=tcp listen=53\n SRV 0 1 80 east\n_db._tcp.west POOL mode=tcp listen=53\n"
                    + " SRV 0 1 80 east",
                []
            ),
            (
                "_a._tcp.east POOL mode=tcp listen=5432\n SRV 0 1 80 east\n_b._tcp.east POOL mode=tcp listen=5432\n"
                    + " SRV 0 1 80 east",
                ["repeated-port 11:1"]
            ),
            ("_http._tcp.east POOL proxy-protocol=v1\n_http._tcp.east SRV 0 1 80 east", []),
            ("_db._tcp.east POOL mode=tcp\n_db._tcp.east SRV 0 1 80 east", ["missing-key 9:1"]),
            ("_db._tcp.east POOL listen=5432\n_db._tcp.east SRV 0 1 80 east", ["bad-value 9:20"]),
            ("_db._tcp.east POOL mode=tcp listen=0\n_db._tcp.east SRV 0 1 80 east", ["bad-value 9:29"]),
            ("_db._tcp.east POOL mode=tcpp listen=5\n_db._tcp.east SRV 0 1 80 east", ["bad-value 9:20"]),
            ("_db._tcp.east POOL mode=udp listen=5\n_db._tcp.east SRV 0 1 80 east", ["bad-value 9:20"]),
            ("_dns._udp.east POOL mode=tcp listen=5\n_dns._udp.east SRV 0 1 53 east", ["bad-value 9:21"]),
            ("_dns._udp.east POOL listen=5 proxy-protocol=v1\n_dns._udp.east SRV 0 1 53 east", ["bad-value 9:30"]),
            ("_http._tcp.east POOL proxy-protocol=v3\n_http._tcp.east SRV 0 1 80 east", ["bad-value 9:22"]),
            ("_http._tcp.east POOL chek=http\n_http._tcp.east SRV 0 1 80 east", ["unknown-key 9:22"]),
            ("_http._tcp.east POOL", ["empty-pool 9:1"]),
            ("_http._tcp.east POOL\n POOL fails=1\n SRV 0 1 80 east", ["repeated-control-record 10:2"]),
            ("_http._tcp.est POOL\n_http._tcp.est SRV 0 1 80 east", ["unknown-region 9:1"]),
            ("http._tcp.east POOL\nhttp._tcp.east SRV 0 1 80 east", ["pool-owner 9:1"]),
            ("_http.east POOL\n_http.east SRV 0 1 80 east", ["pool-owner 9:1"]),
            ("_http._tcp.east POOL\n_http._tcp.east SRV 0 1 0 east", ["unreachable-server 10:25"]),
            ("_http._tcp.east POOL\n_http._tcp.east SRV 0 1 80 x", ["unreachable-server 10:28"]),
            ("_http._tcp.east POOL\n_http._tcp.east SRV 0 1 80 x.example.org.", ["unreachable-server 10:28"]),
        ] as [(String, [String])]
    )
    func `POOL`(body: String, expected: [String]) {
        #expect(ZoneText(body: Self.regions + body).faults == expected)
    }

    @Test func `suggestions look at all zones`() {
        let regions = ZoneText(ZoneText.head + Self.regions, path: "regions.test.zone")
        let steer = ZoneText(body: "n STEER failover east.regions.test. wset.regions.test.")
        let findings = ZoneSet(outcomes: [steer.read(), regions.read()]).findings
        #expect(findings.map(\.message) == ["no region is named wset.regions.test."])
        #expect(findings.map(\.hint) == ["did you mean 'west.regions.test.'?"])
        #expect(ZoneText(body: "n STEER all e").read().findings.isEmpty)
        #expect(
            ZoneSet(outcomes: [ZoneText(body: "n STEER all e").read()]).findings.map(\.hint) == [
                "no zone has a REGION record"
            ]
        )
    }

    @Test func `a state that is none is compared with those there are`() {
        let hints = ["drainde", "off"].map { ZoneText(body: "n REGION state=\($0)\nn A 192.0.2.1").read() }
            .flatMap { ZoneSet(outcomes: [$0]).findings.map(\.hint) }
        #expect(hints == ["did you mean 'drained'?", "one of draining, drained, up, down"])
    }

    @Test func `servers of pools may be in another zone`() {
        let pool = ZoneText(
            body: Self.regions + "_http._tcp.east POOL\n_http._tcp.east SRV 0 1 80 ns1.other.test."
        )
        let other = ZoneText(ZoneText.head, path: "other.test.zone")
        let set = ZoneSet(outcomes: [pool.read(), other.read()])
        #expect(set.findings.isEmpty)
        let records = ControlRecords(zones: set.zones)
        #expect(records.pools.first?.servers.first?.addresses.map(\.description) == ["192.0.2.1"])
    }
}

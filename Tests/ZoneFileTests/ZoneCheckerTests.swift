import DNSWire
import Testing

@testable import ZoneFile

@Suite("Rules of the DNS")
struct ZoneCheckerTests {
    @Test(
        arguments: [
            ("", ["no-soa 1:1", "no-ns 1:1"]),
            ("$TTL 5\n@ NS ns.example.org.", ["no-soa 1:1"]),
            ("@ 5 SOA a b 1 2 3 4 5\n", ["no-ns 1:1"]),
            ("@ 5 SOA a b 1 2 3 4 5\n@ SOA a b 2 2 3 4 5\n@ NS ns.example.org.", ["several-soas 2:1"]),
            ("a 5 SOA a b 1 2 3 4 5\n@ NS ns.example.org.", ["soa-not-at-apex 1:1"]),
            ("@ 5 SOA a b 1 2 3 4 5\n@ NS ns.example.org.\na SOA a b 1 2 3 4 5", ["soa-not-at-apex 3:1"]),
            ("@ 5 SOA a b 1 2 3 4 5\n@ NS ns", ["target-without-address 2:1"]),
        ] as [(String, [String])]
    )
    func `an apex has one SOA and a name server`(text: String, expected: [String]) {
        #expect(ZoneText(text).faults == expected)
    }

    @Test(
        arguments: [
            // Aliases.
            ("a CNAME b.example.org.\na TXT x", ["cname-and-other-data 6:1"]),
            ("a TXT x\na CNAME b.example.org.", ["cname-and-other-data 6:1"]),
            ("@ CNAME b.example.org.", ["cname-and-other-data 5:1"]),
            ("a CNAME b.example.org.\na DNAME b.example.org.", ["cname-and-other-data 6:1"]),
            ("a CNAME b.example.org.\na CNAME c.example.org.", ["several-cnames 6:1"]),
            ("a CNAME b.example.org.\na RRSIG CNAME 13 2 60 20300101000000 20200101000000 1 @ AAAA", []),
            ("a DNAME b.example.org.\na DNAME c.example.org.", ["several-dnames 6:1"]),
            (
                "a DNAME b.example.org.\nx.a A 192.0.2.1\ny.x.a A 192.0.2.1\na A 192.0.2.1",
                ["below-dname 6:1", "below-dname 7:1"]
            ),
            // Targets.
            ("a MX 1 b\nb CNAME ns1", ["target-is-cname 5:1"]),
            ("_x._tcp SRV 1 1 1 b\nb CNAME ns1", ["target-is-cname 5:1"]),
            ("@ NS b\nb CNAME ns1", ["target-is-cname 5:1"]),
            ("a MX 1 b", ["target-without-address 5:1"]),
            ("a MX 1 b\nb TXT x", ["target-without-address 5:1"]),
            ("_x._tcp SRV 1 1 1 b", ["target-without-address 5:1"]),
            ("a MX 0 .\n_x._tcp SRV 0 0 0 .", []),
            ("a MX 1 b.example.org.", []),
            ("a MX 1 b\n* A 192.0.2.1", []),
            ("a MX 1 b\n* CNAME ns1", ["target-is-cname 5:1"]),
            ("a MX 1 x.b\n* A 192.0.2.1\nb TXT x", ["target-without-address 5:1"]),
            ("a MX 1 x.b\nb DNAME example.org.", []),
            // Delegations.
            ("a NS ns.a", ["missing-glue 5:1"]),
            ("a NS a", ["missing-glue 5:1"]),
            ("a NS ns.a\nns.a AAAA 2001:db8::1", []),
            ("a NS a\na A 192.0.2.1", []),
            ("a NS ns1", []),
            ("a NS ns.example.org.\nb MX 1 x.a", []),
            ("a NS ns.b\nb NS ns.example.org.", []),
            ("a NS ns", ["target-without-address 5:1"]),
            ("a NS ns1\nx.a A 192.0.2.1", ["occluded 6:1"]),
            ("a NS ns1\na A 192.0.2.1\na DS 1 8 2 00", ["occluded 6:1"]),
            ("a NS ns1\na TXT x\nb.a NS ns1\nc.a DS 1 8 2 00", ["occluded 6:1", "occluded 7:1", "occluded 8:1"]),
            ("* NS ns1", ["wildcard-ns 5:1"]),
            ("*.a NS ns1", ["wildcard-ns 5:1"]),
        ] as [(String, [String])]
    )
    func `names, targets and delegations are as the RFCs have them`(body: String, expected: [String]) {
        #expect(ZoneText(body: body).faults == expected)
    }

    @Test func `a zone in two files is read once`() {
        let zone = ZoneText(body: "")
        let set = ZoneSet(outcomes: [zone.read(), zone.read()])
        #expect(set.findings.map(\.code) == [.repeatedZone])
    }

    @Test func `a zone with an error is not among the zones, the others are`() {
        let broken = ZoneText(body: "a CNAME b\na TXT x")
        let good = ZoneText(ZoneText.head, path: "other.test.zone")
        let set = ZoneSet(outcomes: [broken.read(), good.read()])
        #expect(set.zones.map(\.origin.description) == ["other.test."])
        #expect(set.hasErrors)
    }

    @Test func `paths that cannot be read are findings`() {
        #expect(ZoneSet(paths: ["/nonexistent/a.test.zone"]).findings.map(\.code) == [.unreadableFile])
        #expect(ZoneSet(paths: ["/dev"]).findings.map(\.code) == [.unreadableFile])
        #expect(ZoneSet(paths: ["/dev/zero"]).findings.map(\.code) == [.unreadableFile])
    }
}

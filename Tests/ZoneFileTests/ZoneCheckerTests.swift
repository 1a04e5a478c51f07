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
            ("a NS ns1\nx.a A 192.0.2.1", ["superfluous-glue 6:1"]),
            ("a NS ns1\nx.a AAAA 2001:db8::1\nx.a TXT x", ["superfluous-glue 6:1", "occluded 7:1"]),
            ("a NS ns.a\nns.a A 192.0.2.1\nb NS ns.a\n", []),
            ("a NS ns1\nx.a A 192.0.2.1\n@ MX 1 x.a", []),
            // The name server of a cut below the topmost is nobody's glue here, but it is named.
            ("a NS ns1\nb.a NS ns.b.a\nns.b.a A 192.0.2.1", ["occluded 6:1"]),
            ("a NS ns1\na A 192.0.2.1\na DS 1 8 2 00", ["occluded 6:1"]),
            ("a NS ns1\na TXT x\nb.a NS ns1\nc.a DS 1 8 2 00", ["occluded 6:1", "occluded 7:1", "occluded 8:1"]),
            ("* NS ns1", ["wildcard-ns 5:1"]),
            ("*.a NS ns1", ["wildcard-ns 5:1"]),
            // Wildcards.
            ("* A 192.0.2.1\n*.a A 192.0.2.1", []),
            ("a NS ns1\n*.a A 192.0.2.1\n*.a TXT x", ["dead-wildcard 6:1"]),
            ("a DNAME example.org.\n*.b.a A 192.0.2.1", ["dead-wildcard 6:1"]),
            ("a.* A 192.0.2.1", ["inner-wildcard 5:1"]),
            ("*.* A 192.0.2.1", ["inner-wildcard 5:1"]),
            ("*.a.*.b A 192.0.2.1\n*.a.*.b TXT x", ["inner-wildcard 5:1"]),
            // Aliases in a circle.
            ("a CNAME a", ["alias-loop 5:1"]),
            ("a CNAME b\nb CNAME c\nc CNAME b\nd CNAME a", ["alias-loop 6:1"]),
            ("a CNAME b\nb CNAME ns1\nc CNAME b", []),
            // Records out of place.
            ("a DS 1 8 2 00", ["misplaced-record 5:1"]),
            ("@ DS 1 8 2 00", ["misplaced-record 5:1"]),
            ("a NS ns1\na DS 1 8 2 00", []),
            ("a DNSKEY 257 3 8 AAAA", ["misplaced-record 5:1"]),
            ("@ DNSKEY 257 3 8 AAAA\n@ NSEC3PARAM 1 0 0 -\n@ CDS 0 0 0 00", []),
            ("a NSEC3PARAM 1 0 0 -", ["misplaced-record 5:1"]),
            // Addresses in place of names.
            ("@ MX 1 192.0.2.1", ["target-is-address 5:1"]),
            ("@ NS 192.0.2.1.", ["target-is-address 5:1"]),
            ("@ MX 1 192.0.2.1.example.org.\n1.2.0.192.x A 192.0.2.1\n_a._tcp SRV 1 1 1 1.2.0.192.x", []),
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

import Addressing
import DNSWire
import Steering
import Testing

/// Names with a STEER record are answered with the addresses of regions.
@Suite struct SteeredNameTests {
    private static let text = """
        us        REGION  at=39.04,-77.49
        us        A       192.0.2.10
        us        A       192.0.2.11
        us        AAAA    2001:db8::10
        eu        REGION  at=53.34,-6.26
        eu        A       192.0.2.20
        ap        REGION  at=19.08,72.88
        ap        AAAA    2001:db8::30
        @     30  STEER   failover us eu
        near  30  STEER   nearest us eu ap
        near      MX      10 mail
        mail      A       192.0.2.99
        all   45  STEER   all us eu ap
        one   30  STEER   all us eu answers=1
        v6        STEER   failover ap
        quiet     STEER   failover us when-down=none
        last      STEER   failover us when-down=eu
        alias 60  CNAME   near
        far       CNAME   alias
        *.wild 20 STEER   nearest us eu
        to-wild   CNAME   any.wild
        moved     DNAME   wild
        to-moved  CNAME   any.moved
        *.star    CNAME   near
        """

    private func zones(down: String...) throws -> ServedZones {
        try ServedZones(Self.text, atlas: try Places.atlas()) { fleet, health in
            for region in fleet.regions where down.contains(region.label) { health.set(.unhealthy, region: region) }
        }
    }

    @Test(arguments: [
        (
            "example.com A", "10.1.0.1",
            "NOERROR aa\nanswer: example.com. 30 A 192.0.2.10\nanswer: example.com. 30 A 192.0.2.11"
        ),
        ("example.com AAAA", "10.1.0.1", "NOERROR aa\nanswer: example.com. 30 AAAA 2001:db8::10"),
        ("near.example.com A", "10.1.0.1", "NOERROR aa\nanswer: near.example.com. 30 A 192.0.2.20"),
        ("NEAR.example.com A", "2001:db8:1::1", "NOERROR aa\nanswer: NEAR.example.com. 30 A 192.0.2.20"),
        ("near.example.com AAAA", "10.3.0.1", "NOERROR aa\nanswer: near.example.com. 30 AAAA 2001:db8::10"),
        ("near.example.com AAAA", "10.4.0.1", "NOERROR aa\nanswer: near.example.com. 30 AAAA 2001:db8::30"),
        (
            "near.example.com A +tcp +edns", "10.1.0.1",
            "NOERROR aa\nanswer: near.example.com. 30 A 192.0.2.20\nopt: 1232"
        ),
        (
            "all.example.com A", "10.1.0.1",
            [10, 11, 20].reduce("NOERROR aa") { "\($0)\nanswer: all.example.com. 45 A 192.0.2.\($1)" }
        ),
        (
            "all.example.com AAAA", "10.1.0.1",
            [10, 30].reduce("NOERROR aa") { "\($0)\nanswer: all.example.com. 45 AAAA 2001:db8::\($1)" }
        ),
        ("one.example.com A", "10.1.0.1", "NOERROR aa\nanswer: one.example.com. 30 A 192.0.2.10"),
        ("near.example.com MX", "10.1.0.1", "NOERROR aa\nanswer: near.example.com. 300 MX 10 mail.example.com."),
    ])
    func theyAreAnsweredFromTheirRegion(question: String, client: String, answer: String) throws {
        let response = try zones().ask(question, from: client)
        #expect(response == answer)
    }

    /// The region decides for both families: a client in Mumbai gets no IPv4 address, as its region has none.
    @Test(arguments: [
        ("near.example.com A", "10.4.0.1", ""), ("near.example.com AAAA", "10.1.0.1", ""),
        ("v6.example.com A", "10.1.0.1", ""),
        ("near.example.com TXT", "10.1.0.1", ""),
        ("alias.example.com A", "10.4.0.1", "answer: alias.example.com. 60 CNAME near.example.com.\n"),
    ])
    func aFamilyThatTheRegionLacksIsNoData(question: String, client: String, aliases: String) throws {
        let response = try zones().ask(question, from: client)
        #expect(response == "NOERROR aa\n\(aliases)\(ServedZones.negative)")
    }

    @Test(arguments: [
        (
            "alias.example.com A", "10.1.0.1",
            "answer: alias.example.com. 60 CNAME near.example.com.\nanswer: near.example.com. 30 A 192.0.2.20"
        ),
        (
            "far.example.com A", "10.3.0.1",
            """
            answer: far.example.com. 300 CNAME alias.example.com.
            answer: alias.example.com. 60 CNAME near.example.com.
            answer: near.example.com. 30 A 192.0.2.10
            answer: near.example.com. 30 A 192.0.2.11
            """
        ),
        (
            "far.example.com MX", "10.3.0.1",
            """
            answer: far.example.com. 300 CNAME alias.example.com.
            answer: alias.example.com. 60 CNAME near.example.com.
            answer: near.example.com. 300 MX 10 mail.example.com.
            """
        ),
        ("x.wild.example.com A", "10.1.0.1", "answer: x.wild.example.com. 20 A 192.0.2.20"),
        (
            "a.long.way.below.wild.example.com A", "10.1.0.1",
            "answer: a.long.way.below.wild.example.com. 20 A 192.0.2.20"
        ),
        (
            "to-wild.example.com A", "10.1.0.1",
            "answer: to-wild.example.com. 300 CNAME any.wild.example.com.\nanswer: any.wild.example.com. 20 A 192.0.2.20"
        ),
        (
            "some.star.example.com AAAA", "10.4.0.1",
            "answer: some.star.example.com. 300 CNAME near.example.com.\nanswer: near.example.com. 30 AAAA 2001:db8::30"
        ),
    ])
    func aliasesAndWildcardsLeadToThem(question: String, client: String, answer: String) throws {
        let response = try zones().ask(question, from: client)
        #expect(response == "NOERROR aa\n\(answer)")
    }

    /// A DNAME leads to them too, and the scope of the answer comes with it.
    @Test(arguments: [("10.1.0.0/24", "192.0.2.20"), ("10.3.0.0/24", "192.0.2.10")])
    func redirectionsLeadToThem(subnet: String, address: String) throws {
        for name in ["x.moved", "to-moved"] {
            let response = try zones().ask(Question("\(name).example.com A +subnet=\(subnet)"))
            #expect(response.answer.first { $0.type == .a }?.rdata == IPAddress(address)?.octets)
            #expect(response.clientSubnet == "\(subnet)/16")
        }
    }

    @Test(arguments: [
        // The next in order.
        (["us"], "example.com A", "answer: example.com. 30 A 192.0.2.20"),
        // No address of a healthy region in this family.
        (["us"], "example.com AAAA", ServedZones.negative),
        // The next nearest.
        (
            ["eu"], "near.example.com A",
            "answer: near.example.com. 30 A 192.0.2.10\nanswer: near.example.com. 30 A 192.0.2.11"
        ),
        (["us", "ap"], "all.example.com A", "answer: all.example.com. 45 A 192.0.2.20"),
        // All down: a try is better than nothing, unless the record says otherwise.
        (["us", "eu"], "example.com A", "answer: example.com. 30 A 192.0.2.10\nanswer: example.com. 30 A 192.0.2.11"),
        (["us"], "quiet.example.com A", ServedZones.negative),
        (["us"], "last.example.com A", "answer: last.example.com. 300 A 192.0.2.20"),
        (
            ["eu"], "x.wild.example.com A",
            "answer: x.wild.example.com. 20 A 192.0.2.10\nanswer: x.wild.example.com. 20 A 192.0.2.11"
        ),
    ])
    func healthMovesAnswers(down: [String], question: String, answer: String) throws {
        let zones = try ServedZones(Self.text, atlas: try Places.atlas()) { fleet, health in
            for region in fleet.regions where down.contains(region.label) { health.set(.unhealthy, region: region) }
        }
        let response = try zones.ask(question, from: "10.1.0.1")
        #expect(response == "NOERROR aa\n\(answer)")
    }

    /// One proxy of a region that is down leaves the answer, the region stays.
    @Test func anAddressThatIsDownIsLeftOut() throws {
        let zones = try ServedZones(Self.text) { fleet, health in
            health.set(.unhealthy, region: fleet.regions[0], position: 0)
        }
        #expect(try zones.ask("example.com A") == "NOERROR aa\nanswer: example.com. 30 A 192.0.2.11")
    }

    /// What the answer of a region that is about to leave lives for, an empty one too.
    @Test(arguments: [
        ("example.com A", "answer: example.com. 5 A 192.0.2.10\nanswer: example.com. 5 A 192.0.2.11"),
        (
            "all.example.com AAAA",
            "answer: all.example.com. 5 AAAA 2001:db8::10\nanswer: all.example.com. 5 AAAA 2001:db8::30"
        ),
        ("near.example.com A", "answer: near.example.com. 30 A 192.0.2.20"),
        ("v6.example.com A", ServedZones.negative),
    ])
    func drainingShortensTheTTL(question: String, answer: String) throws {
        let zones = try ServedZones(Self.text, atlas: try Places.atlas()) { fleet, health in
            health.set(.draining, region: fleet.regions[0])
        }
        let response = try zones.ask(question, from: "10.1.0.1")
        #expect(response == "NOERROR aa\n\(answer)")
        let empty = try ServedZones(Self.text, atlas: try Places.atlas()) { fleet, health in
            health.set(.draining, region: fleet.regions[2])
        }
        let soa = try empty.ask("v6.example.com A", from: "10.1.0.1")
        #expect(soa.contains("authority: example.com. 5 SOA"))
    }

    /// A steered answer that does not fit is truncated as any other.
    @Test func aLongAnswerIsTruncated() throws {
        let addresses = (1...60).map { "big A 192.0.2.\($0)\n" }.joined()
        let zones = try ServedZones("big REGION at=1,1\n\(addresses)www STEER failover big")
        #expect(try zones.ask("www.example.com A") == "NOERROR aa tc")
        #expect(
            try zones.ask("www.example.com A +bufsize=512 +subnet=10.1.0.0/16")
                == "NOERROR aa tc\nopt: 512 subnet=10.1.0.0/16/0".replacing("opt: 512", with: "opt: 1232")
        )
        #expect(try zones.ask(Question("www.example.com A +tcp")).answer.count == 60)
    }
}

import Testing

/// RFC 8482: Minimal-sized responses to DNS queries that have QTYPE=ANY.
@Suite("RFC 8482") struct RFC8482Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            """
            www       A       192.0.2.1
            www       A       192.0.2.2
            www       TXT     "more"
            www       MX      10 www
            alias     CNAME   www
            *.stars   TXT     "star"
            a.b       A       192.0.2.3
            sub       NS      ns.example.net.
            moved     DNAME   example.net.
            eu-west   REGION  at=53.34,-6.26
            eu-west   AAAA    2001:db8::10
            steered   STEER   failover eu-west
            """
        )
    }

    /// Section 4.1: one RRset that exists, whole.
    @Test(arguments: [
        ("www", "NOERROR aa\nanswer: www.example.com. 300 A 192.0.2.1\nanswer: www.example.com. 300 A 192.0.2.2"),
        ("alias", "NOERROR aa\nanswer: alias.example.com. 300 CNAME www.example.com."),
        ("x.stars", "NOERROR aa\nanswer: x.stars.example.com. 300 TXT \"star\""),
        ("moved", "NOERROR aa\nanswer: moved.example.com. 300 DNAME example.net."),
        ("eu-west", "NOERROR aa\nanswer: eu-west.example.com. 300 AAAA 2001:db8::10"),
        ("b", "NOERROR aa\n\(ServedZones.negative)"),
        ("nowhere", "NXDOMAIN aa\n\(ServedZones.negative)"),
        ("sub", "NOERROR\nauthority: sub.example.com. 300 NS ns.example.net."),
    ])
    func section41AnswersWithOneRRset(name: String, answer: String) throws {
        #expect(try zones.ask("\(name).example.com ANY") == answer)
        #expect(try zones.ask("\(name).example.com ANY +tcp") == answer)
    }

    /// Addresses of one family are no reason to say that there are none.
    @Test func section41AnswersASteeredNameWithTheFamilyItHas() throws {
        let answer = try zones.ask("steered.example.com ANY")
        #expect(answer == "NOERROR aa\nanswer: steered.example.com. 300 AAAA 2001:db8::10")
    }
}

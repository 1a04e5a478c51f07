import Testing

/// RFC 2308: Negative caching of DNS queries.
@Suite("RFC 2308") struct RFC2308Tests {
    private static let text = """
        www     A      192.0.2.1
        alias   CNAME  nowhere
        aliased CNAME  www
        *.wild  A      192.0.2.2
        """
    private static let soa = "SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600"

    private static func apex(ttl: Int, minimum: Int) -> String {
        """
        $TTL 300
        @  \(ttl)  SOA ns1 hostmaster 1 7200 900 1209600 \(minimum)
        @          NS  ns.example.net.

        """
    }

    /// Section 2.1: a name error is NXDOMAIN with the SOA, AA set, the aliases that led there before it.
    @Test(arguments: [
        ("nowhere.example.com A", "NXDOMAIN aa"), ("x.www.example.com TXT", "NXDOMAIN aa"),
        ("alias.example.com A", "NXDOMAIN aa\nanswer: alias.example.com. 300 CNAME nowhere.example.com."),
    ])
    func section21DeniesANameWithTheSOA(question: String, answer: String) throws {
        let zones = try ServedZones(Self.text)
        let response = try zones.ask(question)
        #expect(response == "\(answer)\n\(ServedZones.negative)")
    }

    /// Section 2.2: no data is NOERROR with the SOA and without NS records, which would make it a referral.
    @Test(arguments: [
        ("www.example.com AAAA", "NOERROR aa"), ("example.com A", "NOERROR aa"),
        ("x.wild.example.com MX", "NOERROR aa"),
        ("wild.example.com A", "NOERROR aa"),
        ("aliased.example.com MX", "NOERROR aa\nanswer: aliased.example.com. 300 CNAME www.example.com."),
    ])
    func section22DeniesATypeWithTheSOA(question: String, answer: String) throws {
        let zones = try ServedZones(Self.text)
        let response = try zones.ask(question)
        #expect(response == "\(answer)\n\(ServedZones.negative)")
    }

    /// Section 3: the TTL of that SOA is the lesser of its MINIMUM field and its own TTL.
    @Test(arguments: [(3600, 60, 60), (60, 3600, 60), (0, 60, 0), (60, 0, 0), (77, 77, 77)])
    func section3TakesTheLesserTTL(ttl: Int, minimum: Int, expected: Int) throws {
        let zones = try ServedZones([("example.com", Self.text)], apex: Self.apex(ttl: ttl, minimum: minimum))
        let soa = "authority: example.com. \(expected) \(Self.soa) \(minimum)"
        #expect(try zones.ask("nowhere.example.com A") == "NXDOMAIN aa\n\(soa)")
        #expect(try zones.ask("www.example.com MX") == "NOERROR aa\n\(soa)")
        #expect(
            try zones.ask("example.com SOA") == "NOERROR aa\nanswer: example.com. \(ttl) \(Self.soa) \(minimum)"
        )
    }
}

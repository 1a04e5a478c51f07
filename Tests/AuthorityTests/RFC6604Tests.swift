import Testing

/// RFC 6604: xNAME RCODE and status bits clarification.
@Suite("RFC 6604") struct RFC6604Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            """
            first     CNAME  second
            second    CNAME  third
            third     CNAME  nowhere
            to-data   CNAME  www
            www       A      192.0.2.1
            to-cut    CNAME  x.sub
            sub       NS     ns.example.net.
            """
        )
    }

    /// Section 2.1: AA is about the first owner name of the answer section.
    @Test(arguments: ["first", "second", "third", "to-data", "to-cut"])
    func section21SetsAAForTheAliasAsked(name: String) throws {
        #expect(try zones.ask("\(name).example.com A").contains(" aa\n"))
    }

    /// Section 3: the RCODE is about the last name of the chain.
    @Test(arguments: [
        ("first.example.com A", "NXDOMAIN"), ("first.example.com MX", "NXDOMAIN"), ("third.example.com A", "NXDOMAIN"),
        ("to-data.example.com A", "NOERROR"), ("to-data.example.com MX", "NOERROR"),
        ("to-cut.example.com A", "NOERROR"),
        // Here the alias itself is what was asked for.
        ("first.example.com CNAME", "NOERROR"), ("first.example.com ANY", "NOERROR"),
    ])
    func section3SetsTheRCodeOfTheLastName(question: String, rcode: String) throws {
        #expect(try zones.ask(question).hasPrefix("\(rcode) "))
    }
}

import Testing

/// A zone and its child served together: the child answers what is below the cut (RFC 1034 section 4.3.2 step 2).
@Suite struct ServedChildZoneTests {
    private let zones: ServedZones

    private static let childNegative =
        "authority: sub.example.com. 60 SOA ns1.sub.example.com. hostmaster.sub.example.com. 1 7200 900 1209600 60"

    init() throws {
        // The parent knows other things of the child than the child itself.
        zones = try ServedZones([
            (
                "example.com",
                """
                sub            77 NS   ns1.sub
                sub            77 NS   old.sub
                ns1.sub        77 A    203.0.113.1
                old.sub        77 A    203.0.113.2
                www.sub           A    203.0.113.3
                sub               TXT  "of the parent"
                *                 TXT  "star of the parent"
                other             NS   ns1.sub
                alias             CNAME www.sub
                """
            ),
            ("sub.example.com", "www A 192.0.2.1\n@ MX 10 www\nup CNAME www.example.com.\n"),
        ])
    }

    @Test(arguments: [
        ("sub.example.com NS", "NOERROR aa\nanswer: sub.example.com. 300 NS ns1.sub.example.com."),
        ("sub.example.com MX", "NOERROR aa\nanswer: sub.example.com. 300 MX 10 www.sub.example.com."),
        ("ns1.sub.example.com A", "NOERROR aa\nanswer: ns1.sub.example.com. 300 A 192.0.2.53"),
        ("www.sub.example.com A", "NOERROR aa\nanswer: www.sub.example.com. 300 A 192.0.2.1"),
        ("sub.example.com TXT", "NOERROR aa\n\(childNegative)"),
        ("nowhere.sub.example.com TXT", "NXDOMAIN aa\n\(childNegative)"),
        ("x.www.sub.example.com A", "NXDOMAIN aa\n\(childNegative)"),
        ("x.example.com TXT", "NOERROR aa\nanswer: x.example.com. 300 TXT \"star of the parent\""),
    ])
    func theChildAnswersForItsNames(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// The parent's glue for a name that the child does not have is no name of the child.
    @Test func theParentsGlueIsNotAnswered() throws {
        let answer = try zones.ask("old.sub.example.com A")
        #expect(answer == "NXDOMAIN aa\n\(Self.childNegative)")
    }

    /// An alias that leads out of its zone is followed no further: what another zone says the client asks for itself.
    @Test(arguments: [
        ("alias.example.com A", "NOERROR aa\nanswer: alias.example.com. 300 CNAME www.sub.example.com."),
        ("up.sub.example.com A", "NOERROR aa\nanswer: up.sub.example.com. 300 CNAME www.example.com."),
    ])
    func anAliasIntoAnotherZoneIsAnsweredAlone(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// The order in which zones are given changes nothing.
    @Test func theOrderOfTheZonesDoesNotMatter() throws {
        let texts = [
            ("example.com", "a.b.c NS ns.example.net.\nwww A 192.0.2.1"),
            ("b.c.example.com", "www A 192.0.2.2\na NS ns.example.net."),
            ("a.b.c.example.com", "www A 192.0.2.3"), ("example.org", "www A 192.0.2.4"),
        ]
        for order in [texts, texts.reversed(), [texts[2], texts[0], texts[3], texts[1]]] {
            let zones = try ServedZones(order)
            for (number, zone) in texts.enumerated() {
                #expect(
                    try zones.ask("www.\(zone.0) A")
                        == "NOERROR aa\nanswer: www.\(zone.0). 300 A 192.0.2.\(number + 1)"
                )
            }
        }
    }
}

import DNSWire
import Testing

/// RFC 4343: DNS case insensitivity clarification.
@Suite("RFC 4343") struct RFC4343Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            #"""
            www           A      192.0.2.1
            UPPER         A      192.0.2.2
            Alias         CNAME  WWW
            to-wild       CNAME  X.Wild
            *.Wild        A      192.0.2.3
            Sub           NS     Ns.Sub
            Ns.Sub        A      192.0.2.4
            @             MX     10 Mail.Example.NET.
            a\193         A      192.0.2.5
            """#
        )
    }

    /// Section 3: names are found whatever their case, in the zone or in the question.
    @Test(arguments: [
        ("WWW.EXAMPLE.COM A", "NOERROR aa\nanswer: WWW.EXAMPLE.COM. 300 A 192.0.2.1"),
        ("upper.example.com A", "NOERROR aa\nanswer: upper.example.com. 300 A 192.0.2.2"),
        ("x.wILd.example.com A", "NOERROR aa\nanswer: x.wILd.example.com. 300 A 192.0.2.3"),
        ("NOWHERE.example.com A", "NXDOMAIN aa\n\(ServedZones.negative)"),
    ])
    func section3FindsNamesInAnyCase(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    @Test(arguments: ["alias", "ALIAS", "to-wild", "x.sub"])
    func section3FollowsNamesInAnyCase(name: String) throws {
        let response = try zones.ask(Question("\(name).example.com A"))
        #expect(response.answer.count + response.additional.count == (name == "x.sub" ? 1 : 2))
    }

    /// Section 4.1: the question comes back octet by octet, which every test here checks, and names in RDATA that are
    /// not part of it keep the case of the zone file.
    @Test func section41KeepsTheCaseOfRData() throws {
        #expect(
            try zones.ask("eXaMpLe.CoM MX") == "NOERROR aa\nanswer: eXaMpLe.CoM. 300 MX 10 Mail.Example.NET."
        )
    }

    /// Every mix of upper and lower case gives the same records.
    @Test func section41AnswersRandomCase() throws {
        var generator = SeededGenerator(seed: 4343)
        for name in [
            "www.example.com", "x.y.wild.example.com", "a.b.sub.example.com", "alias.example.com", "no.example.com",
        ] {
            let plain = try zones.ask(Question("\(name) A"))
            for _ in 0..<20 {
                var question = try Question("\(name) A")
                for index in question.name.indices where (0x61...0x7A).contains(question.name[index]) {
                    if Bool.random(using: &generator) { question.name[index] -= 0x20 }
                }
                let mixed = try zones.ask(question)
                #expect(mixed.description.lowercased() == plain.description.lowercased())
            }
        }
    }

    /// Section 3: only the ASCII letters have case.
    @Test func section3DoesNotFoldOtherOctets() throws {
        #expect(try zones.ask(#"A\193.example.com A"#).hasPrefix("NOERROR"))
        // 193 and 225 are one letter in ISO 8859-1, 64 and 96 or 91 and 123 differ as letters do.
        #expect(try zones.ask(#"a\225.example.com A"#).hasPrefix("NXDOMAIN"))
        let zones = try ServedZones(#"a\[ A 192.0.2.1"#)
        #expect(try zones.ask(#"a\[.example.com A"#).hasPrefix("NOERROR"))
        #expect(try zones.ask(#"a\{.example.com A"#).hasPrefix("NXDOMAIN"))
    }
}

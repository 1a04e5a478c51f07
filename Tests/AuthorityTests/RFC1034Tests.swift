import Testing

/// RFC 1034: Domain names, concepts and facilities.
@Suite("RFC 1034") struct RFC1034Tests {
    private let zones: ServedZones

    private static let negative = ServedZones.negative
    /// What is said below the cut at sub.example.com.
    private static let referral = """
        authority: sub.example.com. 300 NS ns.sub.example.com.
        authority: sub.example.com. 300 NS ns.example.net.
        additional: ns.sub.example.com. 300 A 192.0.2.54
        """

    init() throws {
        zones = try ServedZones(
            """
            @              MX     10 mail
            www            A      192.0.2.1
            www       60   AAAA   2001:db8::1
            mail           A      192.0.2.2
            alias          CNAME  www
            second    20   CNAME  alias
            abroad         CNAME  www.example.net.
            dangling       CNAME  nowhere
            below-cut      CNAME  host.sub
            loop0          CNAME  loop1
            loop1          CNAME  loop0
            self           CNAME  self
            to-wildcard    CNAME  any.stars
            *.stars        A      192.0.2.3
            *.moons        CNAME  www
            sub            NS     ns.sub
            sub            NS     ns.example.net.
            ns.sub         A      192.0.2.54
            host.sub       A      192.0.2.55
            a.b.c          TXT    "deep"
            """
        )
    }

    /// Step 3a: the whole of QNAME is matched.
    @Test(arguments: [
        ("www.example.com A", "NOERROR aa\nanswer: www.example.com. 300 A 192.0.2.1"),
        ("www.example.com AAAA", "NOERROR aa\nanswer: www.example.com. 60 AAAA 2001:db8::1"),
        ("www.example.com A +rd", "NOERROR aa rd\nanswer: www.example.com. 300 A 192.0.2.1"),
        ("www.example.com A +tcp", "NOERROR aa\nanswer: www.example.com. 300 A 192.0.2.1"),
        ("example.com MX", "NOERROR aa\nanswer: example.com. 300 MX 10 mail.example.com."),
        ("example.com NS", "NOERROR aa\nanswer: example.com. 300 NS ns1.example.com."),
        (
            "example.com SOA",
            "NOERROR aa\nanswer: example.com. 3600 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60"
        ),
        ("a.b.c.example.com TXT", "NOERROR aa\nanswer: a.b.c.example.com. 300 TXT \"deep\""),
        ("www.example.com MX", "NOERROR aa\n\(negative)"),
        ("b.c.example.com TXT", "NOERROR aa\n\(negative)"),
    ])
    func section432Step3aMatchesTheWholeName(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Step 3a for an alias: its CNAME is answered and its canonical name is looked up as if it had been asked.
    @Test(arguments: [
        (
            "alias.example.com A",
            """
            NOERROR aa
            answer: alias.example.com. 300 CNAME www.example.com.
            answer: www.example.com. 300 A 192.0.2.1
            """
        ),
        (
            "second.example.com AAAA",
            """
            NOERROR aa
            answer: second.example.com. 20 CNAME alias.example.com.
            answer: alias.example.com. 300 CNAME www.example.com.
            answer: www.example.com. 60 AAAA 2001:db8::1
            """
        ),
        (
            "second.example.com MX",
            """
            NOERROR aa
            answer: second.example.com. 20 CNAME alias.example.com.
            answer: alias.example.com. 300 CNAME www.example.com.
            \(negative)
            """
        ),
        ("alias.example.com CNAME", "NOERROR aa\nanswer: alias.example.com. 300 CNAME www.example.com."),
        ("second.example.com CNAME", "NOERROR aa\nanswer: second.example.com. 20 CNAME alias.example.com."),
        ("abroad.example.com A", "NOERROR aa\nanswer: abroad.example.com. 300 CNAME www.example.net."),
        (
            "dangling.example.com A",
            "NXDOMAIN aa\nanswer: dangling.example.com. 300 CNAME nowhere.example.com.\n\(negative)"
        ),
        (
            "to-wildcard.example.com A",
            """
            NOERROR aa
            answer: to-wildcard.example.com. 300 CNAME any.stars.example.com.
            answer: any.stars.example.com. 300 A 192.0.2.3
            """
        ),
        (
            "below-cut.example.com A",
            "NOERROR aa\nanswer: below-cut.example.com. 300 CNAME host.sub.example.com.\n\(referral)"
        ),
    ])
    func section432Step3aFollowsAliases(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 3.6.2: a chain that does not end is no reason not to answer.
    @Test(arguments: [
        ("self.example.com A", "NOERROR aa\nanswer: self.example.com. 300 CNAME self.example.com."),
        (
            "loop0.example.com A",
            """
            NOERROR aa
            answer: loop0.example.com. 300 CNAME loop1.example.com.
            answer: loop1.example.com. 300 CNAME loop0.example.com.
            """
        ),
    ])
    func section362EndsLoopsOfAliases(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Step 3b: a name at or below a zone cut is referred to the servers of the child zone; AA is not set.
    @Test(arguments: [
        "sub.example.com A", "sub.example.com NS", "sub.example.com SOA", "sub.example.com ANY",
        "ns.sub.example.com A", "host.sub.example.com A", "x.y.z.sub.example.com MX", "*.sub.example.com A",
    ])
    func section432Step3bRefersToTheChildZone(question: String) throws {
        let response = try zones.ask(question)
        #expect(response == "NOERROR\n\(Self.referral)")
    }

    /// Step 3c: no label matches, and there is no wildcard.
    @Test(arguments: [
        "nowhere.example.com A", "x.www.example.com A", "x.alias.example.com A", "x.b.c.example.com A",
        "x.ns1.example.com ANY",
    ])
    func section432Step3cDeniesTheName(question: String) throws {
        let response = try zones.ask(question)
        #expect(response == "NXDOMAIN aa\n\(Self.negative)")
    }

    /// Step 3c: the `*` label matches, of which the owner becomes QNAME.
    @Test(arguments: [
        ("x.stars.example.com A", "NOERROR aa\nanswer: x.stars.example.com. 300 A 192.0.2.3"),
        ("x.y.stars.example.com A", "NOERROR aa\nanswer: x.y.stars.example.com. 300 A 192.0.2.3"),
        ("x.stars.example.com MX", "NOERROR aa\n\(negative)"),
        ("stars.example.com A", "NOERROR aa\n\(negative)"),
        (
            "x.moons.example.com A",
            """
            NOERROR aa
            answer: x.moons.example.com. 300 CNAME www.example.com.
            answer: www.example.com. 300 A 192.0.2.1
            """
        ),
    ])
    func section432Step3cTakesTheWildcard(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Step 2: no zone of ours is an ancestor of QNAME.
    @Test(arguments: ["example.net A", "com NS", ". NS", "example.com.example.org SOA", "xexample.com A"])
    func section432Step2RefusesForeignNames(question: String) throws {
        let response = try zones.ask(question)
        #expect(response == "REFUSED")
    }

    /// Section 3.7.1: who does not know all classes cannot be authoritative for QCLASS `*`.
    @Test func section371IsNotAuthoritativeForAllClasses() throws {
        let answer = try zones.ask("www.example.com A +class=ANY")
        #expect(answer == "NOERROR\nanswer: www.example.com. 300 A 192.0.2.1")
    }

    /// Section 4.3.3: the zone X.COM.
    @Test(arguments: [
        ("X.COM MX", "answer: X.COM. 300 MX 10 A.X.COM."),
        ("other.X.COM MX", "answer: other.X.COM. 300 MX 10 A.X.COM."),
        ("very.other.X.COM MX", "answer: very.other.X.COM. 300 MX 10 A.X.COM."),
        ("A.X.COM MX", "answer: A.X.COM. 300 MX 10 A.X.COM."),
        ("host.A.X.COM MX", "answer: host.A.X.COM. 300 MX 10 A.X.COM."),
        ("A.X.COM A", "answer: A.X.COM. 300 A 1.2.3.4"),
    ])
    func section433GivesAllNamesTheExchanger(question: String, answer: String) throws {
        let zones = try ServedZones([
            (
                "X.COM",
                """
                @      MX  10 A
                *      MX  10 A
                A      A   1.2.3.4
                A      MX  10 A
                *.A    MX  10 A
                """
            )
        ])
        let response = try zones.ask(question)
        #expect(response == "NOERROR aa\n\(answer)")
    }

    // MARK: - Section 6.2

    private static let rootApex = """
        .                86400  SOA    SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400
        .                86400  NS     A.ISI.EDU.
        .                86400  NS     C.ISI.EDU.
        .                86400  NS     SRI-NIC.ARPA.

        """

    /// The root zone of section 6.1, what of it the questions need.
    private static let root = """
        MIL.             86400  NS     SRI-NIC.ARPA.
        MIL.             86400  NS     A.ISI.EDU.
        EDU.             86400  NS     SRI-NIC.ARPA.
        EDU.             86400  NS     C.ISI.EDU.
        SRI-NIC.ARPA.    86400  A      26.0.0.73
        SRI-NIC.ARPA.    86400  A      10.0.0.51
        SRI-NIC.ARPA.    86400  MX     0 SRI-NIC.ARPA.
        SRI-NIC.ARPA.    86400  HINFO  DEC-2060 TOPS20
        USC-ISIC.ARPA.   86400  CNAME  C.ISI.EDU.
        65.0.6.26.IN-ADDR.ARPA.  86400  PTR  ACC.ARPA.
        A.ISI.EDU.       86400  A      26.3.0.103
        C.ISI.EDU.       86400  A      10.0.0.52
        """

    private static let rootNegative =
        "authority: . 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400"

    @Test(arguments: [
        (
            "SRI-NIC.ARPA A",
            "NOERROR aa\nanswer: SRI-NIC.ARPA. 86400 A 26.0.0.73\nanswer: SRI-NIC.ARPA. 86400 A 10.0.0.51"
        ),
        ("SRI-NIC.ARPA MX", "NOERROR aa\nanswer: SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA."),
        ("SRI-NIC.ARPA NS", "NOERROR aa\n\(rootNegative)"),
        ("SIR-NIC.ARPA A", "NXDOMAIN aa\n\(rootNegative)"),
        (
            "BRL.MIL A",
            """
            NOERROR
            authority: MIL. 86400 NS SRI-NIC.ARPA.
            authority: MIL. 86400 NS A.ISI.EDU.
            additional: SRI-NIC.ARPA. 86400 A 26.0.0.73
            additional: SRI-NIC.ARPA. 86400 A 10.0.0.51
            additional: A.ISI.EDU. 86400 A 26.3.0.103
            """
        ),
        (
            "USC-ISIC.ARPA A",
            """
            NOERROR aa
            answer: USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.
            authority: EDU. 86400 NS SRI-NIC.ARPA.
            authority: EDU. 86400 NS C.ISI.EDU.
            additional: C.ISI.EDU. 86400 A 10.0.0.52
            additional: SRI-NIC.ARPA. 86400 A 26.0.0.73
            additional: SRI-NIC.ARPA. 86400 A 10.0.0.51
            """
        ),
        ("USC-ISIC.ARPA CNAME", "NOERROR aa\nanswer: USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU."),
        (
            ". NS",
            """
            NOERROR aa
            answer: . 86400 NS A.ISI.EDU.
            answer: . 86400 NS C.ISI.EDU.
            answer: . 86400 NS SRI-NIC.ARPA.
            """
        ),
    ])
    func section62AnswersTheExamplesFromTheRootZone(question: String, answer: String) throws {
        let zones = try ServedZones([(".", Self.root)], apex: Self.rootApex)
        let response = try zones.ask(question)
        #expect(response == answer)
    }
}

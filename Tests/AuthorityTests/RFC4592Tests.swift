import DNSWire
import Testing

/// RFC 4592: The role of wildcards.
@Suite("RFC 4592") struct RFC4592Tests {
    private let zones: ServedZones

    private static let apex = """
        $TTL 3600
        @                 SOA  ns.example.com. hostmaster 1 7200 900 1209600 60
        @                 NS   ns.example.com.
        @                 NS   ns.example.net.

        """

    /// The zone of section 2.2.1.
    private static let text = #"""
        *                 TXT  "this is a wildcard"
        *                 MX   10 host1
        sub.*             TXT  "this is not a wildcard"
        host1             A    192.0.2.1
        _ssh._tcp.host1   SRV  0 0 22 host1
        _ssh._tcp.host2   SRV  0 0 22 host1
        subdel            NS   ns.example.com.
        subdel            NS   ns.example.net.
        """#

    private static let negative = "authority: example. 60 SOA ns.example.com. hostmaster.example. 1 7200 900 1209600 60"
    private static let delegation = """
        NOERROR
        authority: subdel.example. 3600 NS ns.example.com.
        authority: subdel.example. 3600 NS ns.example.net.
        """

    init() throws {
        zones = try ServedZones([("example", Self.text)], apex: Self.apex)
    }

    /// Section 2.2.1: the questions that the wildcards answer.
    @Test(arguments: [
        ("host3.example MX", "NOERROR aa\nanswer: host3.example. 3600 MX 10 host1.example."),
        ("host3.example A", "NOERROR aa\n\(negative)"),
        ("foo.bar.example TXT", "NOERROR aa\nanswer: foo.bar.example. 3600 TXT \"this is a wildcard\""),
    ])
    func section221SynthesizesFromTheWildcard(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 2.2.1: those that they do not answer.
    @Test(arguments: [
        // host1.example. exists.
        ("host1.example MX", "NOERROR aa\n\(negative)"),
        // sub.*.example. exists.
        ("sub.*.example MX", "NOERROR aa\n\(negative)"),
        // _tcp.host1.example. exists without data, and is the closest encloser.
        ("_telnet._tcp.host1.example SRV", "NXDOMAIN aa\n\(negative)"),
        // subdel.example. is a zone cut.
        ("host.subdel.example A", delegation),
        // *.example. exists.
        ("ghost.*.example MX", "NXDOMAIN aa\n\(negative)"),
    ])
    func section221DoesNotSynthesizeForNamesThatExist(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 2.2.2: an empty non-terminal exists, so that no wildcard answers for it.
    @Test(arguments: ["_tcp.host1.example MX", "_tcp.host2.example TXT", "host2.example MX", "host2.example TXT"])
    func section222AnswersEmptyNonTerminalsWithNoData(question: String) throws {
        let response = try zones.ask(question)
        #expect(response == "NOERROR aa\n\(Self.negative)")
    }

    /// Section 2.1.1 and 2.3: a wildcard is a name too, and asked by its name it is answered with its name.
    @Test(arguments: [
        ("*.example TXT", "NOERROR aa\nanswer: *.example. 3600 TXT \"this is a wildcard\""),
        ("*.example MX", "NOERROR aa\nanswer: *.example. 3600 MX 10 host1.example."),
        ("sub.*.example TXT", "NOERROR aa\nanswer: sub.*.example. 3600 TXT \"this is not a wildcard\""),
        ("*.host3.example TXT", "NOERROR aa\nanswer: *.host3.example. 3600 TXT \"this is a wildcard\""),
        ("*.*.example TXT", "NXDOMAIN aa\n\(negative)"),
    ])
    func section211AnswersTheWildcardByName(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 3.3.1: closest enclosers and sources of synthesis.
    @Test(arguments: [
        // Closest encloser _tcp.host1.example.; no source.
        ("_telnet._tcp.host1.example TXT", "NXDOMAIN aa\n\(negative)"),
        // Closest encloser _tcp.host2.example.; no source.
        ("_telnet._tcp.host2.example TXT", "NXDOMAIN aa\n\(negative)"),
        // Closest encloser example.; source *.example.
        (
            "_telnet._tcp.host3.example TXT",
            "NOERROR aa\nanswer: _telnet._tcp.host3.example. 3600 TXT \"this is a wildcard\""
        ),
        (
            "_chat._udp.host3.example TXT",
            "NOERROR aa\nanswer: _chat._udp.host3.example. 3600 TXT \"this is a wildcard\""
        ),
        // Closest encloser *.example.; the source *.*.example. does not exist.
        ("foobar.*.example TXT", "NXDOMAIN aa\n\(negative)"),
    ])
    func section331FindsTheClosestEncloser(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// Section 3.3.3: the wildcard's types are all that its names have; a CNAME is followed (section 4.5).
    @Test func section333TakesTheTypesOfTheWildcard() throws {
        let zones = try ServedZones(
            """
            *.a       CNAME  b
            b         A      192.0.2.1
            *.c       CNAME  x.a
            *.d       CNAME  nowhere
            """
        )
        #expect(
            try zones.ask("x.y.a.example.com A")
                == """
                NOERROR aa
                answer: x.y.a.example.com. 300 CNAME b.example.com.
                answer: b.example.com. 300 A 192.0.2.1
                """
        )
        #expect(
            try zones.ask("z.a.example.com CNAME") == "NOERROR aa\nanswer: z.a.example.com. 300 CNAME b.example.com."
        )
        #expect(
            try zones.ask("z.c.example.com A")
                == """
                NOERROR aa
                answer: z.c.example.com. 300 CNAME x.a.example.com.
                answer: x.a.example.com. 300 CNAME b.example.com.
                answer: b.example.com. 300 A 192.0.2.1
                """
        )
        #expect(
            try zones.ask("z.d.example.com A")
                == "NXDOMAIN aa\nanswer: z.d.example.com. 300 CNAME nowhere.example.com.\n\(ServedZones.negative)"
        )
    }

    /// Synthesized answers are right for every length of QNAME, though names in them lead into the question.
    @Test(arguments: 2...246) func synthesizesForNamesOfEveryLength(length: Int) throws {
        var name: [UInt8] = []
        var rest = length
        while rest > 0 {
            // A label of one octet takes two; none may be left with a single octet for the next.
            let label = rest > 64 ? (rest == 65 ? 62 : 63) : rest - 1
            name += [UInt8(label)] + [UInt8](repeating: 0x78, count: label)
            rest -= label + 1
        }
        name += try DomainName("example").wire
        var question = try Question("x.example MX")
        question.name = name
        let response = try zones.ask(question)
        #expect(response.answer.map(\.owner.wire) == [name])
        #expect(response.answer.first.map { Array($0.rdata.dropFirst(2)) } == (try DomainName("host1.example").wire))
        question.type = .a
        #expect(try zones.ask(question).description == "NOERROR aa\n\(Self.negative)")
    }
}

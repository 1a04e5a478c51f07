import Addressing
import Testing

/// RFC 7871: Client subnet in DNS queries.
@Suite("RFC 7871") struct RFC7871Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            """
            us       REGION  at=39.04,-77.49
            us       A       192.0.2.10
            eu       REGION  at=53.34,-6.26
            eu       A       192.0.2.20
            near     STEER   nearest us eu
            steady   STEER   failover us eu
            to       CNAME   near
            *.wild   STEER   nearest us eu
            www      A       192.0.2.1
            sub      NS      ns.example.net.
            moved    DNAME   example.net.
            """,
            atlas: try Places.atlas()
        )
    }

    /// Section 7.2.1: the answer is for the network told, and holds for the scope.
    @Test(arguments: [
        // 10.1.0.0/16 is in Dublin, 10.3.0.0/16 in Chicago: the first is the only one in 10.0.0.0/15.
        ("10.1.2.0/24", "192.0.2.20", "10.1.2.0/24/16"), ("10.1.0.0/16", "192.0.2.20", "10.1.0.0/16/16"),
        ("10.3.2.1/32", "192.0.2.10", "10.3.2.1/32/16"), ("2001:db8:1::/56", "192.0.2.20", "2001:db8:1::/56/48"),
        // The network told is larger than one that can be answered alike: the scope says what it would take.
        ("10.0.0.0/8", nil, "10.0.0.0/8/16"),
    ])
    func section721AnswersForTheNetworkTold(subnet: String, address: String?, echo: String) throws {
        for name in ["near", "x.wild"] {
            let response = try zones.ask(Question("\(name).example.com A +subnet=\(subnet)"))
            #expect(response.clientSubnet == echo)
            if let address {
                #expect(response.answer.map(\.description) == ["\(name).example.com. 300 A \(address)"])
            }
        }
        #expect(try zones.ask(Question("to.example.com A +subnet=\(subnet)")).clientSubnet == echo)
    }

    /// Section 7.2.1: the network told counts, not who tells it; without the option, the sender does.
    @Test func section721AnswersForTheSenderWithoutTheOption() throws {
        for client in ["10.1.1.1", "10.3.1.1"] {
            #expect(try zones.ask("near.example.com A +subnet=10.1.2.0/24", from: client).contains("192.0.2.20\n"))
            #expect(try zones.ask("near.example.com A +subnet=10.3.2.0/24", from: client).contains("192.0.2.10\n"))
        }
        #expect(
            try zones.ask("near.example.com A", from: "10.1.1.1")
                == "NOERROR aa\nanswer: near.example.com. 300 A 192.0.2.20"
        )
        #expect(
            try zones.ask("near.example.com A", from: "10.3.1.1")
                == "NOERROR aa\nanswer: near.example.com. 300 A 192.0.2.10"
        )
    }

    /// Section 7.1.2: a source prefix-length of 0 tells nothing of the client; the scope is 0 then.
    @Test(arguments: ["0.0.0.0/0", "::/0"]) func section712AnswersAnEmptyPrefix(subnet: String) throws {
        for client in ["10.1.1.1", "10.3.1.1"] {
            let client = try #require(IPAddress(client))
            let response = try zones.ask(Question("near.example.com A +subnet=\(subnet)"), from: client)
            #expect(response.clientSubnet == "\(subnet)/0")
            #expect(response.answer.count == 1)
        }
    }

    /// `dig +subnet=0` sends an empty prefix of no family.
    @Test func section712TakesAnEmptyPrefixOfNoFamily() throws {
        var question = try Question("near.example.com A +edns")
        question.options = [.init(code: 8, data: [0, 0, 0, 0])]
        #expect(try zones.ask(question).opt?.option(8)?.data == [0, 0, 0, 0])
    }

    /// Section 7.2.1: what is the same for all clients has scope 0.
    @Test(arguments: ["www A", "steady A", "near MX", "nowhere A", "x.sub A", "x.moved A", "@ SOA"])
    func section721HasScopeZeroWhereTheClientDoesNotMatter(question: String) throws {
        let words = question.split(separator: " ")
        let name = words[0] == "@" ? "example.com" : "\(words[0]).example.com"
        for subnet in ["10.1.2.0/24", "10.3.2.0/23", "2001:db8:1::/48"] {
            let response = try zones.ask(Question("\(name) \(words[1]) +subnet=\(subnet)"))
            #expect(response.clientSubnet == "\(subnet)/0")
        }
    }

    /// Section 7.2.1: the option is in the response only if it was in the query.
    @Test(arguments: ["near A", "near A +edns", "near A +do", "www A +edns", "nowhere A +edns", "near A +tcp +edns"])
    func section721NeverTellsUnasked(question: String) throws {
        let words = question.split(separator: " ", maxSplits: 1)
        #expect(try zones.ask(Question("\(words[0]).example.com \(words[1])")).opt?.option(8) == nil)
    }

    /// Section 7.2.1: family, source prefix-length and address come back as they were, with codes too.
    @Test(arguments: ["example.net A", "near.example.com AXFR"]) func section721RepeatsTheOptionInRefusals(
        question: String
    ) throws {
        #expect(try zones.ask("\(question) +subnet=10.1.2.0/23") == "REFUSED\nopt: 1232 subnet=10.1.2.0/23/0")
    }

    /// Sections 6 and 7.1.2: what breaks the option's format is answered with FORMERR, and not repeated.
    @Test(
        "Sections 6 and 7.1.2 refuse malformed options",
        arguments: [
            // Too short for its fixed part.
            [], [0], [0, 1, 24],
            // Families that do not exist, or with a prefix though of none.
            [0, 0, 24, 0, 10, 1, 2], [0, 3, 24, 0, 10, 1, 2], [1, 1, 24, 0, 10, 1, 2], [0, 0, 0, 0, 0],
            // Prefixes longer than an address.
            [0, 1, 33, 0, 10, 1, 2, 3, 0], [0, 1, 255, 0, 10, 1, 2, 3],
            [0, 2, 129, 0] + [UInt8](repeating: 0, count: 17),
            // An address shorter or longer than its prefix.
            [0, 1, 24, 0, 10, 1], [0, 1, 24, 0, 10, 1, 2, 0], [0, 1, 0, 0, 0], [0, 1, 32, 0], [0, 2, 56, 0, 32, 1],
            // Bits after the prefix.
            [0, 1, 23, 0, 10, 1, 3], [0, 1, 1, 0, 0x40], [0, 2, 33, 0, 0x20, 1, 0x0D, 0xB8, 0x40],
            // A scope in a query.
            [0, 1, 24, 24, 10, 1, 2], [0, 1, 0, 1],
        ] as [[UInt8]]
    )
    func refusesMalformedOptions(data: [UInt8]) throws {
        for name in ["near", "www"] {
            var question = try Question("\(name).example.com A +edns")
            question.options = [.init(code: 8, data: data)]
            #expect(try zones.ask(question).description == "FORMERR\nopt: 1232")
        }
    }

    @Test func section6TakesEveryLengthOfPrefix() throws {
        for (text, width) in [("10.1.255.255", 32), ("2001:db8:1:ffff:ffff:ffff:ffff:ffff", 128)] {
            let address = try #require(IPAddress(text))
            for length in 1...width {
                let prefix = try #require(IPPrefix(address, length: length))
                let response = try zones.ask(Question("near.example.com A +subnet=\(prefix)"))
                #expect(response.clientSubnet?.hasPrefix("\(prefix)/") == true)
            }
        }
    }

    /// Section 6: the option counts once; of two that differ no answer could be for both.
    @Test func section6RefusesTheOptionTwice() throws {
        let question = try Question("near.example.com A +subnet=10.1.2.0/24 +subnet=10.3.2.0/24")
        #expect(try zones.ask(question).description == "FORMERR\nopt: 1232")
    }
}

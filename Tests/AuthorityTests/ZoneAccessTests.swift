import Addressing
import DNSWire
import Testing

/// A zone with an access list is answered to the networks in it alone.
@Suite struct ZoneAccessTests {
    private static let questions =
        ["www", "nowhere", "x.wild", "x.sub", "x.moved", "alias"].map { "\($0).example.com A" } + ["example.com SOA"]

    private let zones: ServedZones

    init() throws {
        let text = """
            www     A      192.0.2.1
            *.wild  A      192.0.2.2
            sub     NS     ns.example.net.
            moved   DNAME  example.net.
            alias   CNAME  www
            """
        zones = try ServedZones(
            [("example.com", text), ("example.org", text)],
            access: [
                try DomainName("example.com"): [
                    try #require(IPPrefix("10.0.0.0/8")), try #require(IPPrefix("2001:db8::/32")),
                ]
            ]
        )
    }

    @Test(arguments: questions) func othersAreRefused(question: String) throws {
        for client in ["11.0.0.1", "2001:db9::1", "127.0.0.1"] {
            #expect(try zones.ask(question, from: client) == "REFUSED")
            // The network that a client subnet names is anyone's to write.
            #expect(try zones.ask("\(question) +subnet=10.1.0.0/16", from: client).hasPrefix("REFUSED\n"))
        }
    }

    @Test(arguments: questions) func thoseInTheListAreAnswered(question: String) throws {
        for client in ["10.255.0.1", "2001:db8::1"] {
            #expect(!(try zones.ask(question, from: client).hasPrefix("REFUSED")))
        }
    }

    @Test func otherZonesAreNotConcerned() throws {
        #expect(try zones.ask("www.example.org A") == "NOERROR aa\nanswer: www.example.org. 300 A 192.0.2.1")
    }

    /// A DNAME of an open zone does not lead into a closed one.
    @Test func noAliasLeadsIn() throws {
        let zones = try ServedZones(
            [
                ("example.com", "www A 192.0.2.1"),
                ("example.org", "in DNAME example.com.\nalias CNAME www.example.com."),
            ],
            access: [try DomainName("example.com"): [try #require(IPPrefix("10.0.0.0/8"))]]
        )
        for name in ["www.in.example.org", "alias.example.org"] {
            #expect(try zones.ask(Question("\(name) A")).answer.allSatisfy { $0.type != .a })
        }
    }
}

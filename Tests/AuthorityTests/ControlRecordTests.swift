import Addressing
import Testing

/// REGION, STEER and POOL records and the servers of pools are shown to whom the control access list names.
@Suite struct ControlRecordTests {
    private static let text = """
        eu               REGION  at=53.34,-6.26
        eu               A       192.0.2.20
        www              STEER   failover eu
        www              TXT     "public"
        only             STEER   failover eu
        _http._tcp.eu    POOL    check=none
        _http._tcp.eu    SRV     0 1 8080 app.eu
        app.eu           A       192.0.2.21
        _sip._tcp        SRV     0 1 5060 app.eu
        to-pool          CNAME   _http._tcp.eu
        """

    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(Self.text, controlAccess: ["127.0.0.0/8", "2001:db8::/32"].compactMap { IPPrefix($0) })
    }

    private static let questions = [
        "eu.example.com REGION", "www.example.com STEER", "_http._tcp.eu.example.com POOL",
        "_http._tcp.eu.example.com SRV",
    ]

    @Test(arguments: questions) func theyAreNoDataToThePublic(question: String) throws {
        for client in ["198.51.100.1", "128.0.0.1", "2001:db9::1", "::1"] {
            let response = try zones.ask(question, from: client)
            #expect(response == "NOERROR aa\n\(ServedZones.negative)")
        }
    }

    /// What decides is who sends, not the network that a client subnet names.
    @Test(arguments: questions) func aClientSubnetOpensNothing(question: String) throws {
        let response = try zones.ask(Question("\(question) +subnet=127.0.0.0/8"))
        #expect(response.answer.isEmpty)
        #expect(response.clientSubnet == "127.0.0.0/8/0")
    }

    @Test(arguments: questions) func theyAreShownToTheControlAccessList(question: String) throws {
        for client in ["127.0.0.1", "127.255.255.255", "2001:db8:ffff::1"] {
            let response = try zones.ask(question, from: client)
            #expect(response.hasPrefix("NOERROR aa\nanswer: \(question.split(separator: " ")[0]). 300 "))
        }
    }

    /// ANY must not tell more (RFC 8482 section 4.1 lets the server choose).
    @Test func anyDoesNotShowThem() throws {
        #expect(try zones.ask("www.example.com ANY") == "NOERROR aa\nanswer: www.example.com. 300 TXT \"public\"")
        #expect(try zones.ask("eu.example.com ANY") == "NOERROR aa\nanswer: eu.example.com. 300 A 192.0.2.20")
        #expect(try zones.ask("only.example.com ANY") == "NOERROR aa\nanswer: only.example.com. 300 A 192.0.2.20")
        #expect(try zones.ask("_http._tcp.eu.example.com ANY") == "NOERROR aa\n\(ServedZones.negative)")
    }

    /// An alias is no way around.
    @Test func anAliasDoesNotShowThem() throws {
        let response = try zones.ask("to-pool.example.com SRV")
        #expect(
            response == """
                NOERROR aa
                answer: to-pool.example.com. 300 CNAME _http._tcp.eu.example.com.
                \(ServedZones.negative)
                """
        )
    }

    @Test func otherServersAreShown() throws {
        #expect(
            try zones.ask("_sip._tcp.example.com SRV")
                == "NOERROR aa\nanswer: _sip._tcp.example.com. 300 SRV 0 1 5060 app.eu.example.com."
        )
    }

    /// The addresses of regions and servers are ordinary records.
    @Test func addressesAreShown() throws {
        #expect(try zones.ask("eu.example.com A") == "NOERROR aa\nanswer: eu.example.com. 300 A 192.0.2.20")
        #expect(try zones.ask("app.eu.example.com A") == "NOERROR aa\nanswer: app.eu.example.com. 300 A 192.0.2.21")
    }
}

import Testing

/// RFC 9460: Service binding and parameter specification via the DNS (SVCB and HTTPS resource records).
@Suite("RFC 9460") struct RFC9460Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            """
            pool        HTTPS   1 svc alpn=h2
            pool        HTTPS   2 . alpn=h2
            pool        A       192.0.2.1
            svc         A       192.0.2.2
            svc         AAAA    2001:db8::2
            abroad      HTTPS   1 svc.example.net.
            alias       HTTPS   0 svc
            none        HTTPS   0 .
            none        A       192.0.2.3
            eu          REGION  at=53.34,-6.26
            eu          A       192.0.2.20
            steered     STEER   failover eu
            to-steered  HTTPS   1 steered
            """
        )
    }

    /// Section 4.1: the addresses of the targets are added; "." in ServiceMode is the owner (section 2.5.2).
    @Test(arguments: [
        (
            "pool.example.com HTTPS",
            """
            answer: pool.example.com. 300 HTTPS 1 svc.example.com. alpn="h2"
            answer: pool.example.com. 300 HTTPS 2 . alpn="h2"
            additional: svc.example.com. 300 A 192.0.2.2
            additional: svc.example.com. 300 AAAA 2001:db8::2
            additional: pool.example.com. 300 A 192.0.2.1
            """
        ),
        ("abroad.example.com HTTPS", "answer: abroad.example.com. 300 HTTPS 1 svc.example.net."),
        (
            "alias.example.com HTTPS",
            """
            answer: alias.example.com. 300 HTTPS 0 svc.example.com.
            additional: svc.example.com. 300 A 192.0.2.2
            additional: svc.example.com. 300 AAAA 2001:db8::2
            """
        ),
        // Section 2.5.1: in AliasMode "." says that there is no such service.
        ("none.example.com HTTPS", "answer: none.example.com. 300 HTTPS 0 ."),
        // The addresses of a steered name depend on who asks for them.
        ("to-steered.example.com HTTPS", "answer: to-steered.example.com. 300 HTTPS 1 steered.example.com."),
    ])
    func section41AddsTheAddressesOfTargets(question: String, records: String) throws {
        let response = try zones.ask(question)
        #expect(response == "NOERROR aa\n\(records)")
    }

    /// They are left out when they do not fit.
    @Test func section41LeavesOutWhatDoesNotFit() throws {
        let addresses = (1...40).map { "svc A 192.0.2.\($0)\n" }.joined()
        let zones = try ServedZones("www HTTPS 1 svc\n\(addresses)")
        #expect(
            try zones.ask("www.example.com HTTPS")
                == "NOERROR aa\nanswer: www.example.com. 300 HTTPS 1 svc.example.com."
        )
        #expect(try zones.ask(Question("www.example.com HTTPS +tcp")).additional.count == 40)
    }
}

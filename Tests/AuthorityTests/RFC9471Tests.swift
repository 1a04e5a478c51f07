import Testing

/// RFC 9471: DNS glue requirements in referral responses.
@Suite("RFC 9471") struct RFC9471Tests {
    /// Section 2.1: glue for a name server below the cut is in the answer.
    @Test func section21GivesInDomainGlue() throws {
        let zones = try ServedZones(
            """
            sub       NS    ns1.sub
            sub       NS    ns2.deep.sub
            sub       NS    ns.example.net.
            ns1.sub   A     192.0.2.1
            ns1.sub   AAAA  2001:db8::1
            ns2.deep.sub  60  A  192.0.2.2
            other.sub A     192.0.2.3
            """
        )
        #expect(
            try zones.ask("www.sub.example.com A")
                == """
                NOERROR
                authority: sub.example.com. 300 NS ns1.sub.example.com.
                authority: sub.example.com. 300 NS ns2.deep.sub.example.com.
                authority: sub.example.com. 300 NS ns.example.net.
                additional: ns1.sub.example.com. 300 A 192.0.2.1
                additional: ns1.sub.example.com. 300 AAAA 2001:db8::1
                additional: ns2.deep.sub.example.com. 60 A 192.0.2.2
                """
        )
    }

    /// A name server that is its own zone.
    @Test func section21GivesTheGlueOfTheCutItself() throws {
        let zones = try ServedZones("sub NS sub\nsub A 192.0.2.1")
        #expect(
            try zones.ask("sub.example.com A")
                == "NOERROR\nauthority: sub.example.com. 300 NS sub.example.com.\nadditional: sub.example.com. 300 A 192.0.2.1"
        )
    }

    /// Section 2.2: glue of a sibling zone is added; so are addresses of this zone's own names.
    @Test func section22GivesSiblingGlue() throws {
        let zones = try ServedZones(
            """
            one       NS    ns.two
            one       NS    ns.one
            one       NS    ns1
            two       NS    ns.two
            ns.two    A     192.0.2.2
            ns.one    A     192.0.2.1
            """
        )
        #expect(
            try zones.ask("www.one.example.com A")
                == """
                NOERROR
                authority: one.example.com. 300 NS ns.two.example.com.
                authority: one.example.com. 300 NS ns.one.example.com.
                authority: one.example.com. 300 NS ns1.example.com.
                additional: ns.one.example.com. 300 A 192.0.2.1
                additional: ns.two.example.com. 300 A 192.0.2.2
                additional: ns1.example.com. 300 A 192.0.2.53
                """
        )
    }

    /// Two sibling zones that serve each other cannot be reached without the other's glue.
    @Test func section23GivesCyclicSiblingGlue() throws {
        let zones = try ServedZones(
            """
            bar     NS  ns.foo
            foo     NS  ns.bar
            ns.bar  A   192.0.2.1
            ns.foo  A   192.0.2.2
            """
        )
        #expect(
            try zones.ask("www.bar.example.com A")
                == "NOERROR\nauthority: bar.example.com. 300 NS ns.foo.example.com.\nadditional: ns.foo.example.com. 300 A 192.0.2.2"
        )
    }

    /// Section 3: when the glue that is required does not fit, TC is set; it is not left out in silence.
    @Test func section31SetsTCWhenRequiredGlueDoesNotFit() throws {
        let lines = (1...20).map {
            "sub NS ns\($0).sub\nns\($0).sub A 192.0.2.\($0)\nns\($0).sub AAAA 2001:db8::\($0)\n"
        }
        let zones = try ServedZones(lines.joined())
        #expect(try zones.ask("www.sub.example.com A") == "NOERROR tc")
        let whole = try zones.ask(Question("www.sub.example.com A +tcp"))
        #expect((whole.authority.count, whole.additional.count) == (20, 40))
    }

    /// Section 3: what is not required is left out, and the referral is whole without it.
    @Test func section32LeavesOutOptionalGlue() throws {
        let lines = (1...12).map {
            "sub NS ns\($0).other\nns\($0).other A 192.0.2.\($0)\nns\($0).other AAAA 2001:db8::\($0)\n"
        }
        let zones = try ServedZones("sub NS ns.sub\nns.sub A 192.0.2.99\nother NS ns1.other\n" + lines.joined())
        let short = try zones.ask(Question("www.sub.example.com A"))
        #expect(!short.isTruncated)
        #expect(short.authority.count == 13)
        #expect(short.additional.map(\.description) == ["ns.sub.example.com. 300 A 192.0.2.99"])
        let whole = try zones.ask(Question("www.sub.example.com A +tcp"))
        #expect((whole.authority.count, whole.additional.count) == (13, 25))
    }
}

import Testing

/// RFC 2181: Clarifications to the DNS specification.
@Suite("RFC 2181") struct RFC2181Tests {
    /// Section 5.2: all records of an RRset have one TTL; where a file gives several, the least.
    @Test func section52GivesAnRRsetOneTTL() throws {
        let zones = try ServedZones(
            """
            www    300  A     192.0.2.1
            www    60   A     192.0.2.2
            www    900  A     192.0.2.3
            alias       CNAME www
            """
        )
        let records = [1, 2, 3].map { "answer: www.example.com. 60 A 192.0.2.\($0)" }.joined(separator: "\n")
        #expect(try zones.ask("www.example.com A") == "NOERROR aa\n\(records)")
        #expect(
            try zones.ask("alias.example.com A")
                == "NOERROR aa\nanswer: alias.example.com. 300 CNAME www.example.com.\n\(records)"
        )
    }

    /// Section 5: an RRset is answered whole or not at all, so records that are the same are one.
    @Test func section5AnswersARecordOnce() throws {
        let zones = try ServedZones("www A 192.0.2.1\nwww A 192.0.2.1\nWWW A 192.0.2.1")
        #expect(try zones.ask("www.example.com A") == "NOERROR aa\nanswer: www.example.com. 300 A 192.0.2.1")
    }

    /// Section 6.1: the NS RRset at the apex is the zone's own, that of a cut belongs to the child zone.
    @Test func section61AnswersFromTheSideThatIsAuthoritative() throws {
        let zones = try ServedZones("sub 77 NS ns.example.net.")
        #expect(try zones.ask("example.com NS") == "NOERROR aa\nanswer: example.com. 300 NS ns1.example.com.")
        #expect(try zones.ask("sub.example.com NS") == "NOERROR\nauthority: sub.example.com. 77 NS ns.example.net.")
    }

    /// Section 9: nothing of an RRset is left in a truncated answer, and no other section fills the room.
    @Test func section9LeavesNothingInATruncatedAnswer() throws {
        let lines = (1...40).map { "many A 192.0.2.\($0)\n" }.joined()
        let zones = try ServedZones("\(lines)alias CNAME many")
        #expect(try zones.ask("many.example.com A") == "NOERROR aa tc")
        #expect(try zones.ask("alias.example.com A") == "NOERROR aa tc")
    }

    /// Section 11: a name may hold any octets.
    @Test func section11TakesAnyOctetsInNames() throws {
        let zones = try ServedZones(#"\000\255\.\032 A 192.0.2.1"#)
        #expect(
            try zones.ask(#"\000\255\.\032.example.com A"#)
                == #"NOERROR aa\#nanswer: \000\255\.\032.example.com. 300 A 192.0.2.1"#
        )
    }
}

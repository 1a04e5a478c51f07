import Testing

/// RFC 4035: Protocol modifications for the DNS security extensions; sections 2.4 and 3.1.4.1, where DS records are.
@Suite("RFC 4035") struct RFC4035Tests {
    private static let digest = "DS 12345 13 2 E2D3C916F6DEEAC73294E8268FB5885044A833FC5459588F4A9184CFC41A5766"
    private static let parent = ("example.com", "sub NS ns.sub\nsub \(digest)\nns.sub A 192.0.2.1\nbare NS ns.sub")
    private static let answer =
        "NOERROR aa\nanswer: sub.example.com. 300 DS 12345 13 2 "
        + "E2D3C916F6DEEAC73294E8268FB5885044A833FC5459588F4A9184CFC41A5766"

    /// At a zone cut the parent answers for DS, and denies it; below the cut it refers.
    @Test func section3141AnswersDSAtTheCut() throws {
        let zones = try ServedZones([Self.parent])
        #expect(try zones.ask("sub.example.com DS").uppercased() == Self.answer.uppercased())
        #expect(try zones.ask("bare.example.com DS") == "NOERROR aa\n\(ServedZones.negative)")
        #expect(
            try zones.ask("x.sub.example.com DS")
                == """
                NOERROR
                authority: sub.example.com. 300 NS ns.sub.example.com.
                additional: ns.sub.example.com. 300 A 192.0.2.1
                """
        )
    }

    /// Whoever has the child zone too answers DS from the parent's side, and everything else from the child's.
    @Test func section3141AnswersDSFromTheParentOfAServedZone() throws {
        let zones = try ServedZones([Self.parent, ("sub.example.com", ""), ("bare.example.com", "")])
        #expect(try zones.ask("sub.example.com DS").uppercased() == Self.answer.uppercased())
        #expect(try zones.ask("bare.example.com DS") == "NOERROR aa\n\(ServedZones.negative)")
        #expect(
            try zones.ask("sub.example.com NS") == "NOERROR aa\nanswer: sub.example.com. 300 NS ns1.sub.example.com."
        )
    }

    /// Whoever has the child zone alone denies the DS from there.
    @Test func section3141DeniesDSWithoutTheParent() throws {
        let zones = try ServedZones([("sub.example.com", "")])
        #expect(
            try zones.ask("sub.example.com DS") == """
                NOERROR aa
                authority: sub.example.com. 60 SOA ns1.sub.example.com. hostmaster.sub.example.com. 1 7200 900 1209600 60
                """
        )
    }

    /// Between the served child and the served zone above may be a zone that is not served: only that one knows.
    @Test func section3141RefersToTheParentThatIsNotServed() throws {
        let zones = try ServedZones([
            ("example.com", "b NS ns.example.net."), ("a.b.example.com", ""),
        ])
        let answer = try zones.ask("a.b.example.com DS")
        #expect(answer == "NOERROR\nauthority: b.example.com. 300 NS ns.example.net.")
    }

    /// Section 3.1.6: an authoritative response has CD cleared, and AD where nothing was validated.
    @Test func section316ClearsCDAndAD() throws {
        let zones = try ServedZones("www A 192.0.2.1")
        #expect(try zones.ask("www.example.com A +cd +do").hasPrefix("NOERROR aa\n"))
    }
}

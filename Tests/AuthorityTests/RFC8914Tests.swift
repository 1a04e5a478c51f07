import Testing

/// RFC 8914: Extended DNS errors.
@Suite("RFC 8914") struct RFC8914Tests {
    private let zones: ServedZones

    init() throws { zones = try ServedZones("www A 192.0.2.1") }

    /// Section 4: why a query is refused.
    @Test(arguments: [
        ("example.net A +edns", 20), ("www.example.com A +class=HS +edns", 20), ("example.com AXFR +edns", 18),
        ("example.com TYPE253 +edns", 21),
    ])
    func section4SaysWhy(question: String, code: UInt8) throws {
        #expect(try zones.ask(Question(question)).opt?.option(15)?.data == [0, code])
    }

    /// There is nothing to say about an answer, and no place to say it without EDNS.
    @Test(arguments: [
        "www.example.com A +edns", "nowhere.example.com A +edns", "www.example.com MX +do", "example.net A",
    ])
    func saysNothingElsewhere(question: String) throws {
        #expect(try zones.ask(Question(question)).opt?.option(15) == nil)
    }
}

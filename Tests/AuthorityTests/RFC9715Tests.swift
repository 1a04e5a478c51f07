import Testing

/// RFC 9715: IP fragmentation avoidance in DNS over UDP.
@Suite("RFC 9715") struct RFC9715Tests {
    /// Section 3.1: no UDP response passes 1232 octets, whatever size the client can take; TCP has no such bound.
    @Test(arguments: [1232, 1233, 1500, 4096, 65_535]) func section31SendsNothingLonger(size: Int) throws {
        for (count, isWhole) in [(74, true), (75, false)] {
            // Header 12, question 22, OPT 11, and 16 octets for each address.
            let zones = try ServedZones((1...count).map { "many A 192.0.2.\($0)\n" }.joined())
            let response = try zones.ask(Question("many.example.com A +bufsize=\(size)"))
            #expect(response.isTruncated == !isWhole)
            #expect(response.answer.count == (isWhole ? 74 : 0))
            #expect(try zones.ask(Question("many.example.com A +tcp +bufsize=\(size)")).answer.count == count)
        }
    }

    /// Section 3.2: the size that is told to others is no larger.
    @Test func section32OffersNoMore() throws {
        let zones = try ServedZones("www A 192.0.2.1")
        #expect(try zones.ask(Question("www.example.com A +bufsize=4096")).opt?.payloadSize == 1232)
    }
}

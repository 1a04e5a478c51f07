import Testing

/// RFC 9619: In the DNS, QDCOUNT is (usually) one.
@Suite("RFC 9619") struct RFC9619Tests {
    /// Section 4: a QUERY with more questions than one is a format error, however many there are.
    @Test(arguments: [2, 3, 256, 65_535]) func section4RefusesSeveralQuestions(count: Int) throws {
        let zones = try ServedZones("www A 192.0.2.1")
        let question = try Question("www.example.com A")
        var message = question.message() + question.section + question.section
        (message[4], message[5]) = (UInt8(count >> 8), UInt8(count & 0xFF))
        #expect(try Message(try #require(zones.respond(to: message))).description == "FORMERR")
    }

    /// A query without a question asks for nothing; only one with a cookie (RFC 7873 section 5.4) has a use.
    @Test func section4RefusesAQueryWithoutAQuestion() throws {
        let zones = try ServedZones("www A 192.0.2.1")
        let response = try Message(try #require(zones.respond(to: [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])))
        #expect(response.description == "FORMERR")
        #expect(response.question == nil)
    }
}

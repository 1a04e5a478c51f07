import DNSWire
import Testing

/// RFC 3597: Handling of unknown DNS resource record types.
@Suite("RFC 3597") struct RFC3597Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            ##"""
            new     TYPE731   \# 6 abcdef012345
            new     TYPE65280 \# 0
            new     A         \# 4 c0000201
            name    TYPE732   \# 13 076578616d706c6503636f6d00
            naptr   NAPTR     1 2 "u" "E2U+sip" "" example.com.
            srv     SRV       1 2 3 example.com.
            dname   DNAME     example.com.
            rp      RP        example.com. example.com.
            kx      KX        1 example.com.
            https   HTTPS     1 example.com.
            alias   CNAME     new
            """##
        )
    }

    /// Section 3: a type without a name is answered as any other.
    @Test(arguments: [
        ("new.example.com TYPE731", ##"answer: new.example.com. 300 TYPE731 \# 6 ABCDEF012345"##),
        ("new.example.com TYPE65280", ##"answer: new.example.com. 300 TYPE65280 \# 0"##),
        ("new.example.com A", "answer: new.example.com. 300 A 192.0.2.1"),
        ("new.example.com TYPE733", ServedZones.negative),
        (
            "alias.example.com TYPE731",
            ##"answer: alias.example.com. 300 CNAME new.example.com.\##nanswer: new.example.com. 300 TYPE731 \# 6 ABCDEF012345"##
        ),
    ])
    func section3AnswersUnknownTypes(question: String, answer: String) throws {
        let response = try zones.ask(question)
        #expect(response == "NOERROR aa\n\(answer)")
    }

    /// Section 4: names in the RDATA of newer types are not compressed, though the name stands in the question.
    @Test(arguments: ["name TYPE732", "naptr NAPTR", "srv SRV", "dname DNAME", "rp RP", "kx KX", "https HTTPS"])
    func section4DoesNotCompressNewerTypes(question: String) throws {
        let words = question.split(separator: " ")
        let response = try zones.ask(Question("\(words[0]).example.com \(words[1])"))
        let rdata = try #require(response.answer.first?.rdata)
        let name = try DomainName("example.com").wire
        #expect(response.answer.count == 1)
        #expect(rdata.indices.contains { rdata[$0...].starts(with: name) })
    }
}

import Testing

/// RFC 8906: A common operational problem in DNS servers: failure to communicate; section 8, the tests.
@Suite("RFC 8906") struct RFC8906Tests {
    private let zones: ServedZones
    private static let soa =
        "answer: example.com. 3600 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60"

    init() throws {
        zones = try ServedZones("www A 192.0.2.1")
    }

    /// Section 8.1.1: is the server configured for the zone?
    @Test func section811AnswersThePlainQuestion() throws {
        #expect(try zones.ask("example.com SOA") == "NOERROR aa\n\(Self.soa)")
    }

    /// Section 8.1.2: unknown types.
    @Test(arguments: ["TYPE1000", "TYPE2", "TYPE0", "TYPE127", "TYPE65535", "TYPE32769"])
    func section812AnswersUnknownTypes(type: String) throws {
        let name = type == "TYPE2" ? "www.example.com" : "example.com"
        #expect(try zones.ask("\(name) \(type)") == "NOERROR aa\n\(ServedZones.negative)")
    }

    /// Section 8.1.3: header bits, each of CD, AD, the last reserved one and RD.
    @Test(arguments: [(0x0010, ""), (0x0020, ""), (0x0040, ""), (0x0100, " rd")])
    func section813AnswersWhateverBitIsSet(flag: Int, echoed: String) throws {
        var question = try Question("example.com SOA")
        question.flags = UInt16(flag)
        #expect(try zones.ask(question).description == "NOERROR aa\(echoed)\n\(Self.soa)")
    }

    /// Section 8.1.4: unknown opcodes, with and without anything behind the header.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    func section814AnswersUnknownOpcodesWithNOTIMP(opcode: Int) throws {
        var question = try Question("example.com SOA")
        question.flags = UInt16(opcode) << 11 | 0x0100
        for message in [question.message(), Array(question.message().prefix(12))] {
            let response = try Message(try #require(zones.respond(to: message)))
            #expect(response.description == "NOTIMP rd opcode=\(opcode)")
            #expect(response.id == 0xBEEF)
        }
    }

    /// Section 8.1.5: TCP.
    @Test func section815AnswersOverTCP() throws {
        #expect(try zones.ask("example.com SOA +tcp") == "NOERROR aa\n\(Self.soa)")
    }

    /// Section 8.2.1 to 8.2.7: EDNS; without options, with an unknown version, option, flag, or all of them at once.
    @Test(arguments: [
        (0, false, 0, "NOERROR aa\n\(soa)\nopt: 1232"), (1, false, 0, "BADVERS\nopt: 1232"),
        (0, true, 0, "NOERROR aa\n\(soa)\nopt: 1232"), (0, false, 0x40, "NOERROR aa\n\(soa)\nopt: 1232"),
        (1, false, 0x40, "BADVERS\nopt: 1232"), (1, true, 0, "BADVERS\nopt: 1232"),
        (0, false, 0x8000, "NOERROR aa\n\(soa)\nopt: 1232 do"), (1, true, 0x8040, "BADVERS\nopt: 1232 do"),
    ])
    func section82AnswersEDNS(version: UInt8, hasOption: Bool, flags: UInt16, answer: String) throws {
        var question = try Question("example.com SOA +edns")
        question.version = version
        question.extendedFlags = flags
        if hasOption { question.options = [.init(code: 100, data: [])] }
        #expect(try zones.ask(question).description == answer)
    }

    /// Section 8.2.4: truncated responses have their OPT record.
    @Test func section82KeepsOPTWhenTruncated() throws {
        let zones = try ServedZones((1...40).map { "many A 192.0.2.\($0)\n" }.joined())
        #expect(try zones.ask("many.example.com A +bufsize=512 +do") == "NOERROR aa tc\nopt: 1232 do")
    }

    /// Classes that are not served.
    @Test(arguments: ["HS", "NONE", "CLASS2", "CLASS0", "CLASS65535"])
    func refusesOtherClasses(rrClass: String) throws {
        #expect(try zones.ask("www.example.com A +class=\(rrClass)") == "REFUSED")
    }

    /// Types that only a query may carry and that ask for something else than records.
    @Test(arguments: [
        ("AXFR", "REFUSED"), ("IXFR", "REFUSED"), ("TYPE253", "NOTIMP"), ("TYPE254", "NOTIMP"), ("TYPE249", "NOTIMP"),
        ("TYPE250", "NOTIMP"), ("TYPE128", "NOTIMP"), ("OPT", "FORMERR"),
    ])
    func answersMetaTypesWithACode(type: String, rcode: String) throws {
        #expect(try zones.ask("example.com \(type)") == rcode)
    }

    /// Records where a query has none.
    @Test(arguments: [7, 9]) func refusesRecordsInOtherSections(countOffset: Int) throws {
        var message = try Question("www.example.com A").message()
        message[countOffset] = 1
        message += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        #expect(try Message(try #require(zones.respond(to: message))).description == "FORMERR")
    }
}

import Testing

/// RFC 6891: Extension mechanisms for DNS (EDNS(0)).
@Suite("RFC 6891") struct RFC6891Tests {
    private let zones: ServedZones
    private static let address = "answer: www.example.com. 300 A 192.0.2.1"

    init() throws {
        zones = try ServedZones(
            """
            www     A      192.0.2.1
            sub     NS     ns.sub
            ns.sub  A      192.0.2.2
            moved   DNAME  example.net.
            """
        )
    }

    /// Section 6.1.1 and 7: there is an OPT record in the response if there was one in the query.
    @Test(arguments: [
        ("www.example.com A", "NOERROR aa\n\(address)"),
        ("www.example.com A +edns", "NOERROR aa\n\(address)\nopt: 1232"),
        ("www.example.com A +edns +tcp", "NOERROR aa\n\(address)\nopt: 1232"),
        ("www.example.com MX +edns", "NOERROR aa\n\(ServedZones.negative)\nopt: 1232"),
        ("nowhere.example.com A +edns", "NXDOMAIN aa\n\(ServedZones.negative)\nopt: 1232"),
        (
            "x.sub.example.com A +edns",
            """
            NOERROR
            authority: sub.example.com. 300 NS ns.sub.example.com.
            additional: ns.sub.example.com. 300 A 192.0.2.2
            opt: 1232
            """
        ),
        (
            "x.moved.example.com A +edns",
            """
            NOERROR aa
            answer: moved.example.com. 300 DNAME example.net.
            answer: x.moved.example.com. 300 CNAME x.example.net.
            opt: 1232
            """
        ),
        ("example.net A +edns", "REFUSED\nopt: 1232"),
        ("www.example.com AXFR +edns", "REFUSED\nopt: 1232"),
        ("www.example.com MAILB +edns", "NOTIMP\nopt: 1232"),
    ])
    func section611AnswersOPTWithOPT(question: String, answer: String) throws {
        let question = question.replacing("MAILB", with: "TYPE253")
        let response = try zones.ask(question)
        #expect(response == answer)
    }

    /// An incremental transfer has a record in its authority section (RFC 1995), and its OPT after that.
    @Test func section611AnswersOPTOfATransferWithOPT() throws {
        var message = try Question("example.com IXFR").message()
        let soa: [UInt8] = [0xC0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0] + Array(repeating: 0, count: 20)
        (message[9], message[11]) = (1, 1)
        message += soa + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
        let response = try Message(try #require(zones.respond(to: message)))
        #expect(response.description == "REFUSED\nopt: 1232")
    }

    /// Section 6.1.1: more than one OPT record is a format error, and so is one with another owner than the root.
    @Test func section611RefusesASecondOPT() throws {
        var question = try Question("www.example.com A +edns")
        var message = question.message() + question.opt
        message[11] = 2
        #expect(try Message(try #require(zones.respond(to: message))).description == "FORMERR\nopt: 1232")
        question.payloadSize = nil
        message = question.message() + [1, 0x61, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]
        message[11] = 1
        #expect(try Message(try #require(zones.respond(to: message))).description.hasPrefix("FORMERR"))
    }

    /// Section 6.1.1: OPT may stand anywhere in the additional section.
    @Test func section611FindsOPTAmongOtherRecords() throws {
        let other: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        let opt: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0x80, 0, 0, 0]
        for additional in [other + opt, opt + other, other + opt + other] {
            var message = try Question("www.example.com A").message() + additional
            message[11] = UInt8(additional.count / 13)
            let response = try Message(try #require(zones.respond(to: message)))
            #expect(response.description == "NOERROR aa\n\(Self.address)\nopt: 1232 do")
        }
    }

    /// Section 6.1.2: an option that is not known is ignored; one that does not fit its record breaks the format.
    @Test func section612IgnoresUnknownOptions() throws {
        var question = try Question("www.example.com A +edns")
        question.options = [
            .init(code: 65_001, data: [1, 2, 3]), .init(code: 65_535, data: []), .init(code: 4, data: [9]),
        ]
        #expect(try zones.ask(question).description == "NOERROR aa\n\(Self.address)\nopt: 1232")
        question.options = [.init(code: 65_001, data: [UInt8](repeating: 7, count: 400))]
        #expect(try zones.ask(question).description == "NOERROR aa\n\(Self.address)\nopt: 1232")
    }

    @Test(arguments: [[0], [0, 1, 0], [0xFF, 0, 0, 1], [0xFF, 0, 0, 0, 0xFF], [0xFF, 0, 0xFF, 0xFF, 1, 2]])
    func section612RefusesBrokenOptions(data: [UInt8]) throws {
        var message = try Question("www.example.com A").message()
        message[11] = 1
        message += [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8(data.count)] + data
        #expect(try Message(try #require(zones.respond(to: message))).description == "FORMERR\nopt: 1232")
    }

    /// Section 6.1.3: another version is BADVERS with the version that is served, and nothing of the question answered.
    @Test(arguments: [1, 2, 255]) func section613AnswersOtherVersionsWithBADVERS(version: UInt8) throws {
        for name in ["www.example.com", "nowhere.example.com", "example.net"] {
            var question = try Question("\(name) A +do")
            question.version = version
            // What an option means in another version is not known.
            question.options = [.init(code: 8, data: [1]), .init(code: 65_001, data: [])]
            #expect(try zones.ask(question).description == "BADVERS\nopt: 1232 do")
        }
    }

    /// Section 6.1.4: the flags that are not defined are zero in a response; DO is repeated (RFC 3225 section 3).
    @Test func section614ClearsUndefinedFlags() throws {
        var question = try Question("www.example.com A +edns")
        question.extendedFlags = 0x7FFF
        #expect(try zones.ask(question).description == "NOERROR aa\n\(Self.address)\nopt: 1232")
        question.extendedFlags = 0xFFFF
        #expect(try zones.ask(question).description == "NOERROR aa\n\(Self.address)\nopt: 1232 do")
    }

    /// Section 6.2.3: a payload size under 512 is taken as 512, one between is kept to (RFC 9715 bounds it above).
    @Test(arguments: [(0, 512), (511, 512), (512, 512), (513, 513), (1000, 1000), (1231, 1231), (1232, 1232)])
    func section623KeepsToThePayloadSize(size: Int, limit: Int) throws {
        // Header 12, question 22, OPT 11; each record takes 13 octets and its text.
        for excess in [0, 1] {
            var room = limit - 12 - 22 - 11 + excess
            var lines = ""
            while room > 0 {
                let size = room < 300 ? room - (room > 213 ? 100 : 0) : 200
                lines += "long TXT \"\(String(repeating: "x", count: size - 13 - "\(room)".count))\(room)\"\n"
                room -= size
            }
            let response = try ServedZones(lines).ask(Question("long.example.com TXT +bufsize=\(size)"))
            #expect(response.isTruncated == (excess == 1))
            #expect(response.octets.count == (excess == 1 ? 45 : limit))
            #expect(response.opt?.payloadSize == 1232)
        }
    }
}

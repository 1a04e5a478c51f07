import Addressing
import DNSWire
import Testing

/// RFC 1035: Domain names, implementation and specification; section 4, messages.
@Suite("RFC 1035") struct RFC1035Tests {
    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            """
            www     A      192.0.2.1
            a       NS     ns.a
            ns.a    A      192.0.2.2
            mx      MX     10 www.mx
            mx      MX     20 www
            mx      MX     30 other.example.net.
            mx      MX     40 more.example.net.
            ptr     PTR    a.b.c.ptr
            srv     SRV    1 2 3 www
            many    TXT    "one"
            """
        )
    }

    /// Section 4.1.1: the header, bit by bit.
    @Test func section411FillsTheHeader() throws {
        var question = try Question("www.example.com A")
        question.flags = 0x0100
        let response = try #require(zones.respond(to: question.message(id: 0x1234)))
        #expect(response.prefix(12) == [0x12, 0x34, 0x85, 0x00, 0, 1, 0, 1, 0, 0, 0, 0])
    }

    /// Section 4.1.1: Z must be zero in all responses, and RA is not ours to set; AA and TC of a query mean nothing.
    @Test(arguments: [(0x0040, ""), (0x0080, ""), (0x0020, ""), (0x0600, ""), (0x000F, ""), (0x01F0, " rd")])
    func section411DoesNotRepeatOtherFlags(flags: Int, repeated: String) throws {
        var question = try Question("www.example.com A")
        question.flags = UInt16(flags)
        let answer = try zones.ask(question)
        #expect(answer.description == "NOERROR aa\(repeated)\nanswer: www.example.com. 300 A 192.0.2.1")
    }

    /// Section 4.1.1: a response is not answered, whatever it says.
    @Test func section411DropsResponses() throws {
        for flags: UInt16 in [0x8000, 0x8400, 0xA800, 0x8001] {
            var question = try Question("www.example.com A")
            question.flags = flags
            #expect(zones.respond(to: question.message()) == nil)
        }
    }

    /// Section 4.1.1: what is shorter than a header cannot be answered.
    @Test(arguments: 0..<12) func section411DropsWhatIsShorterThanAHeader(length: Int) throws {
        let message = try Question("www.example.com A").message()
        #expect(zones.respond(to: Array(message.prefix(length))) == nil)
    }

    /// Section 4.1.2: a question that does not end where the message does, or has no end, is a format error.
    @Test func section412RefusesBrokenQuestions() throws {
        let message = try Question("www.example.com A").message()
        for length in 12..<message.count {
            let response = try Message(try #require(zones.respond(to: Array(message.prefix(length)))))
            #expect(response.description == "FORMERR")
            #expect(response.id == 0xBEEF)
        }
    }

    /// Section 2.3.4: labels have at most 63 octets, names 255; the other length octets are of no label.
    @Test(arguments: [0x40, 0x7F, 0x80, 0xBF, 0xC0, 0xFF])
    func section234RefusesOtherLengthOctets(octet: UInt8) throws {
        var message = try Question("www.example.com A").message()
        message[12] = octet
        #expect(try Message(try #require(zones.respond(to: message))).description == "FORMERR")
    }

    @Test func section234AnswersTheLongestNameAndRefusesOneLonger() throws {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let end = try DomainName("example.com").wire
        let room = 255 - 3 * 64 - end.count
        let longest = label + label + label + [UInt8(room - 1)] + [UInt8](repeating: 0x62, count: room - 1) + end
        var question = Question(DomainName(validated: longest), .a)
        #expect(longest.count == 255)
        #expect(try zones.ask(question).description == "NXDOMAIN aa\n\(ServedZones.negative)")
        question.name = label + label + label + [UInt8(room)] + [UInt8](repeating: 0x62, count: room) + end
        let response = try Message(try #require(zones.respond(to: question.message())))
        #expect(response.description == "FORMERR")
    }

    /// Section 4.1.4: names are compressed where the type allows it, and lead back to where they were before.
    @Test(arguments: [
        // Every name but the two of example.net ends in the question; more.example.net ends in other.example.net.
        (
            "mx.example.com MX",
            """
            NOERROR aa
            answer: mx.example.com. 300 MX 10 www.mx.example.com.
            answer: mx.example.com. 300 MX 20 www.example.com.
            answer: mx.example.com. 300 MX 30 other.example.net.
            answer: mx.example.com. 300 MX 40 more.example.net.
            """,
            4 * 14 + 6 + 6 + (6 + 12 + 1) + 7
        ),
        (
            "ptr.example.com PTR",
            "NOERROR aa\nanswer: ptr.example.com. 300 PTR a.b.c.ptr.example.com.",
            12 + 3 * 2 + 2
        ),
        // One record of the cut, with the name of the cut a pointer into the question, and its glue.
        (
            "x.a.example.com A",
            """
            NOERROR
            authority: a.example.com. 300 NS ns.a.example.com.
            additional: ns.a.example.com. 300 A 192.0.2.2
            """,
            12 + 5 + 12 + 4
        ),
        // The target of SRV must not be compressed (RFC 2782).
        (
            "srv.example.com SRV",
            "NOERROR aa\nanswer: srv.example.com. 300 SRV 1 2 3 www.example.com.",
            12 + 6 + 17
        ),
    ])
    func section414CompressesNames(question: String, answer: String, bodyLength: Int) throws {
        let question = try Question(question)
        let response = try zones.ask(question)
        #expect(response.description == answer)
        #expect(response.octets.count == 12 + question.section.count + bodyLength)
    }

    /// Section 4.2.1: without EDNS a UDP message has at most 512 octets; what is longer is truncated.
    @Test func section421TruncatesAt512Octets() throws {
        // Header 12, question 22, and of each record 12 octets and its RDATA.
        for (length, expected) in [(254, "NOERROR aa"), (255, "NOERROR aa tc")] {
            let text = String(repeating: "x", count: length)
            let zones = try ServedZones("long TXT \"\(String(repeating: "y", count: 198))\"\nlong TXT \"\(text)\"")
            let message = try zones.ask(Question("long.example.com TXT"))
            #expect(message.octets.count == (length == 254 ? 512 : 34))
            #expect(message.description.hasPrefix(expected))
            #expect(message.answer.count == (length == 254 ? 2 : 0))
        }
    }

    /// Section 4.2.2: over TCP nothing is truncated.
    @Test func section422AnswersWholeOverTCP() throws {
        let lines = (0..<200).map { "many TXT \"\(String(repeating: "x", count: 200)) \($0)\"\n" }.joined()
        let zones = try ServedZones(lines)
        let message = try zones.ask(Question("many.example.com TXT +tcp"))
        #expect(message.answer.count == 200)
        #expect(!message.isTruncated)
        #expect(try zones.ask("many.example.com TXT +rd") == "NOERROR aa tc rd")
    }
}

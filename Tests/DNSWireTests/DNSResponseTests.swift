import DNSWire
import Testing

@Suite("Responses as a client reads them")
struct DNSResponseTests {
    /// A response to `a.test. SRV` with these counts and what follows the question.
    private func message(
        flags: UInt16 = 0x8180,
        questions: UInt8 = 1,
        answers: UInt8 = 0,
        additional: UInt8 = 0,
        _ rest: [UInt8] = []
    ) -> [UInt8] {
        [0x12, 0x34, UInt8(flags >> 8), UInt8(flags & 0xFF), 0, questions, 0, answers, 0, 0, 0, additional]
            + [1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 33, 0, 1] + rest
    }

    /// A record whose owner is the question's name: type, class IN, TTL 300.
    private func record(owner: [UInt8] = [0xC0, 12], type: UInt8, rdata: [UInt8]) -> [UInt8] {
        owner + [0, type, 0, 1, 0, 0, 1, 44, UInt8(rdata.count >> 8), UInt8(rdata.count & 0xFF)] + rdata
    }

    @Test func aResponseIsReadWithItsPointers() throws {
        let srv: [UInt8] = [0, 1, 0, 2, 0, 80, 1, 0x62, 0xC0, 14]
        let octets = message(
            answers: 1,
            additional: 1,
            record(type: 33, rdata: srv) + record(owner: [0xC0, 42], type: 1, rdata: [192, 0, 2, 1])
        )
        let response = try #require(DNSResponse(octets))
        #expect(response.id == 0x1234)
        #expect(response.code == .noError)
        #expect(!response.isTruncated)
        #expect(response.question.name == (try DomainName("a.test.")))
        #expect(response.question.type == .srv)
        let answer = try #require(response.answers.first)
        #expect(answer.owner == response.question.name)
        #expect(answer.ttl == 300)
        let target = try #require(DNSResponse.name(in: octets, at: answer.rdata.lowerBound + 6))
        #expect(target.name == (try DomainName("b.test.")))
        #expect(target.end == answer.rdata.upperBound)
        #expect(response.additional.map(\.owner) == [target.name])
        #expect(response.additional.map(\.type) == [.a])
    }

    @Test func flagsAndCodesAreKept() {
        #expect(DNSResponse(message(flags: 0x8380))?.isTruncated == true)
        #expect(DNSResponse(message(flags: 0x8183))?.code == .nxDomain)
    }

    @Test(
        arguments: [
            // A query, an update, no question, two questions.
            [0x0100, 1], [0xA980, 1], [0x8180, 0], [0x8180, 2],
        ] as [[UInt16]]
    )
    func whatIsNoResponseIsRefused(flagsAndQuestions: [UInt16]) {
        #expect(DNSResponse(message(flags: flagsAndQuestions[0], questions: UInt8(flagsAndQuestions[1]))) == nil)
    }

    @Test func recordsThatEndTooEarlyAreRefused() {
        let whole = message(answers: 1, record(type: 1, rdata: [192, 0, 2, 1]))
        #expect(DNSResponse(whole) != nil)
        for count in 0..<whole.count { #expect(DNSResponse(Array(whole.prefix(count))) == nil) }
        // One record is promised and none there.
        #expect(DNSResponse(message(answers: 1)) == nil)
    }

    /// A pointer to itself, two that point at each other, one forward.
    @Test(arguments: [[0xC0, 24], [1, 0x61, 0xC0, 24], [0xC0, 26, 0xC0, 24], [0xC0, 200]] as [[UInt8]])
    func pointersThatDoNotLeadBackAreRefused(owner: [UInt8]) {
        #expect(DNSResponse(message(answers: 1, record(owner: owner, type: 1, rdata: [192, 0, 2, 1]))) == nil)
    }

    @Test func namesThatAreTooLongAreRefused() {
        // Labels of 63 octets, five of them, each time with a pointer to the one before.
        var rest: [UInt8] = []
        var previous: [UInt8] = [0]
        for _ in 0..<5 {
            let start = 24 + rest.count
            rest += record(owner: [63] + [UInt8](repeating: 0x61, count: 63) + previous, type: 1, rdata: [1, 2, 3, 4])
            previous = [0xC0 | UInt8(start >> 8), UInt8(start & 0xFF)]
        }
        #expect(DNSResponse(message(answers: 5, rest)) == nil)
        #expect(DNSResponse(message(answers: 3, rest)) != nil)
    }

    @Test func anyOctetsAreReadWithoutHarm() {
        var state: UInt64 = 7
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let whole = message(
            answers: 2,
            record(type: 33, rdata: [0, 1, 0, 2, 0, 80, 1, 0x62, 0xC0, 14]) + record(type: 1, rdata: [192, 0, 2, 1])
        )
        var read = 0
        for _ in 0..<20_000 {
            var octets = whole
            for _ in 0..<Int(next() % 4) + 1 { octets[Int(next()) % octets.count] = UInt8(truncatingIfNeeded: next()) }
            if DNSResponse(octets) != nil { read += 1 }
        }
        #expect(read > 0 && read < 20_000)
    }
}

import Addressing
import DNSWire
import Testing

/// The scope of an answer is exact: whoever lies inside it gets this very answer (RFC 7871 section 7.2.1).
@Suite struct SteeredScopeTests {
    private let zones: ServedZones

    private static let names = ["near", "geo", "weighted", "spread", "net", "alias", "x.wild", "steady"]

    init() throws {
        zones = try ServedZones(
            """
            us        REGION  at=39.04,-77.49 covers=US
            us        A       192.0.2.10
            us        AAAA    2001:db8::10
            eu        REGION  at=53.34,-6.26  covers=EU
            eu        A       192.0.2.20
            eu        AAAA    2001:db8::20
            ap        REGION  at=19.08,72.88  covers=IN
            ap        A       192.0.2.30
            near      STEER   nearest us eu ap
            geo       STEER   geo us eu ap
            weighted  STEER   weighted us=90 eu=10
            spread    STEER   nearest us eu within=10000km
            net       STEER   nearest us eu net=10.3.128.0/18:eu net=10.1.2.3/32:ap
            steady    STEER   failover us eu
            alias     CNAME   near
            *.wild    STEER   weighted us=1 ap=1
            """,
            atlas: try Places.atlas()
        )
    }

    /// A client in or near the networks that the atlas knows, or anywhere.
    private static func client(using generator: inout SeededGenerator) -> IPAddress {
        let low = UInt32.random(in: .min ... .max, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return IPAddress(v4: low)
        case 1: return IPAddress(v4: 0x0A00_0000 | UInt32.random(in: 0...5, using: &generator) << 16 | low & 0xFFFF)
        case 2: return IPAddress(v6: UInt128.random(in: .min ... .max, using: &generator))
        default:
            let network = UInt128(0x2001_0DB8_0000_0000) << 64 | UInt128.random(in: 0...5, using: &generator) << 80
            return IPAddress(v6: network | UInt128(low) << UInt128(Int.random(in: 0...48, using: &generator)))
        }
    }

    @Test(arguments: names, [RRType.a, .aaaa])
    func anyTwoClientsInAScopeGetTheSameAnswer(name: String, type: RRType) throws {
        var generator = SeededGenerator(seed: 7871)
        for _ in 0..<200 {
            let client = Self.client(using: &generator)
            let width = client.family.bitWidth
            var question = Question(try DomainName("\(name).example.com"), type)
            question.payloadSize = 1232
            question.options = [.init(clientSubnet: try #require(IPPrefix(client, length: width)))]
            let answer = try zones.ask(question)
            let scope = Int(try #require(answer.opt?.option(8)?.data[3]))
            #expect(scope <= width)
            for _ in 0..<4 {
                // The bits after the scope are anyone's.
                let host = scope == 0 ? UInt128.max : (UInt128(1) << UInt128(width - scope)) - 1
                let bits = client.bits ^ (UInt128.random(in: .min ... .max, using: &generator) & host)
                let other = width == 32 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits)
                question.options = [.init(clientSubnet: try #require(IPPrefix(other, length: width)))]
                let otherAnswer = try zones.ask(question)
                #expect(otherAnswer.answer == answer.answer, "\(client) and \(other) in /\(scope)")
                #expect(otherAnswer.opt?.option(8)?.data[3] == UInt8(scope))
                // Asking without the option from that address is the same.
                question.options = []
                #expect(try zones.ask(question, from: other).answer == answer.answer)
            }
        }
    }
}

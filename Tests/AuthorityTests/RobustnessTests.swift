import Addressing
import Authority
import DNSWire
import Testing

/// Whatever comes in, a response is well-formed and belongs to it, or there is none.
@Suite struct RobustnessTests {
    private let zones: ServedZones
    private let names = [
        "www.example.com", "steered.example.com", "x.wild.example.com", "x.y.sub.example.com", "a.moved.example.com",
        "alias.example.com", "many.example.com", "nowhere.example.com", "example.com", "b.c.example.com", "example.net",
    ]

    init() throws {
        let many = (1...80).map { "many A 192.0.2.\($0)\n" }.joined()
        zones = try ServedZones(
            """
            eu       REGION  at=53.34,-6.26
            eu       A       192.0.2.20
            us       REGION  at=39.04,-77.49
            us       AAAA    2001:db8::10
            steered  STEER   nearest eu us
            www      A       192.0.2.1
            *.wild   MX      10 www
            sub      NS      ns.sub
            ns.sub   A       192.0.2.2
            moved    DNAME   www
            alias    CNAME   steered
            a.b.c    TXT     "deep"
            \(many)
            """,
            atlas: try Places.atlas()
        )
    }

    /// Asks, and checks what holds for every response.
    private func check(_ message: [UInt8], over transport: Responder.Transport, _ responder: inout Responder) {
        let client = IPAddress(v4: 0x0A01_0001)
        guard let octets = responder.answer(message, from: client, over: transport) else {
            // Only what is shorter than a header or is a response gets none.
            #expect(message.count < 12 || message[2] & 0x80 != 0, "\(message)")
            return
        }
        #expect(message.count >= 12 && message[2] & 0x80 == 0)
        do {
            let response = try Message(octets)
            #expect(octets.starts(with: message.prefix(2)) && response.isResponse)
            #expect(response.opcode == UInt16(message[2] >> 3 & 0xF))
            if response.question != nil { #expect(octets[12...].starts(with: message[12...].prefix(5))) }
            // No query of these tests asks for more than the most.
            #expect(transport == .tcp || octets.count <= (response.opt == nil ? 512 : 1232))
            if response.isTruncated { #expect(response.answer.isEmpty) }
        } catch {
            Issue.record("\(error): \(octets) answers \(message)")
        }
    }

    @Test func survivesRandomOctetsOfEveryLength() {
        var generator = SeededGenerator(seed: 1)
        var responder = Responder(zones.snapshot)
        for length in 0...600 {
            for round in 0..<4 {
                var message = generator.octets(length)
                // Half of them are queries as far as their header tells.
                if round.isMultiple(of: 2), length >= 12 { message.replaceSubrange(2..<6, with: [0, 0, 0, 1]) }
                check(message, over: round < 3 ? .udp : .tcp, &responder)
            }
        }
    }

    @Test func survivesEveryTruncation() throws {
        var responder = Responder(zones.snapshot)
        for name in names {
            let message = try Question("\(name) A +do +subnet=10.1.2.0/24").message()
            for length in 0...message.count { check(Array(message.prefix(length)), over: .udp, &responder) }
        }
    }

    @Test func survivesEveryOctetInEveryPlace() throws {
        var responder = Responder(zones.snapshot)
        for name in ["a.moved.example.com", "alias.example.com"] {
            let message = try Question("\(name) A +do +subnet=10.1.2.0/24").message()
            for place in message.indices {
                for octet in UInt8.min ... .max {
                    var mutated = message
                    mutated[place] = octet
                    check(mutated, over: .udp, &responder)
                }
            }
        }
    }

    @Test(arguments: 1...4) func survivesMutations(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var responder = Responder(zones.snapshot)
        for round in 0..<1500 {
            let name = names[round % names.count]
            var question = try Question("\(name) A +do +subnet=2001:db8:1::/\(48 + round % 80)")
            question.type = RRType(
                rawValue: UInt16([1, 28, 15, 6, 2, 255, 43, 65_282].randomElement(using: &generator) ?? 1)
            )
            question.options.append(
                .init(code: UInt16.random(in: 0...20, using: &generator), data: generator.octets(round % 40))
            )
            var message = question.message()
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !message.isEmpty {
                let place = Int.random(in: message.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: message[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: message.remove(at: place)
                case 2: message.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
                default: message += message[place...].prefix(64)
                }
            }
            check(message, over: round.isMultiple(of: 2) ? .udp : .tcp, &responder)
        }
    }

    /// One responder answers one query after the other; nothing of one may be in the next.
    @Test func anAnswerDoesNotDependOnTheQueryBefore() throws {
        var generator = SeededGenerator(seed: 3)
        var used = Responder(zones.snapshot)
        let client = IPAddress(v4: 0x0A01_0001)
        for round in 0..<1000 {
            let options =
                ["", " +edns", " +do", " +subnet=10.3.0.0/16", " +bufsize=512"].randomElement(using: &generator) ?? ""
            let question = try Question("\(names[round % names.count]) A\(options)").message()
            var fresh = Responder(zones.snapshot)
            #expect(used.answer(question, from: client, over: .udp) == fresh.answer(question, from: client, over: .udp))
            _ = used.answer(Array(question.dropLast(round % 20)), from: client, over: .udp)
        }
    }
}

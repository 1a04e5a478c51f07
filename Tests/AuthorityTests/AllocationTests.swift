import Addressing
import Authority
import CAllocationCounter
import DNSWire
import Geography
import Steering
import Testing

/// The packet path allocates nothing: counted, not assumed.
@Suite struct AllocationTests {
    private static let text = """
        us     REGION  at=39.04,-77.49 covers=US
        us     A       192.0.2.10
        us     AAAA    2001:db8::10
        eu     REGION  at=53.34,-6.26 covers=EU
        eu     A       192.0.2.20
        eu     A       192.0.2.21
        www    STEER   nearest us eu
        geo    STEER   geo us eu
        share  STEER   weighted us=90 eu=10
        all    STEER   all us eu
        to     CNAME   www
        alias  CNAME   target
        target A       192.0.2.1
        mail   MX      10 target
        *.wild TXT     "any"
        sub    NS      ns.sub
        ns.sub A       192.0.2.54

        """

    private static let questions = [
        "target A", "target AAAA", "mail MX", "@ SOA", "@ NS", "@ ANY", "nothing A", "a.b.nothing TXT", "x.y.wild TXT",
        "x.wild A", "host.sub A", "sub NS", "sub DS", "alias A", "alias TXT", "to A", "to AAAA", "www A", "www AAAA",
        "www TXT", "geo A", "geo AAAA", "share A", "share AAAA", "all A", "us REGION", "WwW A",
    ]

    @Test func aHundredThousandMixedQueriesAllocateNothing() throws {
        let atlas = Atlas { add in
            for high in 0..<200 {
                if let prefix = IPPrefix(IPAddress(v4: UInt32(high) << 24), length: 8) { add(prefix, high % 2) }
                let six = IPAddress(v6: UInt128(0x2A00 + high) << 112)
                if let prefix = IPPrefix(six, length: 16) { add(prefix, high % 2) }
            }
            return [
                Location(continent: .northAmerica, coordinates: GeoPoint(latitude: 40, longitude: -75)),
                Location(continent: .europe, coordinates: GeoPoint(latitude: 50, longitude: 0)),
            ]
        }
        let served = try ServedZones(Self.text, atlas: atlas)
        var messages: [[UInt8]] = []
        for question in Self.questions {
            messages.append(Self.message(question))
            messages.append(Self.message(question, option: Self.subnetV4))
            messages.append(Self.message(question, option: Self.subnetV6))
            messages.append(Self.message(question, option: Self.cookie))
        }
        messages.append([1, 2, 3])
        messages.append(Array(messages[0].dropLast(3)))
        var responder = Responder(served.snapshot)
        var room = [UInt8](repeating: 0, count: Responder.udpBufferSize)
        let client = IPAddress(v4: 0x0808_0808)
        var octets = 0
        // The first round makes what is made once.
        var before: UInt = 0
        for round in 0..<(100_000 / messages.count + 2) {
            if round == 1 { before = tern_allocations_of_thread() }
            for index in messages.indices {
                let message = messages[index]
                var response = room.mutableSpan
                octets &+= responder.respond(to: message.span, from: client, over: .udp, at: 1, into: &response)
            }
        }
        let after = tern_allocations_of_thread()
        #expect(octets > 0)
        #expect(after - before == 0)
    }

    @Test func theCounterCounts() {
        let before = tern_allocations_of_thread()
        let array = [UInt8](repeating: UInt8(before & 1), count: 100_000)
        #expect(tern_allocations_of_thread() > before)
        #expect(array.count == 100_000)
    }

    // MARK: - Messages

    private static let subnetV4: [UInt8] = [0, 8, 0, 7, 0, 1, 24, 0, 81, 2, 69]
    private static let subnetV6: [UInt8] = [0, 8, 0, 10, 0, 2, 48, 0, 0x2A, 0x01, 0, 1, 0, 2]
    private static let cookie: [UInt8] = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]

    /// A query for `NAME TYPE` in example.com, with an OPT record when there is an option.
    private static func message(_ question: String, option: [UInt8]? = nil) -> [UInt8] {
        let parts = question.split(separator: " ")
        let origin = (try? DomainName("example.com")) ?? .root
        let name = (try? DomainName(presentation: Array(parts[0].utf8), origin: origin)) ?? .root
        var message: [UInt8] = [0xBE, 0xEF, 1, 0, 0, 1, 0, 0, 0, 0, 0, option == nil ? 0 : 1]
        message += name.wire
        message.append(uint16: RRType(parts[1])?.rawValue ?? 1)
        message.append(uint16: 1)
        guard let option else { return message }
        message += [0, 0, 41, 4, 208, 0, 0, 0, 0]
        message.append(uint16: UInt16(option.count))
        return message + option
    }
}

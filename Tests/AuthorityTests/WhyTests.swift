import Addressing
import DNSWire
import Steering
import Testing

/// `_why` in front of a steered name, asked as TXT by those who see control records.
@Suite struct WhyTests {
    private static let text = """
        us        REGION  at=39.04,-77.49
        us        A       192.0.2.10
        eu        REGION  at=53.34,-6.26
        eu        A       192.0.2.20
        near  30  STEER   nearest us eu
        *.wild 30 STEER   nearest us eu
        alias     CNAME   near
        plain     A       192.0.2.99
        mail      MX      10 plain
        """

    private let zones: ServedZones

    init() throws {
        zones = try ServedZones(
            Self.text,
            atlas: try Places.atlas(),
            controlAccess: ["127.0.0.0/8"].compactMap { IPPrefix($0) }
        ) { fleet, health in
            health.set(.unhealthy, region: fleet.regions[1])
        }
    }

    /// The texts of an answer, each of the strings of a record.
    private func lines(_ question: String, from client: String = "127.0.0.1") throws -> [String] {
        let response = try zones.ask(Question(question), from: try #require(IPAddress(client)))
        return response.answer.map { record in
            #expect(record.type == .txt)
            #expect(record.ttl == 0)
            var text: [UInt8] = []
            var rest = ArraySlice(record.rdata)
            while let length = rest.popFirst() {
                text += rest.prefix(Int(length))
                rest = rest.dropFirst(Int(length))
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    @Test func itTellsTheReason() throws {
        let lines = try lines("_why.near.example.com TXT +tcp +subnet=10.1.0.0/24")
        #expect(lines.first == "01 near.example.com. nearest")
        #expect(lines.contains { $0.contains("client   10.1.0.0, client subnet 10.1.0.0/24") })
        #expect(lines.contains { $0.contains("health: unhealthy (out)") })
        #expect(lines.contains { $0.hasSuffix("answer   A 192.0.2.10") })
        #expect(lines.enumerated().allSatisfy { $1.hasPrefix($0 < 9 ? "0\($0 + 1) " : "\($0 + 1) ") })
    }

    @Test(arguments: ["_WHY.NEAR.example.com", "_why.alias.example.com", "_why.x.wild.example.com"])
    func caseAliasesAndWildcardsLeadThere(name: String) throws {
        let lines = try lines("\(name) TXT +tcp")
        #expect(lines.first?.contains(" nearest") == true)
        #expect(lines.contains { $0.contains("client   127.0.0.1") })
    }

    @Test func whatDoesNotFitIsSentToTCP() throws {
        let response = try zones.ask(
            Question("_why.near.example.com TXT"),
            from: try #require(IPAddress("127.0.0.1"))
        )
        #expect(response.description.hasPrefix("NOERROR aa tc"))
        #expect(response.answer.isEmpty)
    }

    /// The public gets what the zone says, as it would without any of this.
    @Test(arguments: [
        "_why.near.example.com", "_why.alias.example.com", "_why.x.wild.example.com", "_why.example.com",
    ])
    func thePublicSeesNoDifference(name: String) throws {
        let zones = try ServedZones(Self.text, atlas: try Places.atlas())
        for question in ["\(name) TXT", "\(name) TXT +subnet=127.0.0.0/8", "\(name) A"] {
            #expect(try self.zones.ask(question, from: "198.51.100.1") == zones.ask(question, from: "198.51.100.1"))
        }
    }

    /// What is not steered has no reason, and other types are ordinary.
    @Test(arguments: [
        "_why.plain.example.com TXT", "_why.mail.example.com TXT", "_why.example.com TXT", "_why.near.example.com A",
        "_why.near.example.com ANY", "_why.nothing.example.com TXT", "_why.example.org TXT", "_why. TXT",
        "why.near TXT",
    ])
    func everythingElseIsOrdinary(question: String) throws {
        let plain = try ServedZones(Self.text, atlas: try Places.atlas())
        #expect(try zones.ask(question, from: "127.0.0.1") == plain.ask(question, from: "127.0.0.1"))
    }
}

import Authority
import DNSWire
import Testing

/// RFC 5001: DNS name server identifier (NSID) option.
@Suite("RFC 5001") struct RFC5001Tests {
    private static func ask(_ question: Question, identifier: [UInt8]) throws -> Message {
        var settings = ResponderSettings()
        settings.identifier = identifier
        return try ServedZones("www A 192.0.2.1", settings: settings).ask(question)
    }

    /// Section 2.2: who asks is told, in every response.
    @Test(arguments: ["www.example.com A", "nowhere.example.com A", "example.net A", "www.example.com A +tcp"])
    func section22TellsWhoAsks(text: String) throws {
        var question = try Question("\(text) +edns")
        question.options = [.init(code: 3, data: [])]
        #expect(try Self.ask(question, identifier: [0x61, 0, 0xFF]).opt?.option(3)?.data == [0x61, 0, 0xFF])
        #expect(try Self.ask(question, identifier: []).opt?.option(3) == nil)
    }

    /// Section 2.2: no one else is told.
    @Test func section22TellsNobodyElse() throws {
        #expect(try Self.ask(Question("www.example.com A +edns"), identifier: [0x61]).opt?.option(3) == nil)
    }

    /// An identifier does not carry a response over its limit.
    @Test func aLongIdentifierDoesNotPassTheLimit() throws {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let name =
            label + label + label + [49] + [UInt8](repeating: 0x62, count: 49) + (try DomainName("example.com").wire)
        for name in [name, try DomainName("example.net").wire, try DomainName("www.example.com").wire] {
            var question = try Question("www.example.com A +bufsize=512 +subnet=2001:db8::/128")
            question.name = name
            question.options += [.init(code: 3, data: []), .init(code: 10, data: [1, 2, 3, 4, 5, 6, 7, 8])]
            // Asking fails when a response is too long.
            _ = try Self.ask(question, identifier: [UInt8](repeating: 0x61, count: 255))
        }
    }
}

import Authority
import DNSWire
import Testing

/// RFC 9567: the name of an agent to report errors to.
@Suite("RFC 9567") struct RFC9567Tests {
    private static let agent: [UInt8] = [1] + Array("a".utf8) + [7] + Array("example".utf8) + [0]

    private func ask(_ question: String, agent: [UInt8]) throws -> Message {
        var settings = ResponderSettings()
        settings.reportingAgent = agent
        return try ServedZones("www A 192.0.2.1", settings: settings).ask(Question(question))
    }

    /// Section 6.2: the option is in every response that has an OPT record, asked for or not.
    @Test(arguments: ["www.example.com A +edns", "no.example.com A +edns", "example.net A +edns"])
    func section62NamesTheAgentInResponses(question: String) throws {
        #expect(try ask(question, agent: Self.agent).opt?.option(18)?.data == Self.agent)
    }

    /// Without EDNS there is no place for it, and without an agent nothing to say.
    @Test(arguments: [("www.example.com A", agent), ("www.example.com A +edns", [])])
    func section62NamesNoneOtherwise(question: String, agent: [UInt8]) throws {
        #expect(try ask(question, agent: agent).opt?.option(18) == nil)
    }
}

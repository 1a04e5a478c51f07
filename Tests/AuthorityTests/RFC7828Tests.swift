import Authority
import Testing

/// RFC 7828: The edns-tcp-keepalive EDNS0 option.
@Suite("RFC 7828") struct RFC7828Tests {
    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func section331TellsATCPClientThatAsks(isTCP: Bool, asks: Bool) throws {
        var settings = ResponderSettings()
        settings.keepalive = 0x0123
        let zones = try ServedZones("www A 192.0.2.1", settings: settings)
        var question = try Question("www.example.com A +edns\(isTCP ? " +tcp" : "")")
        if asks { question.options = [.init(code: 11, data: [])] }
        #expect(try zones.ask(question).opt?.option(11)?.data == (isTCP && asks ? [1, 0x23] : nil))
    }
}

import Authority
import Testing

/// RFC 4892: Requirements for a mechanism identifying a name server instance; and the older names for the same.
@Suite("RFC 4892") struct RFC4892Tests {
    private func zones(identifier: String = "ns1.lhr", version: String = "Tern") throws -> ServedZones {
        var settings = ResponderSettings()
        (settings.identifier, settings.version) = (Array(identifier.utf8), Array(version.utf8))
        return try ServedZones("id.server A 192.0.2.1", settings: settings)
    }

    @Test(arguments: [
        ("id.server", "ns1.lhr"), ("HOSTNAME.bind", "ns1.lhr"), ("version.server", "Tern"), ("Version.Bind", "Tern"),
    ])
    func answersInClassCH(name: String, text: String) throws {
        let record = "NOERROR aa\nanswer: \(name). 0 CLASS3 TXT \"\(text)\""
        #expect(try zones().ask("\(name) TXT +class=CH") == record)
        #expect(try zones().ask("\(name) ANY +class=CH") == record)
        #expect(
            try zones().ask("\(name) TXT +class=CH +do +subnet=10.1.0.0/16")
                == "\(record)\nopt: 1232 do subnet=10.1.0.0/16/0"
        )
    }

    @Test(arguments: [
        "id.server A +class=CH", "example.com TXT +class=CH", "server TXT +class=CH", "x.id.server TXT +class=CH",
        ". TXT +class=CH",
        "id.server TXT", "version.bind TXT", "id.server TXT +class=HS",
    ])
    func refusesEverythingElse(question: String) throws {
        #expect(try zones().ask(question) == "REFUSED")
    }

    /// What the operator does not tell is not told.
    @Test(arguments: ["id.server", "hostname.bind", "version.server", "version.bind"])
    func refusesWhatIsNotTold(name: String) throws {
        #expect(try zones(identifier: "", version: "").ask("\(name) TXT +class=CH") == "REFUSED")
    }
}

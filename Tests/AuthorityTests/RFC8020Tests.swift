import Testing

/// RFC 8020: NXDOMAIN: there really is nothing underneath.
@Suite("RFC 8020") struct RFC8020Tests {
    /// Section 2: a name that is denied has no names below it; so names above others are never denied.
    @Test(arguments: ["b.c", "c", "_tcp", "y.stars", "stars", "d.e", "e", "f.g", "g", "h.i", "i"])
    func section2DoesNotDenyWhatHasNamesBelow(name: String) throws {
        let zones = try ServedZones(
            """
            a.b.c        A      192.0.2.1
            _http._tcp   SRV    1 1 80 a.b.c
            *.y.stars    A      192.0.2.2
            sub.d.e      NS     ns.example.net.
            x.f.g        CNAME  a.b.c
            x.h.i        DNAME  example.net.
            """
        )
        for type in ["A", "TXT", "NS", "CNAME", "DS", "ANY"] {
            #expect(try zones.ask("\(name).example.com \(type)") == "NOERROR aa\n\(ServedZones.negative)")
        }
    }

    /// What lies between a zone that is served and its served parent exists in the parent.
    @Test func section2DoesNotDenyWhatHasAServedZoneBelow() throws {
        let zones = try ServedZones([
            ("example.com", "a.b NS ns1.a.b\nns1.a.b A 192.0.2.53\n*  TXT \"no name between\""),
            ("a.b.example.com", ""),
        ])
        let between = try zones.ask("b.example.com TXT")
        let beside = try zones.ask("x.b.example.com TXT")
        #expect(between == "NOERROR aa\n\(ServedZones.negative)")
        #expect(beside == "NXDOMAIN aa\n\(ServedZones.negative)")
    }
}

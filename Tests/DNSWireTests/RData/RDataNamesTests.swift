import Testing

@testable import DNSWire

/// Which names stand where in RDATA, and what may be done with them.
@Suite struct RDataNamesTests {
    static let targets: [(type: RRType, text: String, additional: String?, host: String?)] = [
        (.a, "192.0.2.1", nil, nil),
        (.ns, "ns1", "ns1.example.com.", "ns1.example.com."),
        (.cname, "www", nil, nil),
        (.soa, "a b 1 1 1 1 1", nil, nil),
        (.mx, "10 Mail.test.", "Mail.test.", "Mail.test."),
        (.srv, "0 5 80 app", "app.example.com.", "app.example.com."),
        (.naptr, "1 2 s \"SIP+D2U\" \"\" _sip._udp", "_sip._udp.example.com.", nil),
        (.svcb, "0 pool", "pool.example.com.", nil),
        (.https, "1 . alpn=h2", ".", nil),
        (.afsdb, "1 afs", "afs.example.com.", "afs.example.com."),
        (.rt, "1 rt", "rt.example.com.", "rt.example.com."),
        (.kx, "1 kx", "kx.example.com.", "kx.example.com."),
        (.lp, "1 l64", "l64.example.com.", nil),
        (.txt, "a", nil, nil),
    ]

    @Test(arguments: targets.indices) func targetIsFound(_ index: Int) throws {
        let expected = Self.targets[index]
        // A slice that does not begin at 0, as RDATA inside an arena does.
        let rdata = ([9, 9] + (try wire(expected.type, expected.text))).dropFirst(2)
        let additional = expected.type.additionalTarget(of: rdata).map { DomainName(validated: Array($0)).description }
        let host = expected.type.hostTarget(of: rdata).map { DomainName(validated: Array($0)).description }
        #expect(additional == expected.additional)
        #expect(host == expected.host)
    }

    @Test func namesComeInOrderWithTheirPlaces() throws {
        let soa = RRType.soa.names(in: try wire(.soa, "a. b.c. 1 1 1 1 1"))
        #expect(soa.map(\.range) == [0..<3, 3..<8])
        #expect(soa.allSatisfy { $0.roles == [.compressible, .lowercased] })
        let naptr = RRType.naptr.names(in: try wire(.naptr, "1 2 s ab \"\" x."))
        #expect(naptr.map(\.range) == [10..<13])
        #expect(RRType.rrsig.names(in: try wire(.rrsig, "A 5 3 1 1 1 1 x. AA==")).map(\.range) == [18..<21])
    }

    @Test func onlyTheTypesOfRFC1035AreCompressed() {
        let compressible = (0...300).map { RRType(rawValue: $0) }.filter(\.hasCompressibleNames)
        #expect(compressible.map(\.rawValue) == [2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15])
    }

    @Test func canonicalFormLowersTheNamesOfRFC4034() throws {
        let lowered = (0...300).map { RRType(rawValue: $0) }.filter { type in
            type.layout?.contains { $0.roles?.contains(.lowercased) ?? false } ?? false
        }
        // NS, MD, MF, CNAME, SOA, MB, MG, MR, PTR, MINFO, MX, RP, AFSDB, RT, SRV, NAPTR, KX, DNAME, RRSIG; not NSEC
        // (RFC 6840 section 5.1).
        #expect(lowered.map(\.rawValue) == [2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15, 17, 18, 21, 33, 35, 36, 39, 46])
    }

    @Test func malformedOctetsHaveNoNames() {
        #expect(RRType.mx.names(in: [0, 10, 3, 0x61]).isEmpty)
        #expect(RRType.mx.additionalTarget(of: [0]) == nil)
        #expect(RRType.ns.hostTarget(of: [0xC0, 0x0C]) == nil)
        #expect(RRType(rawValue: 731).names(in: [0]).isEmpty)
    }
}

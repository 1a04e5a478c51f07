import Testing

@testable import DNSWire

/// SVCB and HTTPS as RFC 9460 has them.
@Suite struct ServiceParametersTests {
    static let foo = "03666f6f 076578616d706c65 03636f6d 00"
    static let fooOrg = "03666f6f 076578616d706c65 036f7267 00"

    /// Appendix D.1 and D.2: text, wire form, canonical text when it differs.
    static let vectors: [(text: String, wire: String, canonical: String?)] = [
        ("0 foo.example.com.", "0000" + foo, nil),
        ("1 .", "0001 00", nil),
        ("16 foo.example.com. port=53", "0010" + foo + "0003 0002 0035", nil),
        (
            "1 foo.example.com. key667=hello", "0001" + foo + "029b 0005 68656c6c6f",
            #"1 foo.example.com. key667="hello""#
        ),
        (#"1 foo.example.com. key667="hello\210qoo""#, "0001" + foo + "029b 0009 68656c6c6f d2 716f6f", nil),
        (
            #"1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1""#,
            "0001" + foo + "0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001",
            "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1"
        ),
        (
            #"1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33""#,
            "0001 076578616d706c65 03636f6d 00 0006 0010 20010db801220344 00000000c0000221",
            "1 example.com. ipv6hint=2001:db8:122:344::c000:221"
        ),
        (
            "16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )",
            "0010" + fooOrg + "0000 0004 0001 0004 0001 0009 02 6832 05 68332d3139 0004 0004 c0000201",
            #"16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1"#
        ),
        (
            #"16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#,
            "0010" + fooOrg + "0001 000c 08 665c6f6f2c626172 02 6832", nil
        ),
        (
            #"16 foo.example.org. alpn=f\\\092oo\092,bar,h2"#,
            "0010" + fooOrg + "0001 000c 08 665c6f6f2c626172 02 6832",
            #"16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#
        ),
        // Not in the appendix: the keys of later RFCs, keys by number, and quotes in every place.
        (#"1 . dohpath="/dns-query{?dns}""#, "0001 00 0007 0010 2f646e732d71756572797b3f646e737d", nil),
        ("1 . ohttp", "0001 00 0008 0000", nil),
        ("1 . ohttp=\"\"", "0001 00 0008 0000", "1 . ohttp"),
        ("1 . tls-supported-groups=29,23", "0001 00 0009 0004 001d 0017", nil),
        ("1 . key3=\\000\\053", "0001 00 0003 0002 0035", "1 . port=53"),
        ("1 . ech=AEj+DQ==", "0001 00 0005 0004 0048fe0d", nil),
        ("1 . alpn=h2 no-default-alpn", "0001 00 0001 0003 026832 0002 0000", #"1 . alpn="h2" no-default-alpn"#),
        ("1 . \"alpn=h2\"", "0001 00 0001 0003 026832", #"1 . alpn="h2""#),
        ("1 . key65534 key700=\"\"", "0001 00 02bc 0000 fffe 0000", "1 . key700 key65534"),
        (#"1 . key700="a b=\"c\"""#, "0001 00 02bc 0007 6120623d226322", nil),
    ]

    @Test(arguments: vectors.indices) func vectorReadsAndPrints(_ index: Int) throws {
        let vector = Self.vectors[index]
        let text = vector.text.replacing("( ", with: "").replacing(" )", with: "")
        for type in [RRType.svcb, .https] {
            let rdata = try wire(type, text)
            #expect(hex(rdata) == hex(octets(vector.wire)))
            #expect(RData.validate(type, rdata))
            #expect(RData.present(type, rdata) == vector.canonical ?? text)
            #expect(try wire(type, RData.present(type, rdata)) == rdata)
        }
    }

    /// The figures of appendix D.3 and more: text, field at fault, error.
    static let faults: [(text: String, token: Int, kind: RDataError.Kind)] = [
        ("1 foo.example.com. key123=abc key123=def", 3, .repeatedKey("key123")),
        ("1 foo.example.com. mandatory", 2, invalid(.mandatory)),
        ("1 foo.example.com. alpn", 2, invalid(.alpn)),
        ("1 foo.example.com. port", 2, invalid(.port)),
        ("1 foo.example.com. ipv4hint", 2, invalid(.ipv4hint)),
        ("1 foo.example.com. ipv6hint", 2, invalid(.ipv6hint)),
        ("1 foo.example.com. no-default-alpn=abc", 2, invalid(.noDefaultALPN)),
        ("1 foo.example.com. mandatory=key123", 2, invalid(.mandatory)),
        ("1 foo.example.com. mandatory=mandatory", 2, invalid(.mandatory)),
        ("1 foo.example.com. mandatory=key123,key123 key123=abc", 2, invalid(.mandatory)),
        ("", 0, .missing("priority")),
        ("1", 1, .missing("target")),
        ("65536 .", 0, .outOfRange("priority", 0...65535)),
        ("1 a..b", 1, .name(.emptyLabel)),
        ("0 . alpn=h2", 2, .invalid("a parameter", expected: "absent in AliasMode (priority 0)")),
        ("1 . no-default-alpn", 2, .invalid("no-default-alpn", expected: "together with alpn")),
        ("1 . port=1 alpnn=h2", 3, .unknownKey("alpnn", suggestion: "alpn")),
        ("1 . Port=1", 2, .unknownKey("Port", suggestion: "port")),
        ("1 . key01=a", 2, .unknownKey("key01", suggestion: nil)),
        ("1 . key65535=a", 2, .unknownKey("key65535", suggestion: nil)),
        ("1 . key65536=a", 2, .unknownKey("key65536", suggestion: nil)),
        ("1 . =a", 2, .unknownKey("", suggestion: nil)),
        ("1 . alpn=h2,,h3", 2, invalid(.alpn)),
        ("1 . alpn=h2\\\\x", 2, invalid(.alpn)),
        ("1 . alpn=" + String(repeating: "a", count: 256), 2, invalid(.alpn)),
        ("1 . port=65536", 2, invalid(.port)),
        ("1 . port=53 key3=\\000\\053", 3, .repeatedKey("port")),
        ("1 . key3=53x", 2, invalid(.port)),
        ("1 . ipv4hint=192.0.2.1,", 2, invalid(.ipv4hint)),
        ("1 . ech=A", 2, invalid(.ech)),
        ("1 . ohttp=1", 2, invalid(.ohttp)),
        ("1 . tls-supported-groups=29,29", 2, invalid(.tlsSupportedGroups)),
        ("1 . key700=\\300", 2, .name(.badEscape)),
    ]

    private static func invalid(_ key: ServiceParameterKey) -> RDataError.Kind {
        .invalid("\(key)", expected: key.expectation)
    }

    @Test(arguments: faults.indices) func faultIsRefused(_ index: Int) throws {
        let expected = Self.faults[index]
        #expect(try fault(.svcb, expected.text) == RDataError(expected.kind, token: expected.token), "\(expected.text)")
    }

    static let malformed = [
        "0001 00 0003", "0001 00 0003 0002 00", "0001 00 0003 0003 000035", "0001 00 0003 0002 0035 0001 0003 026832",
        "0001 00 0003 0002 0035 0003 0002 0035", "0001 00 0001 0003 036832", "0001 00 0001 0001 00",
        "0001 00 0002 0000",
        "0001 00 0000 0002 0003", "0001 00 0000 0000", "0001 00 0004 0003 c00002", "0001 00 0007 0001 ff", "0001 c00c",
        "0001 00 0000 0004 0003 0001 0001 0003 026832 0003 0002 0035", "0001", "00",
    ]

    @Test(arguments: malformed) func malformedWireIsFoundAndPrintedByItsOctets(_ wire: String) {
        #expect(!RData.validate(.https, octets(wire)))
        #expect(RData.present(.https, octets(wire)).hasPrefix("\\# "))
    }

    @Test func parametersInAliasModeAreKeptOnTheWire() throws {
        let rdata = octets("0000 00 0003 0002 0035")
        #expect(RData.validate(.svcb, rdata))
        #expect(RData.present(.svcb, rdata) == "\\# 9 000000000300020035")
        #expect(try wire(.svcb, RData.present(.svcb, rdata)) == rdata)
    }

    @Test func aValueMayBeAFieldOfItsOwnWhenTheQuoteFollowsAtOnce() throws {
        let source = Array(#"1 . alpn="h2,h3" port=53"#.utf8)
        let ranges = [(0..<1, false), (2..<3, false), (4..<9, false), (10..<15, true), (17..<24, false)]
        let tokens = ranges.map { PresentationToken(range: $0.0, isQuoted: $0.1) }
        var scanner = PresentationScanner(source: source, tokens: tokens[...], origin: .root)
        var rdata: [UInt8] = []
        try RData.parse(.https, from: &scanner, into: &rdata)
        #expect(RData.present(.https, rdata) == #"1 . alpn="h2,h3" port=53"#)
    }
}

import Testing

@testable import DNSWire

/// REGION, STEER and POOL between text and wire.
@Suite struct ControlRecordTextTests {
    /// Text, the character-strings on the wire, and the text that comes back.
    static let vectors: [(type: RRType, text: String, strings: [String], canonical: String?)] = [
        (.region, "at=39.04,-77.49 check=https:443/lb-health", ["at=39.04,-77.49", "check=https:443/lb-health"], nil),
        (.region, "", [], nil),
        (.region, "\"check=http:/a b\" covers=", ["check=http:/a b", "covers="], nil),
        (.region, #"note=a\;b "x=\"y\\\000""#, ["note=a;b", "x=\"y\\\0"], #""note=a;b" "x=\"y\\\000""#),
        (
            .pool, "balance=least-connections check=http:/health", ["balance=least-connections", "check=http:/health"],
            nil
        ),
        (.pool, "a=b a=b", ["a=b", "a=b"], nil),
        (
            .steer, "latency us-east eu-west.example.net. @",
            ["policy=latency", "region=us-east.example.com.", "region=eu-west.example.net.", "region=example.com."],
            "latency us-east.example.com. eu-west.example.net. example.com."
        ),
        (
            .steer, "weighted us-east=90 eu-west=010 answers=2",
            ["policy=weighted", "region=us-east.example.com.=90", "region=eu-west.example.com.=10", "answers=2"],
            "weighted us-east.example.com.=90 eu-west.example.com.=10 answers=2"
        ),
        (
            .steer, "geo within=5ms a fence=EU,GB when-down=none",
            ["policy=geo", "within=5ms", "region=a.example.com.", "fence=EU,GB", "when-down=none"],
            "geo within=5ms a.example.com. fence=EU,GB when-down=none"
        ),
        (
            .steer, "all a when-down=b net=203.0.113.0/24:eu net=2001:db8::/32:eu.test. \"fence=E U\"",
            [
                "policy=all", "region=a.example.com.", "when-down=b.example.com.", "net=203.0.113.0/24:eu.example.com.",
                "net=2001:db8::/32:eu.test.", "fence=E U",
            ],
            "all a.example.com. when-down=b.example.com. net=203.0.113.0/24:eu.example.com. "
                + "net=2001:db8::/32:eu.test. \"fence=E U\""
        ),
        (
            .steer, #"all a\=b\.c=5 net=192.0.2.0/24:x\:y when-down=a\032b"#,
            [
                "policy=all", #"region=a\=b\.c.example.com.=5"#, #"net=192.0.2.0/24:x\:y.example.com."#,
                #"when-down=a\032b.example.com."#,
            ],
            #"all a\=b\.c.example.com.=5 net=192.0.2.0/24:x\:y.example.com. when-down=a\032b.example.com."#
        ),
    ]

    @Test(arguments: vectors.indices) func recordReadsAndPrints(_ index: Int) throws {
        let vector = Self.vectors[index]
        let rdata = try wire(vector.type, vector.text)
        let strings = CharacterString.split(rdata[...]).map { String(decoding: $0, as: UTF8.self) }
        #expect(strings == vector.strings)
        #expect(RData.validate(vector.type, rdata))
        let canonical = RData.present(vector.type, rdata)
        #expect(canonical == vector.canonical ?? vector.text)
        #expect(try wire(vector.type, canonical) == rdata)
    }

    static let faults: [(type: RRType, text: String, token: Int, kind: RDataError.Kind)] = [
        (.region, "at=1,2 check", 1, .invalid("each field", expected: "KEY=VALUE")),
        (.region, "=5", 0, .invalid("each field", expected: "KEY=VALUE")),
        (.region, "a=\\999", 0, .name(.badEscape)),
        (.pool, "a=b \"\"", 1, .invalid("each field", expected: "KEY=VALUE")),
        (.pool, "a=b c=" + String(repeating: "d", count: 254), 1, .stringTooLong),
        (.pool, "balance", 0, .invalid("each field", expected: "KEY=VALUE")),
        (.steer, "", 0, .missing("policy")),
        (.steer, "latency", 1, .missing("region")),
        (.steer, "latency answers=2", 2, .missing("region")),
        (.steer, "us-east=90 eu", 0, .invalid("the first field", expected: "a policy such as latency or failover")),
        (.steer, "geo a anwsers=2x", 2, .unknownKey("anwsers", suggestion: "answers")),
        (.steer, "geo a whithin=5ms", 2, .unknownKey("whithin", suggestion: "within")),
        (.steer, "geo a eu-west=", 2, .unknownKey("eu-west", suggestion: nil)),
        (.steer, "geo a b=65536", 2, .outOfRange("weight", 0...65535)),
        (.steer, "geo a b=99999999999999999999999", 2, .outOfRange("weight", 0...65535)),
        (.steer, "geo a =5", 2, .name(.emptyLabel)),
        (.steer, "geo a..b", 1, .name(.emptyLabel)),
        (.steer, "geo a net=203.0.113.0/24", 2, .invalid("net", expected: "NETWORK:REGION")),
        (.steer, "geo a net=home:b", 2, .invalid("net", expected: "NETWORK:REGION")),
        (.steer, "geo a net=10.0.0.0/8:", 2, .name(.emptyLabel)),
        (.steer, "geo a when-down=", 2, .name(.emptyLabel)),
        (.steer, "geo a fence=\\2", 2, .name(.badEscape)),
        (.steer, "geo a fence=" + String(repeating: "d", count: 250), 2, .stringTooLong),
    ]

    @Test(arguments: faults.indices) func faultIsRefused(_ index: Int) throws {
        let expected = Self.faults[index]
        let error = try fault(expected.type, expected.text)
        #expect(error == RDataError(expected.kind, token: expected.token), "\(expected.type) \(expected.text)")
    }

    static let malformed: [[String]] = [
        [], ["policy=geo"], ["region=a."], ["region=a.", "policy=geo"], ["policy=", "region=a."],
        ["policy=geo", "region=a"], ["policy=geo", "region=a.=05"], ["policy=geo", "region=a.=70000"],
        ["policy=geo", "region=a.="], ["policy=geo", "region=a.", "color=red"], ["policy=geo", "region=a.", "answers"],
        ["policy=geo", "region=a.", "net=10.0.0.0/8:b"], ["policy=geo", "region=a.", "when-down=b"],
        ["policy=geo", "region=\\097."], ["policy=geo", "region=a.", "policy=geo"],
    ]

    @Test(arguments: malformed) func malformedSteerPrintsByItsOctets(_ strings: [String]) {
        let rdata = strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        #expect(!RData.validate(.steer, rdata))
        #expect(RData.present(.steer, rdata).hasPrefix("\\# "))
    }
}

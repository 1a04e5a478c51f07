import DNSWire
import Testing

@testable import ZoneFile

@Suite("Directives")
struct DirectiveTests {
    @Test func `the directive $ORIGIN completes the names after it`() {
        let text = ZoneText(
            body: "$ORIGIN sub\na MX 1 b\n$origin deep\n@ A 192.0.2.1\n$ORIGIN example.test.\nc A 192.0.2.1\n"
        )
        #expect(
            text.bodyRecords == [
                "a.sub.example.test. 300 MX 1 b.sub.example.test.", "deep.sub.example.test. 300 A 192.0.2.1",
                "c.example.test. 300 A 192.0.2.1",
            ]
        )
    }

    @Test func `the directive $INCLUDE reads a file relative to the including one, and its origin ends with it`() {
        let text = ZoneText(
            ZoneText.head + "$INCLUDE parts/a.db sub\nb A 192.0.2.2\n$INCLUDE \"parts/c.db\"\n",
            path: "zones/example.test.zone",
            included: [
                "zones/parts/a.db": "a A 192.0.2.3\n$INCLUDE deep/d.db\n", "zones/parts/c.db": "c A 192.0.2.4",
                "zones/parts/deep/d.db": "$ORIGIN x\nd A 192.0.2.5",
            ]
        )
        #expect(
            text.bodyRecords == [
                "a.sub.example.test. 300 A 192.0.2.3", "d.x.sub.example.test. 300 A 192.0.2.5",
                "b.example.test. 300 A 192.0.2.2", "c.example.test. 300 A 192.0.2.4",
            ]
        )
    }

    @Test func `a blank owner does not reach into an included file, but past it`() {
        let inner = ZoneText(body: "a A 192.0.2.2\n$INCLUDE i\n", included: ["i": " A 192.0.2.3\n"])
        #expect(inner.faults == ["no-owner 1:2"])
        let after = ZoneText(body: "a A 192.0.2.2\n$INCLUDE i\n A 192.0.2.4\n", included: ["i": "b A 192.0.2.3\n"])
        #expect(after.bodyRecords.last == "a.example.test. 300 A 192.0.2.4")
    }

    @Test func `a finding in an included file says how it was reached`() throws {
        let text = ZoneText(
            body: "\n $INCLUDE i\n$INCLUDE i",
            included: ["i": "\n$INCLUDE j ; comment\n", "j": "a A 192.0.2.1\nb A x\n"]
        )
        let finding = try #require(text.read().findings.last)
        #expect(
            finding.description == """
                j:2:5: error: A: address must be an IPv4 address [bad-rdata]
                b A x
                    ^
                included from i:2:1
                included from example.test.zone:7:1
                """
        )
    }

    @Test func `files that include themselves, too deep or too often are refused`() {
        #expect(ZoneText(body: "$INCLUDE example.test.zone").faults == ["include-limit 5:10"])
        #expect(
            ZoneText(body: "$INCLUDE i", included: ["i": "$INCLUDE j", "j": "$INCLUDE i"]).faults == [
                "include-limit 1:10"
            ]
        )
        let chain = Dictionary(uniqueKeysWithValues: (0..<40).map { ("f\($0)", "$INCLUDE f\($0 + 1)\n") })
        #expect(ZoneText(body: "$INCLUDE f0", included: chain).faults == ["include-limit 1:10"])
        let bomb = Dictionary(
            uniqueKeysWithValues: (0..<12).map { ("f\($0)", "$INCLUDE f\($0 + 1)\n$INCLUDE f\($0 + 1)\n") } + [
                ("f12", "")
            ]
        )
        #expect(
            ZoneText(body: "$INCLUDE f0", included: bomb).faults.allSatisfy {
                $0.hasPrefix("include-limit") || $0.hasPrefix("too-many")
            }
        )
        #expect(!ZoneText(body: "$INCLUDE f0", included: bomb).faults.isEmpty)
    }

    @Test(
        arguments: [
            ("$GENERATE 1-3 h$ A 192.0.2.$", ["h1 A 192.0.2.1", "h2 A 192.0.2.2", "h3 A 192.0.2.3"]),
            (
                "$GENERATE 0-4/2 h$ 60 IN CNAME x$",
                ["h0 CNAME x0.example.test.", "h2 CNAME x2.example.test.", "h4 CNAME x4.example.test."]
            ),
            ("$GENERATE 7-7 h${0,3} TXT $ ${1} ${-7,2,d}", ["h007 TXT \"7\" \"8\" \"00\""]),
            (
                "$GENERATE 254-255 h${0,4,x} TXT ${0,0,X} ${0,0,o}",
                ["h00fe TXT \"FE\" \"376\"", "h00ff TXT \"FF\" \"377\""]
            ),
            ("$GENERATE 18-18 ${0,7,n} TXT ${0,0,N} x${0,8,n}y", ["2.1.0.0 TXT \"2.1\" \"x2.1.0.0.y\""]),
            (#"$GENERATE 1-1 a\$b$ TXT "c d$" $$"#, [#"a\$b1 TXT "c d1" "$""#]),
        ] as [(String, [String])]
    )
    func `the directive $GENERATE makes a record for each number`(line: String, expected: [String]) {
        let made = ZoneText(body: line).bodyRecords.map {
            $0.replacing(".example.test. 300", with: "").replacing(".example.test. 60", with: "")
        }
        #expect(made == expected)
    }

    @Test(
        arguments: [
            ("$GENERATE 3-1 a$ A 192.0.2.1", "bad-generate 5:11"),
            ("$GENERATE 1-9999999999 a$ A 192.0.2.1", "bad-generate 5:11"),
            ("$GENERATE 1-3/0 a$ A 192.0.2.1", "bad-generate 5:11"),
            ("$GENERATE x a$ A 192.0.2.1", "bad-generate 5:11"),
            ("$GENERATE 1-3 a${x} A 192.0.2.1", "bad-generate 5:15"),
            ("$GENERATE 1-3 a$ A 192.0.2.${0,300}", "bad-generate 5:20"),
            ("$GENERATE 1-3 a$ A 192.0.2.${0,3,q}", "bad-generate 5:20"),
            ("$GENERATE 1-3 a$ A 192.0.2.${0", "bad-generate 5:20"),
            ("$GENERATE 1-3 a$ A 192.0.2.${-2}", "bad-generate 5:1"),
            ("$GENERATE 1-3 a$ A", "badDirective"),
            ("$GENERATE 250-260 a$ A 192.0.2.$", "bad-rdata 5:1"),
            ("$GENERATE 0-2147483647 a$ A 192.0.2.1", "generate-limit 5:11"),
            ("$GENERATE 1-3 a$ BAD x", "unknown-type 5:1"),
        ] as [(String, String)]
    )
    func `the directive $GENERATE reports its faults once`(line: String, expected: String) {
        let faults = ZoneText(body: line).faults
        #expect(faults == [expected == "badDirective" ? "bad-directive 5:1" : expected])
    }

    @Test func `the records of all $GENERATE entries together are bounded`() {
        let file = SourceFile(
            path: "a.zone",
            octets: Array("$TTL 5\n$GENERATE 1-2 a$ TXT x\n$GENERATE 1-2 b$ TXT x".utf8)
        )
        var parser = ZoneFileParser(file, origin: .root) { _ in .unreadable("") }
        parser.generated = (1 << 20) - 3
        let outcome = parser.parse()
        #expect(outcome.findings.map(\.code) == [.generateLimit])
        #expect(outcome.remains?.recordCount == 2)
    }
}

import DNSWire
import Foundation
import Testing

@testable import ZoneFile

@Suite("Findings")
struct FindingTests {
    @Test(
        arguments: [
            ("www A \"x", "unterminated-quote 5:7"),
            ("www ( A 192.0.2.1", "unterminated-parenthesis 5:5"),
            ("www A 192.0.2.1 )", "unmatched-parenthesis 5:17"),
            ("www A 192.\0", "nul-octet 5:11"),
            ("$FOO x", "unknown-directive 5:1"),
            ("$ORIGIN", "bad-directive 5:1"),
            ("$ORIGIN a b", "bad-directive 5:11"),
            ("$ORIGIN a..b", "bad-directive 5:9"),
            ("$TTL x", "bad-ttl 5:6"),
            ("$TTL 2147483648", "bad-ttl 5:6"),
            ("$INCLUDE nowhere", "include-failed 5:10"),
            ("a..b A 192.0.2.1", "bad-owner 5:1"),
            (#"a\999 A 192.0.2.1"#, "bad-owner 5:1"),
            ("\"\" A 192.0.2.1", "bad-owner 5:1"),
            ("www 99999999999 A 192.0.2.1", "bad-ttl 5:5"),
            ("www 1h30 A 192.0.2.1", "bad-ttl 5:5"),
            ("www 1 2 A 192.0.2.1", "unknown-type 5:7"),
            ("www CH A 192.0.2.1", "bad-class 5:5"),
            ("www CLASS7 A 192.0.2.1", "bad-class 5:5"),
            ("www IN IN A 192.0.2.1", "unknown-type 5:8"),
            ("www B 192.0.2.1", "unknown-type 5:5"),
            ("www", "unknown-type 5:1"),
            ("www IN", "unknown-type 5:5"),
            ("www ANY 192.0.2.1", "query-type 5:5"),
            (##"www TYPE41 \# 0"##, "query-type 5:5"),
            ("www A 192.0.2", "bad-rdata 5:7"),
            ("www A", "bad-rdata 5:5"),
            ("www A 192.0.2.1 x", "bad-rdata 5:17"),
            ("www MX (\n 10\n a..b )", "bad-rdata 7:2"),
            ("www TXT \"a\" \"b\\999\"", "bad-rdata 5:13"),
            ("www.example.org. A 192.0.2.1", "out-of-zone 5:1"),
            ("$ORIGIN org.\nwww A 192.0.2.1\n A 192.0.2.2", "out-of-zone 6:1"),
            ("x A 192.0.2.1\nx A 192.0.2.1", "duplicate-record 6:1"),
            ("x 5 A 192.0.2.1\nx 6 A 192.0.2.2", "ttl-mismatch 6:1"),
        ] as [(String, String)]
    )
    func `a fault of syntax has a code and an exact place`(body: String, expected: String) {
        #expect(ZoneText(body: body).faults == [expected])
    }

    @Test func `one run finds many faults, and none for lines that only lack what was broken`() {
        let faults = ZoneText("$TTL 5\na A x\nb B y\nc STEER failover d\nns..a A 192.0.2.1\n TXT x\ne MX 1 f\n").faults
        #expect(faults == ["bad-rdata 2:5", "unknown-type 3:3", "bad-owner 5:1"])
    }

    @Test func `a finding shows its line, a caret and a hint`() {
        let findings = ZoneSet(outcomes: [ZoneText(body: "www\tREGION\tinteval=2s\nwww A 192.0.2.1").read()]).findings
        #expect(
            findings.map(\.description) == [
                """
                example.test.zone:5:12: error: REGION: unknown key 'inteval' [unknown-key]
                www\tREGION\tinteval=2s
                   \t      \t^
                hint: did you mean 'interval'?
                """
            ]
        )
    }

    @Test func `a line is shown as it can be printed, a long one in part`() {
        let colour = ZoneText(body: "a\u{1B}[31m B x").read().findings
        #expect(colour.map(\.excerpt) == [Finding.Excerpt(text: "a?[31m B x", caret: 7)])
        let umlaut = ZoneText(body: "a TXT \"grün\" \"x").read().findings
        #expect(umlaut.map(\.position.column) == [15])
        #expect(umlaut.map { $0.excerpt?.caretLine } == ["             ^"])
        let long = ZoneText(body: "a TXT \(String(repeating: "x ", count: 200)) \"").read().findings
        #expect(long.map { $0.excerpt?.text.utf8.count } == [81])
        #expect(long.map { $0.excerpt?.caret } == [80])
        #expect(long.map(\.position.column) == [408])
    }

    @Test func `a hundred findings are shown and the others counted`() {
        let text = ZoneText(body: String(repeating: "a A x\n", count: 150)).read()
        #expect(text.zone == nil)
        #expect(text.findings.count == 101)
        #expect(text.findings.last?.message == "50 more faults are not shown")
        #expect(text.findings.last?.severity == .error)
        let warnings = ZoneText(body: String(repeating: "a A 192.0.2.1\n", count: 150)).read()
        #expect(warnings.zone != nil)
        #expect(warnings.findings.last?.severity == .warning)
        let late = ZoneText(body: String(repeating: "a A 192.0.2.1\n", count: 150) + "a A x\n").read()
        #expect(late.zone == nil)
        #expect(late.findings.last?.severity == .error)
    }

    @Test func `a finding can be written as JSON`() throws {
        let findings = ZoneText(body: "$INCLUDE i", included: ["i": "a A x"]).read().findings
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(findings), as: UTF8.self)
        #expect(
            json
                == #"[{"code":"bad-rdata","column":5,"file":"i","includedFrom":[{"column":1,"file":"example.test.zone","#
                + #""line":5}],"line":1,"message":"A: address must be an IPv4 address","severity":"error","source":"a A x"}]"#
        )
    }

    @Test func `codes are in kebab case`() {
        for code in FindingCode.allCases {
            #expect(code.rawValue.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x61...0x7A).contains($0) })
        }
    }
}

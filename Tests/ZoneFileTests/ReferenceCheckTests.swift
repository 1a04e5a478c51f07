import DNSWire
import Testing

@testable import ZoneFile

/// Bad zones, and what Tern, named-checkzone (`-i local`) and kzonecheck make of them.
@Suite("Checks beside named-checkzone and kzonecheck")
struct ReferenceCheckTests {
    /// What a tool makes of a zone.
    enum Verdict {
        case silent
        /// Told, and loaded.
        case noticed
        case refused
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var text: String
        var tern: Verdict
        var named: Verdict
        var knot: Verdict
        /// Why Tern judges otherwise than one of the others, or they otherwise than each other.
        var why: String

        init(_ title: String, _ text: String, _ tern: Verdict, named: Verdict, knot: Verdict, why: String = "") {
            (self.title, self.text, self.tern, self.named, self.knot, self.why) = (title, text, tern, named, knot, why)
        }

        var testDescription: String { title }
    }

    private static let head = ZoneText.head

    static let cases = [
        Case("sound", head + "www A 192.0.2.2", .silent, named: .silent, knot: .silent),
        Case("no SOA", "$TTL 300\n" + "@ NS ns1\nns1 A 192.0.2.1", .refused, named: .refused, knot: .refused),
        Case(
            "no NS",
            "$TTL 300\n" + "@ SOA ns1 h 1 2 3 4 5\nns1 A 192.0.2.1",
            .refused,
            named: .refused,
            knot: .refused
        ),
        Case(
            "two SOA records",
            head + "@ SOA ns1 h 2 2 3 4 5",
            .refused,
            named: .refused,
            knot: .silent,
            why: "Knot keeps the last one; which one is served must not be left to the reader"
        ),
        Case(
            "SOA below the apex",
            head + "a SOA ns1 h 2 2 3 4 5",
            .refused,
            named: .refused,
            knot: .silent,
            why: "Knot serves it as data; it makes resolvers see a zone cut that is not there"
        ),
        Case(
            "CNAME and other data",
            head + "a CNAME b.example.org.\na TXT x",
            .refused,
            named: .refused,
            knot: .refused
        ),
        Case("CNAME at the apex", head + "@ CNAME b.example.org.", .refused, named: .refused, knot: .refused),
        Case(
            "two CNAME records",
            head + "a CNAME b.example.org.\na CNAME c.example.org.",
            .refused,
            named: .refused,
            knot: .refused
        ),
        Case(
            "two DNAME records",
            head + "a DNAME b.example.org.\na DNAME c.example.org.",
            .refused,
            named: .refused,
            knot: .refused
        ),
        Case(
            "NS names an alias",
            head + "@ NS b\nb CNAME ns1",
            .noticed,
            named: .refused,
            knot: .refused,
            why: "the other servers of the zone still answer: no reason not to serve the zone"
        ),
        Case(
            "MX names an alias",
            head + "@ MX 1 b\nb CNAME ns1",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot looks at NS only"
        ),
        Case(
            "SRV names an alias",
            head + "_x._tcp SRV 1 1 1 b\nb CNAME ns1",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot looks at NS only"
        ),
        Case(
            "NS without address",
            head + "@ NS b",
            .noticed,
            named: .refused,
            knot: .refused,
            why: "the other servers of the zone still answer: no reason not to serve the zone"
        ),
        Case(
            "MX without address",
            head + "@ MX 1 b",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot looks at NS only"
        ),
        Case(
            "SRV without address",
            head + "_x._tcp SRV 1 1 1 b",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot looks at NS only"
        ),
        Case(
            "missing glue",
            head + "a NS ns.a",
            .refused,
            named: .noticed,
            knot: .refused,
            why: "nobody can follow the referral; BIND tells and loads"
        ),
        Case(
            "superfluous glue",
            head + "a NS ns1\nx.a A 192.0.2.2",
            .noticed,
            named: .silent,
            knot: .silent,
            why: "neither looks for it"
        ),
        Case(
            "data below a zone cut",
            head + "a NS ns1\nx.a TXT x",
            .noticed,
            named: .silent,
            knot: .silent,
            why: "neither looks for it"
        ),
        Case(
            "data below a DNAME",
            head + "a DNAME example.org.\nx.a A 192.0.2.2",
            .noticed,
            named: .silent,
            knot: .refused,
            why: "it is never answered and harms nothing; Knot calls it an error"
        ),
        Case(
            "TTLs in an RRset",
            head + "a 5 A 192.0.2.2\na 6 A 192.0.2.3",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot takes one without a word"
        ),
        Case(
            "data of another zone",
            head + "www.example.org. A 192.0.2.2",
            .refused,
            named: .noticed,
            knot: .silent,
            why: "BIND and Knot leave it out; nearly always a dot too many, which one wants to know before"
        ),
        Case(
            "a record twice",
            head + "a A 192.0.2.2\na A 192.0.2.2",
            .noticed,
            named: .silent,
            knot: .silent,
            why: "neither tells; the second is often meant to differ"
        ),
        Case(
            "NS at a wildcard",
            head + "* NS ns1",
            .noticed,
            named: .refused,
            knot: .silent,
            why: "RFC 4592 section 4.2 leaves it open; it delegates nothing, so it harms nothing"
        ),
        Case(
            "wildcard below a zone cut",
            head + "a NS ns1\n*.a A 192.0.2.2",
            .noticed,
            named: .silent,
            knot: .silent,
            why: "neither looks for it"
        ),
        Case(
            "asterisk inside a name",
            head + "a.* A 192.0.2.2",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot does not look for it"
        ),
        Case(
            "aliases in a circle",
            head + "a CNAME b\nb CNAME a",
            .noticed,
            named: .silent,
            knot: .silent,
            why: "neither follows aliases"
        ),
        Case(
            "DS without delegation",
            head + "a DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000",
            .noticed,
            named: .silent,
            knot: .silent,
            why: "neither looks for it in unsigned zones"
        ),
        Case(
            "MX names an address",
            head + "@ MX 1 192.0.2.1",
            .noticed,
            named: .noticed,
            knot: .silent,
            why: "Knot does not look for it"
        ),
        Case("bad address", head + "a A 192.0.2", .refused, named: .refused, knot: .refused),
        Case("unknown type", head + "a B x", .refused, named: .refused, knot: .refused),
        Case("other class", head + "a CH A 192.0.2.1", .refused, named: .refused, knot: .refused),
        Case("empty label", head + "a..b A 192.0.2.1", .refused, named: .refused, knot: .refused),
        Case("open parenthesis", head + "a ( A 192.0.2.1", .refused, named: .refused, knot: .refused),
        Case("missing file", head + "$INCLUDE nowhere", .refused, named: .refused, knot: .refused),
        Case("unknown directive", head + "$FOO x", .refused, named: .refused, knot: .refused),
    ]

    @Test(arguments: cases) func `each zone is judged as the table says`(zone: Case) throws {
        let found = ZoneSet(outcomes: [ZoneText(zone.text + "\n").read()])
        let ours: Verdict = found.hasErrors ? .refused : found.findings.isEmpty ? .silent : .noticed
        #expect(ours == zone.tern, "\(found.findings)")
        #expect(
            found.findings.allSatisfy {
                $0.position.line > 0 && $0.excerpt != nil || $0.code == .noSOA || $0.code == .noNS
            }
        )
        #expect((zone.tern == zone.named && zone.tern == zone.knot) == zone.why.isEmpty)
        if ReferenceTool.checkzone.isInstalled {
            let named = try ReferenceTool.checkzone.run(
                ["-i", "local", "example.test", "example.test.zone"],
                on: zone.text + "\n",
                origin: "example.test"
            )
            let told = named.output.split(separator: "\n").filter { $0 != "OK" && !$0.contains("loaded serial") }
            #expect((named.status != 0 ? .refused : told.isEmpty ? .silent : .noticed) == zone.named, "\(named)")
        }
        if ReferenceTool.kzonecheck.isInstalled {
            let knot = try ReferenceTool.kzonecheck.run(
                ["-o", "example.test", "example.test.zone"],
                on: zone.text + "\n",
                origin: "example.test"
            )
            let isSilent = knot.output.allSatisfy(\.isWhitespace)
            #expect((knot.status != 0 ? .refused : isSilent ? .silent : .noticed) == zone.knot, "\(knot)")
        }
    }
}

import DNSWire
import Foundation
import Testing

@testable import ZoneFile

/// `tern check --dump` beside what other tools print of the same zone, line by line.
@Suite("Dumps beside named-compilezone and ldns-read-zone")
struct ReferenceDumpTests {
    /// Where a tool spells RDATA otherwise than Tern. Read back, its line must be the same record.
    private static let spellings: [String: [(types: String, reason: String)]] = [
        "named-compilezone": [
            ("DS CDS TLSA SMIMEA SSHFP ZONEMD", "it writes hexadecimal digits in groups of 56, Tern in one field"),
            ("DNSKEY CDNSKEY RRSIG CERT", "it writes Base64 in groups of 56 characters, Tern in one field"),
            ("CERT", "it names the algorithm (RSASHA256), Tern writes its number, as RFC 4034 allows both"),
        ],
        "ldns-read-zone": [
            ("APL", "it writes all of an IPv6 address, Tern the short form of RFC 5952"),
            ("LOC", "it fills minutes with zeros, Tern does not"),
            ("NID L64", "it fills groups of digits with zeros, Tern does not (RFC 6742 leaves it open)"),
            ("SVCB HTTPS", "it writes lists without quotes, Tern with them (RFC 9460 section 2.1 allows both)"),
            ("TXT", "it writes a tab in a string as it is, Tern as \\009"),
        ],
    ]

    /// A zone with a record of every type that Tern has a name for.
    private static let every = ##"""
        $TTL 1h
        @        SOA        ns1 hostmaster 1 2h 15m 2w 1m
        @        NS         ns1
        @        NS         ns2.example.net.
        @        MX         10 mail
        @        TXT        "plain" "with \"quotes\" and \; and \\" "tab\009end" ""
        @        SPF        "v=spf1 -all"
        @        CAA        0 issue "ca.example.net"
        @        DNSKEY     257 3 8 AwEAAcw5QLr0IjC0wKbGoBPQv4qmeqHy9mvL5qGQTuaG5TSrNqEAR6b/qvxDx6my4JmEmjUPA1JeEI9YfTUieMr2UZflu7aIbZFLw0vqiYrywCGrCHXLalOrEOmrvAxLvq4vHtuTlH7JIszzYBSes8g1vle6KG7xXiP3U5Ll96Qiu6bZ31rlMQSPB20xbqJJh6psNSrQs41QvdcXAej+K2Hl1Wd8kPriec4AgiBEh8sk5Pp8W9ROLQ7PcbqqttFaW2m7N/Wy4qcFU13roWKDEAstbxH5CHPoBfZSbIwK4KM6BK/uDHpSPIbiOvOCW+lvu9TAiZPc0oysY6aslO7jXv16Gws=
        @        CDNSKEY    257 3 8 AwEAAcw5QLr0IjC0wKbGoBPQv4qm
        @        CDS        12345 8 2 A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9F
        @        NSEC3PARAM 1 0 10 AABBCCDD
        @        CSYNC      66 3 A NS AAAA
        @        ZONEMD     1 1 1 A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9F
        @        RRSIG      SOA 8 2 3600 20300101000000 20200101000000 12345 @ AwEAAcw5QLr0IjC0wKbGoBPQv4qm
        @        NSEC       a SOA NS MX RRSIG NSEC DNSKEY TYPE65400
        ns1      A          192.0.2.1
        ns1      AAAA       2001:DB8:0:0:1::1
        mail     A          192.0.2.2
        a        CNAME      www.example.org.
        d        DNAME      elsewhere.example.
        p        PTR        host.example.org.
        h        HINFO      "PC-Intel-700MHz" "Redhat Linux 7.1"
        r        RP         admin txt.admin
        af       AFSDB      1 afs
        x25      X25        "311061700956"
        isdn     ISDN       "150862028003217" "004"
        rt       RT         10 relay
        key      KEY        256 3 8 AwEAAcw5QLr0IjC0wKbGoBPQv4qm
        loc      LOC        51 30 12.748 N 0 7 39.611 W 0.00m 1m 10000m 10m
        _s._tcp  SRV        1 2 443 mail
        n        NAPTR      100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp
        kx       KX         10 mail
        cert     CERT       PKIX 1 RSASHA256 AwEAAcw5QLr0IjC0wKbGoBPQv4qm
        apl      APL        1:192.168.32.0/21 !1:192.168.38.0/28 2:2001:db8::/32
        child    NS         ns1
        child    DS         12345 8 2 A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9F
        ssh      SSHFP      4 2 A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9F
        dhcid    DHCID      AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
        0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A RRSIG
        _443._tcp TLSA      3 1 1 A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9F
        sm       SMIMEA     3 1 1 A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F5061728394A5B6C7D8E9F
        hip      HIP        2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D rvs.example.com.
        pgp      OPENPGPKEY AwEAAcw5QLr0IjC0wKbGoBPQv4qm
        svc      SVCB       1 svc4 port=8443 alpn=h2,h3 ipv4hint=192.0.2.1
        https    HTTPS      0 www.example.org.
        https2   HTTPS      1 . alpn=h3 no-default-alpn ech="AwEAAcw5" ipv6hint=2001:db8::1
        nid      NID        10 0014:4fff:ff20:ee64
        l32      L32        10 10.1.2.0
        l64      L64        10 2001:0db8:1140:1000
        lp       LP         10 l64-subnet1
        e48      EUI48      00-00-5e-00-53-2a
        e64      EUI64      00-00-5e-ef-10-00-00-2a
        uri      URI        10 1 "ftp://ftp1.example.com/public"
        un       TYPE65500  \# 3 00ff01
        UPPER    A          192.0.2.9
        \046dot\000  A      192.0.2.10

        """##

    /// A zone of zones/ without its control records, which only Tern reads in that form, and without `$GENERATE`, which
    /// ldns does not read; an entry in parentheses goes with all its lines.
    private static func example(_ name: String) throws -> String {
        let text = try String(contentsOfFile: "\(ExampleZoneTests.folder)/\(name)", encoding: .utf8)
        let control: Set<Substring> = ["REGION", "STEER", "POOL"]
        var depth = 0
        var isControl = false
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { line in
                let entry = line.prefix { $0 != ";" }
                if depth == 0 {
                    let fields = entry.split(separator: " ").prefix(4)
                    isControl = fields.contains { control.contains($0) || $0 == "$GENERATE" }
                }
                depth += entry.count { $0 == "(" } - entry.count { $0 == ")" }
                return !isControl
            }
            .joined(separator: "\n")
    }

    private static func zones() throws -> [(origin: String, text: String)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: ExampleZoneTests.folder)
            .filter { $0.hasSuffix(".zone") }
        return try [("every.test", every)] + names.sorted().map { (String($0.dropLast(5)), try example($0)) }
    }

    /// What Tern prints of a text; the findings when it has errors.
    private static func dump(_ text: String, origin: String) -> String {
        let outcome = ZoneFileReader.read(Array(text.utf8), path: "\(origin).zone")
        return outcome.zone.map { ZoneDump.text($0) } ?? outcome.findings.map(\.description).joined(separator: "\n")
    }

    @Test func `the zone of every type has every type`() throws {
        let zone = try #require(ZoneFileReader.read(Array(Self.every.utf8), path: "every.test.zone").zone)
        let present = Set(zone.allRecords.map(\.type))
        let absent = RRType.names.keys.map { RRType(rawValue: $0) }
            .filter { !$0.isMeta && !present.contains($0) && ![.region, .steer, .pool].contains($0) }
        #expect(absent == [])
    }

    @Test(arguments: [ReferenceTool.compilezone, .readZone])
    func `every line is the tool's, but for spellings that are known`(tool: ReferenceTool) throws {
        try #require(tool.isInstalled, "\(tool.name): .ci/setup test installs it")
        var met: Set<String> = []
        for (origin, text) in try Self.zones() {
            let ours = ReferenceTool.lines(Self.dump(text, origin: origin))
            let output = try tool.dump(text, origin: origin)
            let theirs = ReferenceTool.lines(output)
            #expect(theirs.count == ours.count && ours.count > 2, "\(origin): \(output)")
            let head = "$TTL 1\n"
            for line in output.split(separator: "\n") where !line.hasPrefix(";") {
                let spelled = ReferenceTool.lines(String(line)).joined()
                if ours.contains(spelled) { continue }
                let type = String(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[3])
                let isKnown = Self.spellings[tool.name, default: []].contains {
                    $0.types.split(separator: " ").contains(type[...])
                }
                #expect(isKnown, "\(tool.name) of \(origin): \(line)")
                met.insert(type)
                let read = ReferenceTool.lines(Self.dump(head + line, origin: origin)).joined()
                #expect(ours.contains(read), "\(tool.name) of \(origin): \(line)")
            }
        }
        // What the table explains does happen.
        for entry in Self.spellings[tool.name, default: []] {
            #expect(!met.isDisjoint(with: entry.types.split(separator: " ").map(String.init)), "\(entry)")
        }
    }
}

import DNSWire
import Testing

@testable import ZoneFile

@Suite("Canonical text of a zone")
struct ZoneDumpTests {
    @Test func `records come in canonical order, the SOA first`() throws {
        let zone = try #require(
            ZoneText(
                body:
                    "Z A 192.0.2.9\n*.z A 192.0.2.1\nyljkjljk.a TXT \"b  c\"\na MX 10 Z\n@ A 192.0.2.1\nz A 192.0.2.8\n"
                    + "\\002.z TXT x\n\\001.z TXT x\n\\200.z TXT x\nn STEER failover Z=5 within=5ms\n"
            ).read().zone
        )
        #expect(
            ZoneDump.text(zone) == #"""
                example.test. 300 IN SOA ns1.example.test. hostmaster.example.test. 1 2 3 4 5
                example.test. 300 IN A 192.0.2.1
                example.test. 300 IN NS ns1.example.test.
                a.example.test. 300 IN MX 10 Z.example.test.
                yljkjljk.a.example.test. 300 IN TXT "b  c"
                n.example.test. 300 IN STEER failover Z.example.test.=5 within=5ms
                ns1.example.test. 300 IN A 192.0.2.1
                z.example.test. 300 IN A 192.0.2.8
                z.example.test. 300 IN A 192.0.2.9
                \001.z.example.test. 300 IN TXT "x"
                \002.z.example.test. 300 IN TXT "x"
                *.z.example.test. 300 IN A 192.0.2.1
                \200.z.example.test. 300 IN TXT "x"

                """#
        )
    }

    @Test func `the text reads back to the same zone`() throws {
        let zone = try #require(ZoneFileReader.read(path: ExampleZoneTests.folder + "/example.test.zone").zone)
        let text = ZoneDump.text(zone)
        let again = ZoneFileReader.read(Array(text.utf8), path: "example.test.zone")
        #expect(again.findings.map(\.description) == [])
        #expect(ZoneDump.text(try #require(again.zone)) == text)
    }

    /// A zone with what readers of master files disagree about most.
    private static let difficult = ##"""
        $TTL 1h
        @ SOA ns1 host\.master ( 1 2h 15m
            2w 1m ) ; comment
        @ NS ns1
        ns1 A 192.0.2.1
        $ORIGIN sub
        a 1d IN MX 010 b.example.test.
        \@\; IN 5 TXT "semi;colon" plain\032blank "quote\"d" ""
          TXT ( "second" )
        *.w AAAA 2001:DB8::0:1
        $ORIGIN example.test.
        UPPER CNAME Target.Example.ORG.
        $GENERATE 0-20/5 g${-0,3,x} A 10.0.0.$
        $GENERATE 17-18 ${0,16,n}rev PTR host-${100,5,d}.example.org.
        loc LOC 51 30 12.748 N 0 7 39.611 W 0.00m
        un TYPE65500 ( \# 3 00 ff
           01 )

        """##

    @Test(.enabled(if: ReferenceTool.compilezone.isInstalled)) func `the text is that of named-compilezone`() throws {
        let theirs = try ReferenceTool.compilezone.dump(Self.difficult, origin: "example.test")
        let zone = try #require(ZoneText(Self.difficult).read().zone)
        #expect(ReferenceTool.lines(theirs) == ReferenceTool.lines(ZoneDump.text(zone)))
        #expect(zone.recordCount == 17)
    }
}

import DNSWire
import Testing

@testable import ZoneFile

@Suite("Records of a zone file")
struct ZoneFileReaderTests {
    @Test(
        arguments: [
            ("www A 192.0.2.2", "www.example.test. 300 A 192.0.2.2"),
            ("www 60 A 192.0.2.2", "www.example.test. 60 A 192.0.2.2"),
            ("www 1h30m A 192.0.2.2", "www.example.test. 5400 A 192.0.2.2"),
            ("www 60 IN A 192.0.2.2", "www.example.test. 60 A 192.0.2.2"),
            ("www IN 60 A 192.0.2.2", "www.example.test. 60 A 192.0.2.2"),
            ("www in a 192.0.2.2", "www.example.test. 300 A 192.0.2.2"),
            ("www CLASS1 TYPE1 192.0.2.2", "www.example.test. 300 A 192.0.2.2"),
            (##"www TYPE1 \# 4 c0000202"##, "www.example.test. 300 A 192.0.2.2"),
            (##"www TYPE731 \# 3 ab CDef"##, ##"www.example.test. 300 TYPE731 \# 3 ABCDEF"##),
            (##"www TYPE731 \# 0"##, ##"www.example.test. 300 TYPE731 \# 0"##),
            ("@ MX 10 mail", "example.test. 300 MX 10 mail.example.test."),
            ("www.example.test. MX 10 @", "www.example.test. 300 MX 10 example.test."),
            (" A 192.0.2.2", "ns1.example.test. 300 A 192.0.2.2"),
            ("\t60 TXT x", "ns1.example.test. 60 TXT \"x\""),
            ("a TXT ( \"b c\" ; comment\n d )", "a.example.test. 300 TXT \"b c\" \"d\""),
            ("a ( 60\nIN ) TXT d", "a.example.test. 60 TXT \"d\""),
            ("A A 192.0.2.2", "A.example.test. 300 A 192.0.2.2"),
            ("60 A 192.0.2.2", "60.example.test. 300 A 192.0.2.2"),
            ("in in in TXT in", nil),
            (#"a\.b\065 A 192.0.2.2"#, #"a\.bA.example.test. 300 A 192.0.2.2"#),
            (#"\$a A 192.0.2.2"#, #"\$a.example.test. 300 A 192.0.2.2"#),
            ("* A 192.0.2.2", "*.example.test. 300 A 192.0.2.2"),
            ("a HTTPS 1 . alpn=\"h2,h3\"", "a.example.test. 300 HTTPS 1 . alpn=h2,h3"),
        ] as [(String, String?)]
    )
    func `an entry is read as RFC 1035 section 5 has it`(line: String, expected: String?) {
        let text = ZoneText(body: line)
        #expect(text.bodyRecords.last?.replacing("\"h2,h3\"", with: "h2,h3") == expected ?? text.bodyRecords.last)
        #expect((text.read().zone == nil) == (expected == nil))
        #expect(ZoneText(body: line.replacing("\n", with: "\r\n") + "\r\n").bodyRecords == text.bodyRecords)
    }

    @Test func `the TTL is $TTL, else the one before, else the SOA's minimum`() {
        let soa = "@ SOA ns1 h 1 2 3 4 77\n"
        #expect(ZoneText(soa + "a A 192.0.2.1\n").records.map { $0.split(separator: " ")[1] } == ["77", "77"])
        let later = ZoneText(
            soa + "a 5 A 192.0.2.1\nb A 192.0.2.1\n$TTL 9\nc A 192.0.2.1\nd 8 A 192.0.2.1\ne A 192.0.2.1"
        )
        #expect(later.records.map { $0.split(separator: " ")[1] } == ["77", "5", "5", "9", "8", "9"])
        #expect(
            ZoneText("@ 10 SOA ns1 h 1 2 3 4 77\na A 192.0.2.1").records.map { $0.split(separator: " ")[1] }
                == ["10", "10"]
        )
        #expect(ZoneText("a A 192.0.2.1\n").faults.first == "no-ttl 1:1")
    }

    @Test func `the origin comes from the file's name unless it is given`() throws {
        #expect(ZoneFileReader.origin(ofFile: "/etc/zones/example.test.zone")?.description == "example.test.")
        #expect(ZoneFileReader.origin(ofFile: "2.0.192.in-addr.arpa.zone")?.description == "2.0.192.in-addr.arpa.")
        #expect(ZoneFileReader.origin(ofFile: "example.test") == nil)
        #expect(ZoneFileReader.origin(ofFile: "zones/.zone") == nil)
        #expect(ZoneFileReader.origin(ofFile: "a..b.zone") == nil)
        #expect(ZoneText("", path: "example.test").faults == ["unknown-origin 1:1"])
        let given = ZoneFileReader.read(
            Array("a 5 A 192.0.2.1".utf8),
            path: "-",
            origin: try DomainName("other.test.")
        )
        #expect(given.zone?.allRecords.map { $0.owner.description } == ["a.other.test."])
    }

    @Test func `a byte order mark is passed over`() {
        #expect(ZoneText("\u{FEFF}a 5 A 192.0.2.1\n").records == ["a.example.test. 5 A 192.0.2.1"])
    }

    @Test func `duplicates are left out, with names compared without case`() {
        let text = ZoneText(body: "a MX 97 B\nA MX 97 b\na MX 65 b\nb A 192.0.2.1\nb A 192.0.2.1\nc TXT x\nc TXT X\n")
        #expect(text.faults == ["duplicate-record 6:1", "duplicate-record 9:1"])
        #expect(text.bodyRecords.count == 5)
    }

    @Test func `duplicates are found in large RRsets`() {
        let lines = (0..<40).map { "a A 192.0.2.\($0)\n" }.joined()
        let text = ZoneText(body: lines + lines)
        #expect(text.read().zone?.recordCount == 43)
        #expect(text.faults == (45..<85).map { "duplicate-record \($0):1" })
    }

    @Test func `the lowest TTL counts for all records of a name and type`() {
        let text = ZoneText(body: "a 60 A 192.0.2.1\na 30 A 192.0.2.2\na 90 A 192.0.2.3\na 90 TXT x\n")
        #expect(text.faults == ["ttl-mismatch 6:1"])
        #expect(text.bodyRecords.map { $0.split(separator: " ")[1] } == ["30", "30", "30", "90"])
    }

    @Test func `signatures are a set for each type they cover`() {
        let rrsig = "RRSIG %TYPE 13 2 60 20300101000000 20200101000000 1 @ AAAA"
        let text = ZoneText(
            body: "a 60 \(rrsig.replacing("%TYPE", with: "A"))\na 30 \(rrsig.replacing("%TYPE", with: "TXT"))\n"
        )
        #expect(text.faults == [])
        #expect(text.bodyRecords.map { $0.split(separator: " ")[1] } == ["60", "30"])
    }

    @Test func `names are found without regard to case`() throws {
        let zone = try #require(ZoneText(body: "WwW A 192.0.2.2\nwww AAAA 2001:db8::1\n").read().zone)
        let node = try #require(zone.node(try DomainName("wWw.EXAMPLE.test.")))
        #expect(node.owner.description == "WwW.example.test.")
        #expect(node.rrsets.map(\.type) == [.a, .aaaa])
        #expect(zone.rrset(try DomainName("www.example.test."), .aaaa)?.count == 1)
        #expect(zone.node(try DomainName("w.example.test.")) == nil)
        #expect(zone.nameCount == 3)
        #expect(zone.recordCount == 5)
    }

    @Test func `ten thousand names are all found again`() throws {
        let lines = (0..<10_000).map { "h\($0) A 10.0.\($0 >> 8).\($0 & 255)\n" }.joined()
        let zone = try #require(ZoneText(body: lines).read().zone)
        for number in 0..<10_000 {
            let address = zone.rrset(try DomainName("H\(number).example.test."), .a)?.first.rdata
            #expect(address?.elementsEqual([10, 0, UInt8(number >> 8), UInt8(number & 255)]) == true)
        }
    }
}

import Testing

@testable import DNSWire

/// The wire form of every type, as other servers write it.
@Suite struct RDataVectorTests {
    /// Presentation form, wire form, and the canonical presentation form.
    struct Vector: CustomTestStringConvertible {
        var type: RRType
        var text: String
        var wire: String
        var canonical: String

        var testDescription: String { "\(type) \(text)" }
    }

    /// An entry is `TYPE RDATA`, lines of wire octets in hexadecimal (`-` for none) and `= RDATA` for the canonical
    /// form where it differs. Examples are those of the types' RFCs where these have any. Octets and canonical text are
    /// what named-compilezone of BIND 9.18 makes of them, but for the algorithm of CERT (here a number).
    static let vectors: [Vector] = {
        var vectors: [Vector] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  ") {
                vectors[vectors.count - 1].wire += line.filter(\.isHexDigit)
            } else if line.hasPrefix("= ") {
                vectors[vectors.count - 1].canonical = String(line.dropFirst(2))
            } else {
                let parts = line.split(separator: " ", maxSplits: 1)
                guard let type = RRType(parts[0]) else { continue }
                let rdata = parts.count == 2 ? String(parts[1]) : ""
                vectors.append(Vector(type: type, text: rdata, wire: "", canonical: rdata))
            }
        }
        return vectors
    }()

    @Test func everyTypeHasAVector() {
        let covered = Set(Self.vectors.map(\.type))
        let control: Set<RRType> = [.region, .steer, .pool]
        let missing = RRType.names.keys.map { RRType(rawValue: $0) }
            .filter { !$0.isMeta && !covered.contains($0) && !control.contains($0) }
        #expect(missing.isEmpty)
    }

    @Test(arguments: vectors) func textBecomesWire(_ vector: Vector) throws {
        #expect(try hex(wire(vector.type, vector.text)) == vector.wire)
    }

    @Test(arguments: vectors) func wireBecomesCanonicalText(_ vector: Vector) throws {
        #expect(RData.present(vector.type, octets(vector.wire)) == vector.canonical)
    }

    @Test(arguments: vectors) func canonicalTextReadsBack(_ vector: Vector) throws {
        #expect(try hex(wire(vector.type, vector.canonical)) == vector.wire)
    }

    @Test(arguments: vectors) func wireIsWellFormed(_ vector: Vector) throws {
        #expect(RData.validate(vector.type, octets(vector.wire)))
    }

    @Test(arguments: vectors) func genericFormReadsAsWell(_ vector: Vector) throws {
        let text = "\\# \(vector.wire.count / 2) \(vector.wire)"
        #expect(try hex(wire(vector.type, text)) == vector.wire)
    }

    @Test(arguments: vectors) func octetsCutShortNeverReadBackDifferently(_ vector: Vector) throws {
        let whole = octets(vector.wire)
        for count in 0..<whole.count {
            let cut = whole.prefix(count)
            let text = RData.present(vector.type, cut)
            #expect(RData.validate(vector.type, cut) || text.hasPrefix("\\# "))
            if RData.validate(vector.type, cut) { #expect(try wire(vector.type, text) == Array(cut)) }
        }
    }

    static let text = #"""
        A 192.0.2.1
          c0000201
        A 0.0.0.0
          00000000
        A 255.255.255.255
          ffffffff
        AAAA 2001:db8::1
          20010db8000000000000000000000001
        AAAA ::
          00000000000000000000000000000000
        AAAA ::1
          00000000000000000000000000000001
        AAAA 1::
          00010000000000000000000000000000
        AAAA 2001:DB8:0:0:1:0:0:1
          20010db8000000000001000000000001
        = 2001:db8::1:0:0:1
        AAAA ::ffff:192.0.2.128
          00000000000000000000ffffc0000280
        AAAA 1:2:3:4:5:6:7:8
          00010002000300040005000600070008
        AAAA 1:2:3:4:5:6:192.0.2.1
          000100020003000400050006c0000201
        = 1:2:3:4:5:6:c000:201
        AAAA 1::3:4:5:6:7:8
          00010000000300040005000600070008
        = 1:0:3:4:5:6:7:8
        NS Ns1
          034e7331076578616d706c6503636f6d00
        = Ns1.example.com.
        NS .
          00
        NS a\.b.c\032d.example.
          03612e6203632064076578616d706c6500
        CNAME www.Example.NET.
          03777777074578616d706c65034e455400
        DNAME frobozz-division.acme.example.
          1066726f626f7a7a2d6469766973696f6e0461636d65076578616d706c6500
        PTR host\064x
          06686f73744078076578616d706c6503636f6d00
        = host\@x.example.com.
        SOA ns1 host\.master 2026112401 2h 15m 2w1h30m 60
          036e7331076578616d706c6503636f6d000b686f73742e6d6173746572076578616d706c6503636f6d0078c405910000
          1c200000038400128a180000003c
        = ns1.example.com. host\.master.example.com. 2026112401 7200 900 1215000 60
        SOA . . 0 4294967295 1W 1d1S 0
          000000000000ffffffff00093a800001518100000000
        = . . 0 4294967295 604800 86401 0
        MX 10 mail
          000a046d61696c076578616d706c6503636f6d00
        = 10 mail.example.com.
        MX 65535 .
          ffff00
        TXT plain
          05706c61696e
        = "plain"
        TXT "quoted string" bare "" "semi;colon (paren)"
          0d71756f74656420737472696e670462617265001273656d693b636f6c6f6e2028706172656e29
        = "quoted string" "bare" "" "semi;colon (paren)"
        TXT "\"\\\065\000\255" esc\;aped\"
          05225c4100ff096573633b6170656422
        = "\"\\A\000\255" "esc;aped\""
        SPF "v=spf1 -all"
          0b763d73706631202d616c6c
        RP admin\.dns people.test.
          0961646d696e2e646e73076578616d706c6503636f6d000670656f706c65047465737400
        = admin\.dns.example.com. people.test.
        AFSDB 1 afs
          000103616673076578616d706c6503636f6d00
        = 1 afs.example.com.
        SRV 0 5 8080 app1.us-east
          000000051f9004617070310775732d65617374076578616d706c6503636f6d00
        = 0 5 8080 app1.us-east.example.com.
        SRV 1 0 0 .
          00010000000000
        NAPTR 100 10 "" "" "/urn:cid:.+@([^\\.]+\\.)(.*)$/\\2/i" .
          0064000a0000202f75726e3a6369643a2e2b40285b5e5c2e5d2b5c2e29282e2a29242f5c322f6900
        NAPTR 100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp.gatech.edu.
          0064003201730d7a333935302b49324c2b49324300065f7a33393530045f746370066761746563680365647500
        LOC 42 21 54 N 71 06 18 W -24m 30m
          0033161389172dd070be15f000988d20
        = 42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m
        LOC 42 21 43.952 N 71 5 6.344 W -24m 1m 200m
          001224138917069070bf2dd800988d20
        = 42 21 43.952 N 71 5 6.344 W -24.00m 1m 200m 10m
        LOC 52 14 05 N 00 08 50 E 10m
          001216138b3556c88008165000989a68
        = 52 14 5.000 N 0 8 50.000 E 10.00m 1m 10000m 10m
        LOC 32 7 19 S 116 2 25 E 10m
          00121613791b7d2898e6486800989a68
        = 32 7 19.000 S 116 2 25.000 E 10.00m 1m 10000m 10m
        LOC 42 21 28.764 N 71 00 51.617 W -44m 2000m
          002516138916cb3c70c310df00988550
        = 42 21 28.764 N 71 0 51.617 W -44.00m 2000m 10000m 10m
        LOC 90 S 180 W -100000.00m 0m 0.5 90000000.00m
          000051996cb0270059604e0000000000
        = 90 0 0.000 S 180 0 0.000 W -100000.00m 0.00m 0.50m 90000000m
        LOC 0 N 0 W 42849672.95 1.55m 0.01m 35m
          001210338000000080000000ffffffff
        = 0 0 0.000 N 0 0 0.000 E 42849672.95m 1m 0.01m 30m
        HINFO PC "NetBSD 10"
          025043094e6574425344203130
        = "PC" "NetBSD 10"
        CAA 0 issue "ca1.example.net; account=\"230123\""
          000569737375656361312e6578616d706c652e6e65743b206163636f756e743d2232333031323322
        CAA 128 tbs Unknown
          8003746273556e6b6e6f776e
        = 128 tbs "Unknown"
        CAA 0 issue ""
          00056973737565
        CAA 255 iodef "mailto:security@example.com"
          ff05696f6465666d61696c746f3a7365637572697479406578616d706c652e636f6d
        SSHFP 2 1 123456789abcdef67890123456789abcdef67890
          0201123456789abcdef67890123456789abcdef67890
        = 2 1 123456789ABCDEF67890123456789ABCDEF67890
        TLSA 0 0 1 d2abde240d7cd3ee6b4b28c54df034b9 7983a1d16e8a410e4561cb106618e971
          000001d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
        = 0 0 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971
        SMIMEA 3 1 1 92003BA34942DC74152E2F2C408D29EC A5A520E7F2E06BB944F4DCA346BAF63C
          03010192003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c
        = 3 1 1 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB944F4DCA346BAF63C
        OPENPGPKEY AQIDBA==
          01020304
        OPENPGPKEY AQI DBA U=
          0102030405
        = AQIDBAU=
        URI 10 1 "ftp://ftp1.example.com/public"
          000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963
        SVCB 1 .
          000100
        HTTPS 1 . alpn=h2 no-default-alpn ech=AEj+DQ== ipv4hint=192.0.2.1,192.0.2.2 key65534
          000100000100030268320002000000040008c0000201c0000202000500040048fe0dfffe0000
        = 1 . alpn="h2" no-default-alpn ipv4hint=192.0.2.1,192.0.2.2 ech=AEj+DQ== key65534
        HTTPS 1 . key7="/dns-query{?dns}" key8 key1=\002h3
          00010000010003026833000700102f646e732d71756572797b3f646e737d00080000
        = 1 . alpn="h3" dohpath="/dns-query{?dns}" ohttp
        DS 60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118
          ec4505012bb183af5f22588179a53b0a98631fad1a292118
        = 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
        DS 12345 RSASHA256 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          303908020123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        = 12345 8 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
        CDS 0 0 0 00
          0000000000
        DNSKEY 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3 Cbl+BBZH4b/0PY1kxkmvHjcZc8no
          010003050103d22a6ca77f35b893206fd35e4c506d8378843709b97e041647e1bff43d8d64c649af1e371973c9e8
        = 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8no
        DNSKEY 257 3 ED25519 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=
          0101030f974d96a22d224bc01adb915091477d44ccd91c9a41a11430010117d52c59240e
        = 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=
        CDNSKEY 0 3 0 AA==
          0000030000
        KEY 256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3
          010003050103d22a6ca77f35b893206fd35e4c506d83788437
        KEY 49152 3 5
          c0000305
        RRSIG A 5 3 86400 20300322173103 20300220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg
          0001050300015180714646d7711eb9d70a52076578616d706c6503636f6d00a090755ba58d1affa576f4375831b43109
          20
        RRSIG TYPE1234 8 2 300 1893456000 20000229235959 1 @ AAAA
          04d208020000012c70dbd88038bc5d7f0001076578616d706c6503636f6d00000000
        = TYPE1234 8 2 300 20300101000000 20000229235959 1 example.com. AAAA
        NSEC host.example.com. A MX RRSIG NSEC TYPE1234
          04686f7374076578616d706c6503636f6d000006400100000003041b0000000000000000000000000000000000000000
          00000000000020
        NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG
          0101000c04aabbccdd1417f3df17b2b2adaef615257de4d2020b80ac6c7c0006400000000002
        = 1 1 12 AABBCCDD 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG
        NSEC3 1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR
          010000000014174eb2409fe28bcb4887a1836f957f0a8425e27b
        NSEC3PARAM 1 0 12 aabbccdd
          0100000c04aabbccdd
        = 1 0 12 AABBCCDD
        NSEC3PARAM 1 0 0 -
          0100000000
        CERT PKIX 12345 RSASHA256 AQIDBA==
          000130390801020304
        = PKIX 12345 8 AQIDBA==
        CERT 65534 1 200 AQID
          fffe0001c8010203
        CERT ipgp 0 0 AQID
          0006000000010203
        = IPGP 0 0 AQID
        APL 1:192.168.32.0/21 !1:192.168.38.0/28
          00011503c0a82000011c83c0a826
        APL 1:192.168.42.0/26 1:192.168.42.64/26 !1:192.168.42.128/25
          00011a03c0a82a00011a04c0a82a4000011984c0a82a80
        APL 1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8
          00010401e000020801ff
        = 1:224.0.0.0/4 2:ff00::/8
        APL 1:0.0.0.0/0
          00010000
        APL
          -
        EUI48 00-00-5e-00-53-2a
          00005e00532a
        EUI64 00-00-5e-ef-10-00-00-2A
          00005eef1000002a
        = 00-00-5e-ef-10-00-00-2a
        CSYNC 66 3 A NS AAAA
          000000420003000460000008
        CSYNC 4294967295 0
          ffffffff0000
        ZONEMD 2018031900 1 241 e1846540e33a9e41 89792d18d5d131f6
          7848b91c01f1e1846540e33a9e4189792d18d5d131f6
        = 2018031900 1 241 E1846540E33A9E4189792D18D5D131F6
        X25 311061700956
          0c333131303631373030393536
        = "311061700956"
        ISDN 150862028003217 004
          0f31353038363230323830303332313703303034
        = "150862028003217" "004"
        ISDN "150862028003217"
          0f313530383632303238303033323137
        RT 2 relay.prime.com.
          00020572656c6179057072696d6503636f6d00
        KX 10 kx1
          000a036b7831076578616d706c6503636f6d00
        = 10 kx1.example.com.
        DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69l OjxfNuVAA2kjEA=
          000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40
        = AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
        HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EM= rvs1 rvs2.example.net.
          1002000e200100107b1a74df365639cc39f1d57803010001b771ca136e4aeb5ce4430472767331076578616d706c6503
          636f6d000472767332076578616d706c65036e657400
        = 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EM= rvs1.example.com. rvs2.example.net.
        HIP 2 200100107B1A74DF365639CC39F1D578 AQIDBA==
          10020004200100107b1a74df365639cc39f1d57801020304
        NID 10 0014:4fff:ff20:ee64
          000a00144fffff20ee64
        = 10 14:4fff:ff20:ee64
        NID 10 0:1:a:ffff
          000a00000001000affff
        L32 10 10.1.2.0
          000a0a010200
        L64 10 2001:0DB8:1140:1000
          000a20010db811401000
        = 10 2001:db8:1140:1000
        LP 10 l64-subnet1
          000a0b6c36342d7375626e657431076578616d706c6503636f6d00
        = 10 l64-subnet1.example.com.
        """#
}

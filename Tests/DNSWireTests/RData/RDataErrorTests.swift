import Testing

@testable import DNSWire

/// What is refused, why, and at which field.
@Suite struct RDataErrorTests {
    typealias Kind = RDataError.Kind

    /// A fault: the type, the text, the field at fault, and the error.
    typealias Case = (type: RRType, text: String, token: Int, kind: Kind)

    static let commonTypes: [Case] = [
        (.a, "", 0, .missing("address")),
        (.a, "192.0.2", 0, .invalid("address", expected: "an IPv4 address")),
        (.a, "192.0.2.1.", 0, .invalid("address", expected: "an IPv4 address")),
        (.a, "192.0.2.256", 0, .invalid("address", expected: "an IPv4 address")),
        (.a, "192.0.2.01", 0, .invalid("address", expected: "an IPv4 address")),
        (.a, "192.0..1", 0, .invalid("address", expected: "an IPv4 address")),
        (.a, "192.0.2.1 192.0.2.2", 1, .surplus),
        (.aaaa, "1:2:3:4:5:6:7", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "1:2:3:4:5:6:7:8:9", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "1:2:3:4:5:6:7::8", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "1::2::3", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, ":::", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "1:", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, ":1::", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "::12345", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "::1%eth0", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "::1.2.3", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "1:2:3:4:5:6:7:1.2.3.4", 0, .invalid("address", expected: "an IPv6 address")),
        (.aaaa, "", 0, .missing("address")),
        (.ns, "", 0, .missing("name server")),
        (.ns, "a..b", 0, .name(.emptyLabel)),
        (.ns, "a b", 1, .surplus),
        (.ns, "\"\"", 0, .name(.emptyLabel)),
        (.cname, "\\25", 0, .name(.badEscape)),
        (.cname, String(repeating: "a", count: 64), 0, .name(.labelTooLong)),
        (.cname, String(repeating: "abcdefgh.", count: 29), 0, .name(.nameTooLong)),
        (.dname, ".a", 0, .name(.emptyLabel)),
        (.dname, "", 0, .missing("target")),
        (.dname, "a b", 1, .surplus),
        (.ptr, "a\\", 0, .name(.badEscape)),
        (.ptr, "", 0, .missing("target")),
        (.ptr, "a b", 1, .surplus),
        (.soa, "a", 1, .missing("mailbox")),
        (.soa, "a b 1h 1 1 1 1", 2, .invalid("serial", expected: "a number")),
        (.soa, "a b 4294967296 1 1 1 1", 2, .outOfRange("serial", 0...4_294_967_295)),
        (.soa, "a b 1 1x 1 1 1", 3, .invalid("refresh", expected: "seconds or a duration such as 1h30m")),
        (.soa, "a b 1 1 1 1", 6, .missing("minimum")),
        (.soa, "a b 1 1 1 1 1 1", 7, .surplus),
        (.mx, "mail", 0, .invalid("preference", expected: "a number")),
        (.mx, "65536 mail", 0, .outOfRange("preference", 0...65535)),
        (.mx, "10", 1, .missing("exchange")),
        (.mx, "10 mail mail", 2, .surplus),
        (.txt, "", 0, .missing("text")),
        (.txt, "a \\256", 1, .name(.badEscape)),
        (.txt, "a b " + String(repeating: "c", count: 256), 2, .stringTooLong),
        (.spf, "", 0, .missing("text")),
        (.spf, "\\2", 0, .name(.badEscape)),
        (.spf, "\"" + String(repeating: "c", count: 256) + "\"", 0, .stringTooLong),
        (.srv, "0 5 http app1", 2, .invalid("port", expected: "a number")),
        (.srv, "0 5 80", 3, .missing("target")),
        (.srv, "-1 5 80 a", 0, .invalid("priority", expected: "a number")),
        (.srv, "0 5 80 a b", 4, .surplus),
        (.naptr, "100 10 \"\" \"\" \"\"", 5, .missing("replacement")),
        (.naptr, "100 x \"\" \"\" \"\" .", 1, .invalid("preference", expected: "a number")),
        (.naptr, "100 10 \"\\9\" \"\" \"\" .", 2, .name(.badEscape)),
        (.hinfo, "PC", 1, .missing("operating system")),
        (.hinfo, "PC Linux 6.1", 2, .surplus),
        (.hinfo, "\\300 Linux", 0, .name(.badEscape)),
        (.caa, "256 issue a", 0, .outOfRange("flags", 0...255)),
        (.caa, "0 is-sue a", 1, .invalid("tag", expected: "letters and digits")),
        (.caa, "0 \"\" a", 1, .invalid("tag", expected: "letters and digits")),
        (.caa, "0 issue", 2, .missing("value")),
        (.caa, "0 issue a b", 3, .surplus),
        (.uri, "10 1", 2, .missing("target")),
        (.uri, "10 1 \\999", 2, .name(.badEscape)),
        (.uri, "10 65536 a", 1, .outOfRange("weight", 0...65535)),
        (.loc, "42 N 71 W", 4, .missing("altitude")),
        (.loc, "91 N 71 W 0", 0, .invalid("latitude", expected: "degrees [minutes [seconds]] up to 90 and N or S")),
        (.loc, "42 60 N 7 W 0", 1, .invalid("latitude", expected: "degrees [minutes [seconds]] up to 90 and N or S")),
        (
            .loc, "42 N 7 0 1.2345 W 0", 4,
            .invalid("longitude", expected: "degrees [minutes [seconds]] up to 180 and E or W")
        ),
        (.loc, "42 N 71 W -100000.01", 4, .invalid("altitude", expected: "-100000.00 to 42849672.95 metres")),
        (.loc, "42 N 71 W 0 90000001m", 5, .invalid("size", expected: "0 to 90000000.00 metres")),
        (.loc, "42 N 71 W 0 1 2 3 4", 8, .surplus),
    ]

    static let securityTypes: [Case] = [
        (.sshfp, "2 1", 2, .missing("fingerprint")),
        (.sshfp, "2 1 abc", 2, .invalid("fingerprint", expected: "whole octets in hexadecimal digits")),
        (.sshfp, "2 1 ab xy", 3, .invalid("fingerprint", expected: "hexadecimal digits")),
        (.tlsa, "0 0 1", 3, .missing("certificate data")),
        (.tlsa, "0 0 256 00", 2, .outOfRange("matching type", 0...255)),
        (.tlsa, "0 0 1 0g", 3, .invalid("certificate data", expected: "hexadecimal digits")),
        (.smimea, "0 0", 2, .missing("matching type")),
        (.smimea, "a 0 1 00", 0, .invalid("usage", expected: "a number")),
        (.smimea, "0 0 1 000", 3, .invalid("certificate data", expected: "whole octets in hexadecimal digits")),
        (.openpgpkey, "", 0, .missing("public key")),
        (.openpgpkey, "AQID BA", 1, .invalid("public key", expected: "whole octets in base64")),
        (.openpgpkey, "AQ== AQID", 1, .invalid("public key", expected: "base64")),
        (.openpgpkey, "AR==", 0, .invalid("public key", expected: "whole octets in base64")),
        (.openpgpkey, "A===", 0, .invalid("public key", expected: "whole octets in base64")),
        (.ds, "65536 5 1 00", 0, .outOfRange("key tag", 0...65535)),
        (.ds, "1 RSA 1 00", 1, .invalid("algorithm", expected: "a DNSSEC algorithm")),
        (.ds, "1 5 1", 3, .missing("digest")),
        (.cds, "1 256 1 00", 1, .invalid("algorithm", expected: "a DNSSEC algorithm")),
        (.cds, "1 5 1 0", 3, .invalid("digest", expected: "whole octets in hexadecimal digits")),
        (.cds, "", 0, .missing("key tag")),
        (.dnskey, "256 3 5", 3, .missing("public key")),
        (.dnskey, "256 3 5 A*==", 3, .invalid("public key", expected: "base64")),
        (.dnskey, "ZONE 3 5 AQID", 0, .invalid("flags", expected: "a number")),
        (.cdnskey, "0 3 0", 3, .missing("public key")),
        (.cdnskey, "0 3 999 AQID", 2, .invalid("algorithm", expected: "a DNSSEC algorithm")),
        (.cdnskey, "0 300 0 AQID", 1, .outOfRange("protocol", 0...255)),
        (.key, "0 3", 2, .missing("algorithm")),
        (.key, "0 3 5 A", 3, .invalid("public key", expected: "whole octets in base64")),
        (.key, "70000 3 5", 0, .outOfRange("flags", 0...65535)),
        (.rrsig, "NOTYPE 5 3 1 1 1 1 . AA==", 0, .invalid("type covered", expected: "a type")),
        (.rrsig, "A 5 3 1h 1 1 1 . AA==", 3, .invalid("original TTL", expected: "a number")),
        (.rrsig, "A 5 3 1 20301322173103 1 1 . AA==", 4, .invalid("expiration", expected: "YYYYMMDDHHmmSS or seconds")),
        (.rrsig, "A 5 3 1 1 20300229000000 1 . AA==", 5, .invalid("inception", expected: "YYYYMMDDHHmmSS or seconds")),
        (.rrsig, "A 5 3 1 1 1 1 .", 8, .missing("signature")),
        (.nsec, "", 0, .missing("next name")),
        (.nsec, "host A MXX", 2, .invalid("types", expected: "a type")),
        (.nsec, "host TYPE65536", 1, .invalid("types", expected: "a type")),
        (.nsec3, "1 1 12 aabbccdd", 4, .missing("next hashed name")),
        (.nsec3, "1 1 12 aabbccd 00", 3, .invalid("salt", expected: "hexadecimal digits or -")),
        (.nsec3, "1 1 12 - wxyz A", 4, .invalid("next hashed name", expected: "base32hex digits")),
        (.nsec3, "1 1 12 - - A", 4, .invalid("next hashed name", expected: "base32hex digits")),
        (.nsec3param, "1 0 12", 3, .missing("salt")),
        (.nsec3param, "1 0 12 aa bb", 4, .surplus),
        (.nsec3param, "1 0 12 " + String(repeating: "00", count: 256), 3, .stringTooLong),
        (.cert, "PKIXX 1 1 AQID", 0, .invalid("certificate type", expected: "a certificate type")),
        (.cert, "1 1 1", 3, .missing("certificate")),
        (.cert, "1 x 1 AQID", 1, .invalid("key tag", expected: "a number")),
        (.csync, "66", 1, .missing("flags")),
        (.csync, "66 3 A nope", 3, .invalid("types", expected: "a type")),
        (.csync, "x 3 A", 0, .invalid("serial", expected: "a number")),
        (.zonemd, "1 1 1", 3, .missing("digest")),
        (.zonemd, "1 256 1 00", 1, .outOfRange("scheme", 0...255)),
        (.zonemd, "1 1 1 zz", 3, .invalid("digest", expected: "hexadecimal digits")),
        (.dhcid, "", 0, .missing("identifier")),
        (.dhcid, "AQ==", 0, .invalid("identifier", expected: "at least 3 octets in base64")),
        (.dhcid, "AQID!", 0, .invalid("identifier", expected: "base64")),
    ]

    static let otherTypes: [Case] = [
        (.rp, "admin", 1, .missing("text")),
        (.rp, "a..b .", 0, .name(.emptyLabel)),
        (.rp, ". . .", 2, .surplus),
        (.afsdb, "x host", 0, .invalid("preference", expected: "a number")),
        (.afsdb, "1", 1, .missing("host")),
        (.afsdb, "1 a b", 2, .surplus),
        (.rt, "65536 host", 0, .outOfRange("preference", 0...65535)),
        (.rt, "1", 1, .missing("host")),
        (.rt, "1 a\\300", 1, .name(.badEscape)),
        (.kx, "", 0, .missing("preference")),
        (.kx, "1 ..", 1, .name(.emptyLabel)),
        (.kx, "1 a b", 2, .surplus),
        (.x25, "", 0, .missing("address")),
        (.x25, "311061700956 1", 1, .surplus),
        (.x25, "\\1", 0, .name(.badEscape)),
        (.isdn, "", 0, .missing("address")),
        (.isdn, "1 2 3", 2, .surplus),
        (.isdn, "1 " + String(repeating: "2", count: 256), 1, .stringTooLong),
        (.apl, "3:1.2.3.4/8", 0, .invalid("prefix", expected: "[!]1:IPV4/LENGTH or [!]2:IPV6/LENGTH")),
        (.apl, "1:1.2.3.4/8 1:1.2.3.4/33", 1, .invalid("prefix", expected: "[!]1:IPV4/LENGTH or [!]2:IPV6/LENGTH")),
        (.apl, "2:1.2.3.4/8", 0, .invalid("prefix", expected: "[!]1:IPV4/LENGTH or [!]2:IPV6/LENGTH")),
        (.apl, "2:::/129", 0, .invalid("prefix", expected: "[!]1:IPV4/LENGTH or [!]2:IPV6/LENGTH")),
        (.hip, "2 2001", 2, .missing("public key")),
        (.hip, "256 2001 AQID", 0, .outOfRange("algorithm", 0...255)),
        (.hip, "2 200g AQID", 1, .invalid("host identity tag", expected: "hexadecimal digits")),
        (.hip, "2 2001 AQI", 2, .invalid("public key", expected: "base64")),
        (.hip, "2 2001 AQID a..b", 3, .name(.emptyLabel)),
        (.nid, "10", 1, .missing("node identifier")),
        (.nid, "10 1:2:3", 1, .invalid("node identifier", expected: "four groups of hexadecimal digits joined by :")),
        (
            .nid, "10 1:2:3:12345", 1,
            .invalid("node identifier", expected: "four groups of hexadecimal digits joined by :")
        ),
        (.l32, "10 10.1.2", 1, .invalid("locator", expected: "an IPv4 address")),
        (.l32, "10", 1, .missing("locator")),
        (.l32, "x 10.1.2.0", 0, .invalid("preference", expected: "a number")),
        (.l64, "10 2001:db8::1", 1, .invalid("locator", expected: "four groups of hexadecimal digits joined by :")),
        (.l64, "10 1:2:3:g", 1, .invalid("locator", expected: "four groups of hexadecimal digits joined by :")),
        (.l64, "", 0, .missing("preference")),
        (.lp, "10", 1, .missing("pointer")),
        (.lp, "10 a b", 2, .surplus),
        (.lp, "10 a..b", 1, .name(.emptyLabel)),
        (.eui48, "00-00-5e-00-53", 0, .invalid("address", expected: "6 pairs of hexadecimal digits joined by -")),
        (.eui48, "00:00:5e:00:53:2a", 0, .invalid("address", expected: "6 pairs of hexadecimal digits joined by -")),
        (.eui48, "0-000-5e-00-53-2a", 0, .invalid("address", expected: "6 pairs of hexadecimal digits joined by -")),
        (.eui64, "00-00-5e-00-53-2a", 0, .invalid("address", expected: "8 pairs of hexadecimal digits joined by -")),
        (.eui64, "", 0, .missing("address")),
        (
            .eui64, "00-00-5e-ef-10-00-00-2g", 0,
            .invalid("address", expected: "8 pairs of hexadecimal digits joined by -")
        ),
    ]

    @Test(arguments: commonTypes.indices) func faultInACommonType(_ index: Int) throws {
        try check(Self.commonTypes[index])
    }

    @Test(arguments: securityTypes.indices) func faultInASecurityType(_ index: Int) throws {
        try check(Self.securityTypes[index])
    }

    @Test(arguments: otherTypes.indices) func faultInAnotherType(_ index: Int) throws {
        try check(Self.otherTypes[index])
    }

    private func check(_ expected: Case) throws {
        let error = try fault(expected.type, expected.text)
        #expect(error == RDataError(expected.kind, token: expected.token), "\(expected.type) \(expected.text)")
    }

    @Test func everyTypeHasThreeFaults() {
        let all = Self.commonTypes + Self.securityTypes + Self.otherTypes
        let elsewhere: Set<RRType> = [.svcb, .https, .region, .steer, .pool]
        let counts = Dictionary(grouping: all, by: \.type).mapValues(\.count)
        for code in RRType.names.keys {
            let type = RRType(rawValue: code)
            if !type.isMeta, !elsewhere.contains(type) { #expect(counts[type] ?? 0 >= 3, "\(type)") }
        }
    }

    @Test func relativeNameThatGrowsTooLongWithTheOriginIsRefused() throws {
        let name = String(repeating: "abcdefgh.", count: 27) + "abc"
        #expect(try fault(.ns, name) == RDataError(.name(.nameTooLong), token: 0))
    }

    @Test func rdataHoldsSixtyFourKilobytes() throws {
        let string = String(repeating: "a", count: 255) + " "
        let most = String(repeating: string, count: 255) + String(repeating: "b", count: 254)
        #expect(try wire(.txt, most).count == RData.maximumLength)
        #expect(try fault(.txt, most + "b") == RDataError(.tooLong, token: 255))
    }
}

/// The type of a resource record, or a QTYPE (RFC 1035 section 3.2.2 and the IANA registry).
///
/// A struct over the wire code, so that types this server has no name for survive (RFC 3597).
package struct RRType: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    @inlinable
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let a = RRType(rawValue: 1)
    package static let ns = RRType(rawValue: 2)
    package static let cname = RRType(rawValue: 5)
    package static let soa = RRType(rawValue: 6)
    package static let ptr = RRType(rawValue: 12)
    package static let hinfo = RRType(rawValue: 13)
    package static let mx = RRType(rawValue: 15)
    package static let txt = RRType(rawValue: 16)
    package static let rp = RRType(rawValue: 17)
    package static let afsdb = RRType(rawValue: 18)
    package static let x25 = RRType(rawValue: 19)
    package static let isdn = RRType(rawValue: 20)
    package static let rt = RRType(rawValue: 21)
    package static let key = RRType(rawValue: 25)
    package static let aaaa = RRType(rawValue: 28)
    package static let loc = RRType(rawValue: 29)
    package static let srv = RRType(rawValue: 33)
    package static let naptr = RRType(rawValue: 35)
    package static let kx = RRType(rawValue: 36)
    package static let cert = RRType(rawValue: 37)
    package static let dname = RRType(rawValue: 39)
    /// The pseudo-RR of EDNS (RFC 6891).
    package static let opt = RRType(rawValue: 41)
    package static let apl = RRType(rawValue: 42)
    package static let ds = RRType(rawValue: 43)
    package static let sshfp = RRType(rawValue: 44)
    package static let rrsig = RRType(rawValue: 46)
    package static let nsec = RRType(rawValue: 47)
    package static let dnskey = RRType(rawValue: 48)
    package static let dhcid = RRType(rawValue: 49)
    package static let nsec3 = RRType(rawValue: 50)
    package static let nsec3param = RRType(rawValue: 51)
    package static let tlsa = RRType(rawValue: 52)
    package static let smimea = RRType(rawValue: 53)
    package static let hip = RRType(rawValue: 55)
    package static let cds = RRType(rawValue: 59)
    package static let cdnskey = RRType(rawValue: 60)
    package static let openpgpkey = RRType(rawValue: 61)
    package static let csync = RRType(rawValue: 62)
    package static let zonemd = RRType(rawValue: 63)
    package static let svcb = RRType(rawValue: 64)
    package static let https = RRType(rawValue: 65)
    package static let spf = RRType(rawValue: 99)
    package static let nid = RRType(rawValue: 104)
    package static let l32 = RRType(rawValue: 105)
    package static let l64 = RRType(rawValue: 106)
    package static let lp = RRType(rawValue: 107)
    package static let eui48 = RRType(rawValue: 108)
    package static let eui64 = RRType(rawValue: 109)
    /// The QTYPE of an incremental transfer (RFC 1995).
    package static let ixfr = RRType(rawValue: 251)
    /// The QTYPE of a zone transfer (RFC 5936).
    package static let axfr = RRType(rawValue: 252)
    /// The QTYPE `*`, called ANY (RFC 8482).
    package static let any = RRType(rawValue: 255)
    package static let uri = RRType(rawValue: 256)
    package static let caa = RRType(rawValue: 257)
    /// A region: where it is, how to tell that it lives (private use, see docs/zone-file.md).
    package static let region = RRType(rawValue: 65281)
    /// How a name is answered from the regions (private use).
    package static let steer = RRType(rawValue: 65282)
    /// How the servers of an SRV set are balanced and checked (private use).
    package static let pool = RRType(rawValue: 65283)

    /// Whether this is a code only a query may carry: OPT, and 128...255 (RFC 6895 section 3.1).
    package var isMeta: Bool {
        self == .opt || (128...255).contains(rawValue)
    }

    /// The mnemonics in use, by code.
    package static let names: [UInt16: String] = [
        1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB",
        19: "X25", 20: "ISDN", 21: "RT", 25: "KEY", 28: "AAAA", 29: "LOC", 33: "SRV", 35: "NAPTR", 36: "KX",
        37: "CERT", 39: "DNAME", 41: "OPT", 42: "APL", 43: "DS", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
        49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY",
        61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD", 64: "SVCB", 65: "HTTPS", 99: "SPF", 104: "NID", 105: "L32",
        106: "L64", 107: "LP", 108: "EUI48", 109: "EUI64", 251: "IXFR", 252: "AXFR", 255: "ANY", 256: "URI",
        257: "CAA", 65281: "REGION", 65282: "STEER", 65283: "POOL",
    ]

    /// The codes by mnemonic, upper case.
    private static let codes = Dictionary(uniqueKeysWithValues: names.map { ($0.value, $0.key) })

    /// Reads a mnemonic in any case, or `TYPEnnn` (RFC 3597 section 5).
    ///
    /// - Returns: `nil` when it is neither.
    package init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        if let code = Self.codes[upper] {
            rawValue = code
        } else if upper.hasPrefix("TYPE"), upper.dropFirst(4).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let code = UInt16(upper.dropFirst(4))
        {
            rawValue = code
        } else {
            return nil
        }
    }
}

extension RRType: CustomStringConvertible {
    /// The mnemonic, or `TYPEnnn`.
    package var description: String { Self.names[rawValue] ?? "TYPE\(rawValue)" }
}

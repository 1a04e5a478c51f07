/// The type of a resource record, or a QTYPE (RFC 1035 section 3.2.2 and the IANA registry).
///
/// A struct over the wire code, so that types this server has no name for survive (RFC 3597).
public struct RRType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The code on the wire.
    public var rawValue: UInt16

    /// Any code, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Equal codes are equal; written out so that the comparison is one instruction in other modules too.
    @inlinable @inline(__always)
    public static func == (left: RRType, right: RRType) -> Bool { left.rawValue == right.rawValue }

    @inlinable package static var a: RRType { RRType(rawValue: 1) }
    @inlinable package static var ns: RRType { RRType(rawValue: 2) }
    @inlinable package static var cname: RRType { RRType(rawValue: 5) }
    @inlinable package static var soa: RRType { RRType(rawValue: 6) }
    @inlinable package static var ptr: RRType { RRType(rawValue: 12) }
    @inlinable package static var hinfo: RRType { RRType(rawValue: 13) }
    @inlinable package static var mx: RRType { RRType(rawValue: 15) }
    @inlinable package static var txt: RRType { RRType(rawValue: 16) }
    @inlinable package static var rp: RRType { RRType(rawValue: 17) }
    @inlinable package static var afsdb: RRType { RRType(rawValue: 18) }
    @inlinable package static var x25: RRType { RRType(rawValue: 19) }
    @inlinable package static var isdn: RRType { RRType(rawValue: 20) }
    @inlinable package static var rt: RRType { RRType(rawValue: 21) }
    @inlinable package static var key: RRType { RRType(rawValue: 25) }
    @inlinable package static var aaaa: RRType { RRType(rawValue: 28) }
    @inlinable package static var loc: RRType { RRType(rawValue: 29) }
    @inlinable package static var srv: RRType { RRType(rawValue: 33) }
    @inlinable package static var naptr: RRType { RRType(rawValue: 35) }
    @inlinable package static var kx: RRType { RRType(rawValue: 36) }
    @inlinable package static var cert: RRType { RRType(rawValue: 37) }
    @inlinable package static var dname: RRType { RRType(rawValue: 39) }
    /// The pseudo-RR of EDNS (RFC 6891).
    @inlinable package static var opt: RRType { RRType(rawValue: 41) }
    @inlinable package static var apl: RRType { RRType(rawValue: 42) }
    @inlinable package static var ds: RRType { RRType(rawValue: 43) }
    @inlinable package static var sshfp: RRType { RRType(rawValue: 44) }
    @inlinable package static var rrsig: RRType { RRType(rawValue: 46) }
    @inlinable package static var nsec: RRType { RRType(rawValue: 47) }
    @inlinable package static var dnskey: RRType { RRType(rawValue: 48) }
    @inlinable package static var dhcid: RRType { RRType(rawValue: 49) }
    @inlinable package static var nsec3: RRType { RRType(rawValue: 50) }
    @inlinable package static var nsec3param: RRType { RRType(rawValue: 51) }
    @inlinable package static var tlsa: RRType { RRType(rawValue: 52) }
    @inlinable package static var smimea: RRType { RRType(rawValue: 53) }
    @inlinable package static var hip: RRType { RRType(rawValue: 55) }
    @inlinable package static var cds: RRType { RRType(rawValue: 59) }
    @inlinable package static var cdnskey: RRType { RRType(rawValue: 60) }
    @inlinable package static var openpgpkey: RRType { RRType(rawValue: 61) }
    @inlinable package static var csync: RRType { RRType(rawValue: 62) }
    @inlinable package static var zonemd: RRType { RRType(rawValue: 63) }
    @inlinable package static var svcb: RRType { RRType(rawValue: 64) }
    @inlinable package static var https: RRType { RRType(rawValue: 65) }
    @inlinable package static var spf: RRType { RRType(rawValue: 99) }
    @inlinable package static var nid: RRType { RRType(rawValue: 104) }
    @inlinable package static var l32: RRType { RRType(rawValue: 105) }
    @inlinable package static var l64: RRType { RRType(rawValue: 106) }
    @inlinable package static var lp: RRType { RRType(rawValue: 107) }
    @inlinable package static var eui48: RRType { RRType(rawValue: 108) }
    @inlinable package static var eui64: RRType { RRType(rawValue: 109) }
    /// The QTYPE of an incremental transfer (RFC 1995).
    @inlinable package static var ixfr: RRType { RRType(rawValue: 251) }
    /// The QTYPE of a zone transfer (RFC 5936).
    @inlinable package static var axfr: RRType { RRType(rawValue: 252) }
    /// The QTYPE `*`, called ANY (RFC 8482).
    @inlinable package static var any: RRType { RRType(rawValue: 255) }
    @inlinable package static var uri: RRType { RRType(rawValue: 256) }
    @inlinable package static var caa: RRType { RRType(rawValue: 257) }
    /// A region: where it is, how to tell that it lives (private use, see docs/zone-file.md).
    @inlinable package static var region: RRType { RRType(rawValue: 65281) }
    /// How a name is answered from the regions (private use).
    @inlinable package static var steer: RRType { RRType(rawValue: 65282) }
    /// How the servers of an SRV set are balanced and checked (private use).
    @inlinable package static var pool: RRType { RRType(rawValue: 65283) }

    /// Whether this is a code only a query may carry: OPT, and 128...255 (RFC 6895 section 3.1).
    @inlinable
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
    public var description: String { Self.names[rawValue] ?? "TYPE\(rawValue)" }
}

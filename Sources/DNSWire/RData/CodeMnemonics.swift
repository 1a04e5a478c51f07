/// Numbers that RDATA also lets one write by name.
enum CodeMnemonics {
    /// The DNSSEC algorithms (IANA, DNS Security Algorithm Numbers), with the spellings of BIND beside the registry's.
    private static let algorithms: [String: UInt8] = [
        "RSAMD5": 1, "DH": 2, "DSA": 3, "RSASHA1": 5, "DSA-NSEC3-SHA1": 6, "NSEC3DSA": 6, "RSASHA1-NSEC3-SHA1": 7,
        "NSEC3RSASHA1": 7, "RSASHA256": 8, "RSASHA512": 10, "ECC-GOST": 12, "ECCGOST": 12, "ECDSAP256SHA256": 13,
        "ECDSAP384SHA384": 14, "ED25519": 15, "ED448": 16, "INDIRECT": 252, "PRIVATEDNS": 253, "PRIVATEOID": 254,
    ]

    /// The certificate types (RFC 4398 section 2.1).
    private static let certificateTypes: [String: UInt16] = [
        "PKIX": 1, "SPKI": 2, "PGP": 3, "IPKIX": 4, "ISPKI": 5, "IPGP": 6, "ACPKIX": 7, "IACPKIX": 8, "URI": 253,
        "OID": 254,
    ]

    /// Reads a DNSSEC algorithm: a number, or a mnemonic in any case.
    static func algorithm(_ text: ArraySlice<UInt8>) -> UInt8? { code(text, algorithms) }

    /// Reads a certificate type: a number, or a mnemonic in any case.
    static func certificateType(_ text: ArraySlice<UInt8>) -> UInt16? { code(text, certificateTypes) }

    /// The mnemonic of a certificate type, or its number.
    static func describe(certificateType code: UInt16) -> String {
        certificateTypes.first { $0.value == code }?.key ?? String(code)
    }

    private static func code<Code: FixedWidthInteger>(_ text: ArraySlice<UInt8>, _ names: [String: Code]) -> Code? {
        guard let word = String(validating: text, as: UTF8.self) else { return nil }
        return text.allSatisfy(\.isDigit) ? Code(word) : names[word.uppercased()]
    }
}

extension RRType {
    /// As ``init(_:)``, from octets of text.
    init?(octets text: ArraySlice<UInt8>) {
        guard let word = String(validating: text, as: UTF8.self) else { return nil }
        self.init(word)
    }
}

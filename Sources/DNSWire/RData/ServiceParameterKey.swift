/// A SvcParamKey (RFC 9460 section 14.3 and the IANA registry).
struct ServiceParameterKey: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt16

    static let mandatory = ServiceParameterKey(rawValue: 0)
    static let alpn = ServiceParameterKey(rawValue: 1)
    static let noDefaultALPN = ServiceParameterKey(rawValue: 2)
    static let port = ServiceParameterKey(rawValue: 3)
    static let ipv4hint = ServiceParameterKey(rawValue: 4)
    static let ech = ServiceParameterKey(rawValue: 5)
    static let ipv6hint = ServiceParameterKey(rawValue: 6)
    /// The URI template of DNS over HTTPS (RFC 9461).
    static let dohpath = ServiceParameterKey(rawValue: 7)
    /// The service speaks Oblivious HTTP (RFC 9540).
    static let ohttp = ServiceParameterKey(rawValue: 8)
    static let tlsSupportedGroups = ServiceParameterKey(rawValue: 9)
    /// Reserved, so that it is no key of any record (RFC 9460 section 14.3.2).
    static let invalid = ServiceParameterKey(rawValue: .max)

    /// The mnemonics by code.
    static let names = [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp",
        "tls-supported-groups",
    ]

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Reads a mnemonic, or `keyNNNNN` without leading zeros (RFC 9460 section 2.1); lower case only.
    init?(_ text: ArraySlice<UInt8>) {
        guard let word = String(validating: text, as: UTF8.self) else { return nil }
        if let code = Self.names.firstIndex(of: word) {
            rawValue = UInt16(code)
        } else {
            guard let code = Self.number(text), code != Self.invalid.rawValue else { return nil }
            rawValue = code
        }
    }

    /// The NNNNN of `keyNNNNN`; `nil` when the text is something else.
    static func number(_ text: ArraySlice<UInt8>) -> UInt16? {
        let digits = text.dropFirst(3)
        guard text.starts(with: "key".utf8), (1...5).contains(digits.count), digits.allSatisfy(\.isDigit),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return UInt16(exactly: digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) })
    }

    /// Whether a key of this kind stands alone, without a value.
    var isFlag: Bool { self == .noDefaultALPN || self == .ohttp }

    /// What the value of this key must be, for messages.
    var expectation: String {
        switch self {
        case .mandatory: "a list of other keys that the record has, none twice"
        case .alpn: "a list of protocol identifiers of 1 to 255 octets"
        case .noDefaultALPN, .ohttp: "given without a value"
        case .port: "0 to 65535"
        case .ipv4hint: "a list of IPv4 addresses"
        case .ech: "base64"
        case .ipv6hint: "a list of IPv6 addresses"
        case .dohpath: "a URI template in UTF-8"
        case .tlsSupportedGroups: "a list of numbers 0 to 65535, none twice"
        case .invalid: "left out: the key is reserved"
        default: "at most 65535 octets"
        }
    }
}

extension ServiceParameterKey: CustomStringConvertible {
    /// The mnemonic, or `keyNNNNN`.
    var description: String { Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "key\(rawValue)" }
}

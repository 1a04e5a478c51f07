/// One field of a type's RDATA: what the RFC calls it, and its form.
struct RDataField: Sendable {
    /// The field's name, for messages.
    let name: StaticString
    /// The field's form on the wire and in text.
    let kind: Kind

    init(_ name: StaticString, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The forms a field can have. Those that say "the rest" can only come last.
    enum Kind: Sendable {
        /// A decimal number of one, two or four octets.
        case uint8, uint16, uint32
        /// 32 bits of seconds, also written with units: `1h30m`.
        case seconds
        /// 32 bits of seconds since 1970, written YYYYMMDDHHmmSS (RFC 4034 section 3.2).
        case time
        /// An RR type by mnemonic.
        case type
        /// A DNSSEC algorithm: a number, in text also a mnemonic (RFC 4034 appendix A.1).
        case algorithm
        /// A certificate type: a mnemonic or a number (RFC 4398 section 2.1).
        case certificateType
        /// An IPv4 address.
        case ipv4
        /// An IPv6 address.
        case ipv6
        /// So many octets in hexadecimal with hyphens between (RFC 7043).
        case eui(Int)
        /// 64 bits in four groups of hexadecimal digits with colons between (RFC 6742).
        case locator64
        /// A name.
        case name(RDataNameRoles)
        /// A character-string.
        case string
        /// A character-string that may be missing.
        case optionalString
        /// The rest: one or more character-strings.
        case strings
        /// A character-string of letters and digits (RFC 8659 section 4.1).
        case tag
        /// The rest as one string without a length octet.
        case text
        /// The rest, of at least so many octets, in base64.
        case base64(minimum: Int)
        /// The rest, at least one octet, in hexadecimal.
        case base16
        /// A length octet and as many octets in hexadecimal, `-` for none (RFC 5155 section 3.3).
        case salt
        /// A length octet and as many octets in base32hex (RFC 5155 section 3.3).
        case hash
        /// The rest: a set of types (RFC 4034 section 4.1.2).
        case typeBitmap
        /// The rest: LOC.
        case location
        /// The rest: APL.
        case addressPrefixes
        /// The rest: what follows the target in SVCB and HTTPS.
        case serviceParameters
        /// The rest: HIP.
        case hostIdentity
        /// The rest: `key=value` strings of REGION and POOL.
        case keyValues
        /// The rest: STEER.
        case steering
    }
}

/// What a name inside RDATA is to a server.
package struct RDataNameRoles: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// May be compressed in a message: only in types that RFC 1035 defines (RFC 3597 section 4).
    package static let compressible = RDataNameRoles(rawValue: 1)
    /// Is lower-cased in the canonical form (RFC 4034 section 6.2, RFC 6840 section 5.1).
    package static let lowercased = RDataNameRoles(rawValue: 2)
    /// Its addresses belong in the additional section.
    package static let additional = RDataNameRoles(rawValue: 4)
    /// Names a host, which must not be an alias (RFC 2181 section 10.3, RFC 2782).
    package static let host = RDataNameRoles(rawValue: 8)
}

/// A set of US-ASCII octets as 128 bits; octets from 128 are in no set.
///
/// The sets are written as literals so that they are constants of the program, not globals made on first use.
struct OctetSet: Sendable {
    /// Bit `n` stands for octet `n`.
    let low: UInt64
    /// Bit `n` stands for octet `64 + n`.
    let high: UInt64

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        let word = octet & 64 == 0 ? low : high
        return octet < 128 && (word >> UInt64(octet & 63)) & 1 != 0
    }

    /// `tchar` of RFC 9110 section 5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``.
    static let token = OctetSet(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe)

    /// What a request-target may have: every visible octet but `#`, which begins a fragment.
    static let target = OctetSet(low: 0xffff_fff6_0000_0000, high: 0x7fff_ffff_ffff_ffff)

    /// What a registered name may have (RFC 3986 section 3.2.2): unreserved, sub-delims and `%`.
    static let registeredName = OctetSet(low: 0x2bff_7ff2_0000_0000, high: 0x47ff_fffe_87ff_fffe)

    /// What stands between the brackets of an IP literal: hexadecimal digits, `:` and `.`
    static let addressLiteral = OctetSet(low: 0x07ff_4000_0000_0000, high: 0x0000_007e_0000_007e)
}

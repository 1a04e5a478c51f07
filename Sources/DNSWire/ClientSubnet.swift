public import Addressing

/// The EDNS Client Subnet option (RFC 7871 section 6).
///
///                 +0 (MSB)                            +1 (LSB)
///      +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
///     |                          FAMILY                               |
///     +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
///     |     SOURCE PREFIX-LENGTH      |     SCOPE PREFIX-LENGTH       |
///     +---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+
///     |                           ADDRESS...                          /
public struct ClientSubnet: Hashable, Sendable {
    /// The option's code.
    @inlinable package static var optionCode: UInt16 { 8 }

    /// 1 for IPv4, 2 for IPv6 (the IANA address family numbers); 0 only with an empty prefix.
    @usableFromInline package var family: UInt16 = 1
    /// How many bits of the client's address the resolver tells: 0...32 or 0...128.
    @usableFromInline package var sourceLength: UInt8 = 0
    /// The network's address in host order; IPv4 in the low 32 bits. Bits after the source length are zero.
    @usableFromInline package var bits: UInt128 = 0

    package init() {}

    /// The network's first address.
    @inlinable
    package var address: IPAddress {
        family != 2 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits)
    }

    /// Octets of ADDRESS that the source length needs.
    @inlinable
    package var addressLength: Int { (Int(sourceLength) + 7) / 8 }

    /// Reads the option's data.
    ///
    /// - Returns: `false` when it must be answered with FORMERR: an unknown family, a length that does not fit,
    ///   bits set after the source prefix, or a scope in a query (RFC 7871 sections 6 and 7.1.2).
    package mutating func read(_ message: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        guard length >= 4 else { return false }
        family = message.uint16(at: offset)
        sourceLength = message[offset + 2]
        bits = 0
        guard message[offset + 3] == 0 else { return false }
        // `dig +subnet=0` names no family with its empty prefix.
        if family == 0 { return sourceLength == 0 && length == 4 }
        guard family == 1 || family == 2 else { return false }
        let width = family == 1 ? 32 : 128
        guard Int(sourceLength) <= width, length == 4 + addressLength else { return false }
        for index in 0..<addressLength { bits = bits << 8 | UInt128(message[offset + 4 + index]) }
        bits <<= UInt128(width - 8 * addressLength)
        let hostBits = UInt128(width - Int(sourceLength))
        return hostBits == 128 ? bits == 0 : (bits >> hostBits) << hostBits == bits
    }

    /// Writes the whole option for a response, with the query's address and the scope given.
    ///
    /// - Returns: the octets written, 8...24.
    package func write(scope: UInt8, into response: inout MutableSpan<UInt8>, at offset: Int) -> Int {
        let octets = addressLength
        response.put(Self.optionCode, at: offset)
        response.put(UInt16(4 + octets), at: offset + 2)
        response.put(family, at: offset + 4)
        response[offset + 6] = sourceLength
        response[offset + 7] = scope
        let width = family != 2 ? 32 : 128
        for index in 0..<octets {
            response[offset + 8 + index] = UInt8(truncatingIfNeeded: bits >> UInt128(width - 8 * (index + 1)))
        }
        return 8 + octets
    }
}

package import Addressing

/// The network that round trips are kept by: /24 in IPv4, /48 in IPv6, in eight octets.
///
/// An IPv6 address that stands for an IPv4 client counts as that, as steering has it.
package struct ClientPrefix: Hashable, BitwiseCopyable, Sendable {
    /// The leading bits of the address; the highest bit marks IPv4. Never 0.
    package let packed: UInt64

    private static let v4Mark: UInt64 = 1 << 63
    /// Marks IPv6, whose leading bits could all be 0.
    private static let v6Mark: UInt64 = 1 << 62

    /// The network of a client.
    package init(_ address: IPAddress) {
        let folded = address.folded
        packed =
            switch folded.family {
            case .v4: Self.v4Mark | UInt64(truncatingIfNeeded: folded.bits >> 8)
            case .v6: Self.v6Mark | UInt64(truncatingIfNeeded: folded.bits >> 80)
            }
    }

    /// Reads ``packed`` back.
    ///
    /// - Returns: `nil` for a number that no network has.
    package init?(packed: UInt64) {
        let bits = packed & ~(Self.v4Mark | Self.v6Mark)
        switch packed & (Self.v4Mark | Self.v6Mark) {
        case Self.v4Mark: guard bits < 1 << 24 else { return nil }
        case Self.v6Mark: guard bits < 1 << 48 else { return nil }
        default: return nil
        }
        self.packed = packed
    }

    /// The network whose address begins with these bits.
    ///
    /// - Parameter length: 24 or 48.
    /// - Returns: `nil` for another length or more bits than that.
    init?(leadingBits bits: UInt64, length: Int) {
        guard [24, 48].contains(length), bits < 1 << UInt64(length) else { return nil }
        packed = bits | (length == 24 ? Self.v4Mark : Self.v6Mark)
    }

    /// A network of the length that round trips are kept by.
    ///
    /// - Returns: `nil` for another length.
    package init?(network: IPPrefix) {
        guard network.length == (network.address.family == .v4 ? 24 : 48) else { return nil }
        let shift = UInt128(network.address.family.bitWidth - network.length)
        self.init(leadingBits: UInt64(truncatingIfNeeded: network.address.bits >> shift), length: network.length)
    }

    /// The leading bits of the address, as many as ``length`` says.
    var leadingBits: UInt64 { packed & ~(Self.v4Mark | Self.v6Mark) }

    /// The first address of the network.
    package var address: IPAddress {
        packed & Self.v4Mark != 0
            ? IPAddress(v4: UInt32(truncatingIfNeeded: packed << 8))
            : IPAddress(v6: UInt128(packed & ~Self.v6Mark) << 80)
    }

    /// The prefix length: 24 or 48.
    package var length: Int { packed & Self.v4Mark != 0 ? 24 : 48 }

    /// The network.
    package var network: IPPrefix? { IPPrefix(address, length: length) }
}

extension ClientPrefix: CustomStringConvertible {
    package var description: String { "\(address)/\(length)" }
}

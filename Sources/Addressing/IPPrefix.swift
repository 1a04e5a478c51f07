/// A network: an address and the number of leading bits that count, written `203.0.113.0/24`.
///
/// The bits after the prefix are always zero.
package struct IPPrefix: Hashable, Sendable {
    /// The first address of the network.
    package let address: IPAddress
    /// The prefix length: 0...32 for IPv4, 0...128 for IPv6.
    package let length: Int

    /// The network of `length` bits that holds `address`; bits after the prefix are cleared.
    ///
    /// - Returns: `nil` when `length` is outside the family's range.
    package init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.bitWidth).contains(length) else { return nil }
        let host = UInt128(address.family.bitWidth - length)
        let kept = host == 128 ? 0 : (address.bits >> host) << host
        self.address = address.family == .v4 ? IPAddress(v4: UInt32(truncatingIfNeeded: kept)) : IPAddress(v6: kept)
        self.length = length
    }

    /// Reads `ADDRESS/LENGTH`, or a bare address as a network of that one address.
    ///
    /// - Returns: `nil` when it is no network or has bits set after the prefix (a typing mistake worth reporting).
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address, length: address.family.bitWidth)
            return
        }
        guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(parts[1])
        else { return nil }
        self.init(address, length: length)
        guard self.address == address else { return nil }
    }

    /// The loopback networks, 127.0.0.0/8 and ::1.
    package static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { IPPrefix($0) }

    /// Whether `other` lies inside this network.
    package func contains(_ other: IPAddress) -> Bool {
        guard other.family == address.family else { return false }
        let host = UInt128(address.family.bitWidth - length)
        return host == 128 || other.bits >> host == address.bits >> host
    }
}

extension IPPrefix: CustomStringConvertible {
    package var description: String { "\(address)/\(length)" }
}

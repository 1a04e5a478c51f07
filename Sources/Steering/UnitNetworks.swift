import Addressing

/// The networks whose clients stay together when the clients of one class are split.
///
/// All clients of a unit fall in one bucket, so an answer that depends on the bucket holds for the unit: its length is
/// the least scope of such an answer.
package struct UnitNetworks: Hashable, Sendable {
    /// The prefix length of a unit in IPv4, 0...32.
    package let v4Length: Int
    /// The prefix length of a unit in IPv6, 0...64.
    package let v6Length: Int
    /// Makes the buckets of one deployment differ from those of another; the same on all its name servers.
    package let key: UInt64

    /// Units of these lengths, clamped to their ranges.
    package init(v4Length: Int = 20, v6Length: Int = 40, key: UInt64 = 0) {
        self.v4Length = min(max(v4Length, 0), 32)
        self.v6Length = min(max(v6Length, 0), 64)
        self.key = mix(key)
    }

    /// The bucket of an IPv4 client, 0..<4096.
    func bucket(v4 address: UInt32) -> Int { bucket(UInt64(address >> UInt32(32 - v4Length)) ^ key) }

    /// The bucket of an IPv6 client, 0..<4096.
    func bucket(v6 address: UInt128) -> Int {
        bucket(UInt64(truncatingIfNeeded: address >> UInt128(128 - v6Length)) ^ ~key)
    }

    /// The bucket of a client, 0..<4096.
    func bucket(of address: IPAddress) -> Int {
        switch address.family {
        case .v4: bucket(v4: UInt32(truncatingIfNeeded: address.bits))
        case .v6: bucket(v6: address.bits)
        }
    }

    private func bucket(_ unit: UInt64) -> Int { Int(mix(unit) & UInt64(Rendezvous.bucketCount - 1)) }
}

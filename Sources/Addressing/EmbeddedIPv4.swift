/// The IPv6 networks whose addresses stand for an IPv4 client.
///
/// Such a client is steered by its IPv4 address: that is what geographic databases know, and where its packets go.
/// A scope beside these networks never reaches into them.
package enum EmbeddedIPv4: UInt32, CaseIterable, Sendable {
    /// ::ffff:0:0/96, RFC 4291 section 2.5.5.2.
    case mapped
    /// 64:ff9b::/96, RFC 6052 section 2.1.
    case translated
    /// 2002::/16, RFC 3056 section 2.
    case sixToFour
    /// 2001::/32, RFC 4380 section 4: the client's address is inverted.
    case teredo

    /// The first address of the network.
    package var start: UInt128 {
        switch self {
        case .mapped: 0xFFFF << 32
        case .translated: 0x0064_FF9B << 96
        case .sixToFour: 0x2002 << 112
        case .teredo: 0x2001_0000 << 96
        }
    }

    /// The prefix length of the network.
    package var length: UInt8 {
        switch self {
        case .mapped, .translated: 96
        case .sixToFour: 16
        case .teredo: 32
        }
    }

    /// How many bits stand before those of the IPv4 address; what is added to an IPv4 prefix length.
    package var offset: Int { self == .sixToFour ? 16 : 96 }

    /// The IPv4 address in an address of the network.
    package func address(in address: UInt128) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: address >> UInt128(96 - offset))
        return self == .teredo ? ~bits : bits
    }

    /// The network that holds an address, or how many leading bits tell the address from all of these networks.
    package static func locate(_ address: UInt128) -> (embedding: EmbeddedIPv4?, depth: Int) {
        var depth = 0
        for number in 0..<4 {
            guard let embedding = EmbeddedIPv4(rawValue: UInt32(number)) else { break }
            let shared = (address ^ embedding.start).leadingZeroBitCount
            if shared >= Int(embedding.length) { return (embedding, 0) }
            depth = max(depth, shared + 1)
        }
        return (nil, depth)
    }
}

extension IPAddress {
    /// The IPv4 address that this IPv6 address stands for, and by which of the networks that have such addresses.
    package var embedding: (EmbeddedIPv4, address: UInt32)? {
        guard family == .v6, let embedding = EmbeddedIPv4.locate(bits).embedding else { return nil }
        return (embedding, embedding.address(in: bits))
    }

    /// The IPv4 address that this IPv6 address stands for; `nil` for every other address, IPv4 ones included.
    package var embeddedIPv4: IPAddress? { embedding.map { IPAddress(v4: $0.address) } }

    /// The address that a client is located and steered by: the IPv4 address this one stands for, else itself.
    package var folded: IPAddress { embeddedIPv4 ?? self }
}

import Addressing
import NIOCore

/// Who is at the other end of a client's connection, and how far its word is taken.
struct ClientIdentity: Sendable {
    /// Where it connects from; `nil` when that is not known.
    let endpoint: Endpoint?
    /// The address as X-Forwarded-For shows it.
    let text: [UInt8]
    /// Whether it is one of the proxies whose X-Forwarded-*, Forwarded and X-Real-IP fields are kept.
    let isTrusted: Bool
    /// What requests are hashed by when a pool goes by the client: the address, of IPv6 its first 64 bits, which are
    /// those of one network.
    let hash: UInt64

    /// The identity of the client at `endpoint`.
    init(_ endpoint: Endpoint?, trusted: [IPPrefix]) {
        self.endpoint = endpoint
        guard let address = endpoint?.address else {
            text = Array("unknown".utf8)
            isTrusted = false
            hash = 0
            return
        }
        text = Self.text(of: address)
        isTrusted = trusted.contains { $0.contains(address) }
        hash = Self.hash(of: address)
    }

    /// What stands for an address: of IPv6 its first 64 bits do.
    static func hash(of address: IPAddress) -> UInt64 {
        var hash = KeyHash()
        let width = address.family.bitWidth
        for shift in stride(from: width - 8, through: max(0, width - 64), by: -8) {
            hash.add(UInt8(truncatingIfNeeded: address.bits >> UInt128(shift)))
        }
        return hash.mixed
    }

    /// The text form; that of an IPv4 address, as most are, without the system's help.
    private static func text(of address: IPAddress) -> [UInt8] {
        guard address.family == .v4 else { return Array(address.description.utf8) }
        var text: [UInt8] = []
        text.reserveCapacity(15)
        for shift in stride(from: 24, through: 0, by: -8) {
            let octet = UInt8(truncatingIfNeeded: address.bits >> UInt128(shift))
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            if octet >= 100 { text.append(UInt8(ascii: "0") + octet / 100) }
            if octet >= 10 { text.append(UInt8(ascii: "0") + octet / 10 % 10) }
            text.append(UInt8(ascii: "0") + octet % 10)
        }
        return text
    }
}

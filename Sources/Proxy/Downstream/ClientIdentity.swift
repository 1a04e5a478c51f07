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
        text = Array(address.description.utf8)
        isTrusted = trusted.contains { $0.contains(address) }
        hash = Self.hash(of: address)
    }

    /// What stands for an address: of IPv6 its first 64 bits do.
    static func hash(of address: IPAddress) -> UInt64 {
        var hash = KeyHash()
        for octet in address.octets.prefix(8) { hash.add(octet) }
        return hash.mixed
    }
}

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

    /// The identity of the client at `endpoint`.
    init(_ endpoint: Endpoint?, trusted: [IPPrefix]) {
        self.endpoint = endpoint
        guard let address = endpoint?.address else {
            text = Array("unknown".utf8)
            isTrusted = false
            return
        }
        text = Array(address.description.utf8)
        isTrusted = trusted.contains { $0.contains(address) }
    }
}

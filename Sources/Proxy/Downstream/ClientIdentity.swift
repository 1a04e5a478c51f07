import Addressing
import NIOCore

/// Who is at the other end of a client's connection, and how far its word is taken.
struct ClientIdentity: Sendable {
    /// The address as X-Forwarded-For shows it.
    let text: [UInt8]
    /// Whether it is one of the proxies whose X-Forwarded-*, Forwarded and X-Real-IP fields are kept.
    let isTrusted: Bool

    /// The identity of `address`; an IPv4-mapped IPv6 address counts as the IPv4 address it is.
    init(_ address: SocketAddress?, trusted: [IPPrefix]) {
        guard let address = address?.ipAddress.flatMap({ IPAddress(Self.unmapped($0)) }) else {
            text = Array("unknown".utf8)
            isTrusted = false
            return
        }
        text = Array(address.description.utf8)
        isTrusted = trusted.contains { $0.contains(address) }
    }

    private static func unmapped(_ text: String) -> Substring {
        let rest = text.dropFirst("::ffff:".count)
        return text.lowercased().hasPrefix("::ffff:") && rest.contains(".") ? rest : text[...]
    }
}

package import Addressing

/// What makes two listening sockets the same: how they are used, and where.
package struct ListeningSocket: Hashable, Sendable {
    /// How a socket is used.
    package enum Kind: String, Hashable, Sendable {
        /// Connections are accepted.
        case tcp
        /// Datagrams are received.
        case udp
    }

    package var kind: Kind
    package var endpoint: Endpoint

    package init(_ kind: Kind, _ endpoint: Endpoint) {
        self.kind = kind
        self.endpoint = endpoint
    }
}

extension ListeningSocket {
    /// `tcp 192.0.2.1:80`, as it is told to the process that takes the socket over.
    var text: String { "\(kind.rawValue) \(endpoint)" }

    /// Reads `text`; `nil` when it is anything else.
    init?(text: Substring) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let kind = Kind(rawValue: String(words[0])), let endpoint = Endpoint(words[1])
        else { return nil }
        self.init(kind, endpoint)
    }
}

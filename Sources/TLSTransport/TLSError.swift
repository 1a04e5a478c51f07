/// Why a TLS connection or its configuration failed; the texts are OpenSSL's.
package enum TLSError: Error, Hashable, Sendable {
    /// The other side's certificate is not accepted, for this reason.
    case certificate(String)
    /// The other side answered with something that is not TLS.
    case notTLS
    /// The handshake failed otherwise; an alert of the other side is a reason, too.
    case handshake(String)
    /// The connection ended before the handshake did.
    case closedDuringHandshake
    /// The established connection broke a rule of the protocol, or the other side says that we did.
    case violation(String)
    /// The connection ended without close_notify, so that what came last may be missing (RFC 8446 section 6.1).
    case truncated
    /// More than `TLSHandler.pendingLimit` octets were written before the handshake ended.
    case tooMuchPending
    /// A file with certificates or a key cannot be used.
    case file(path: String, String)
    /// A name that no certificate can be for.
    case invalidName(String)
    /// An application protocol whose name does not have 1 to 255 octets, or too many of them (RFC 7301 section 3.1).
    case invalidProtocolList
    /// OpenSSL could not make or set up an object.
    case library(String)
}

extension TLSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificate(let reason): "certificate not accepted: \(reason)"
        case .notTLS: "the answer is not TLS"
        case .handshake(let reason): "TLS handshake failed: \(reason)"
        case .closedDuringHandshake: "connection closed during the TLS handshake"
        case .violation(let reason): "TLS error: \(reason)"
        case .truncated: "connection closed without the end of TLS"
        case .tooMuchPending: "too much written before the TLS handshake ended"
        case .file(let path, let reason): "\(path): \(reason)"
        case .invalidName(let name): "\"\(name)\" is no name that a certificate can have"
        case .invalidProtocolList: "not a list of application protocols"
        case .library(let reason): "OpenSSL: \(reason)"
        }
    }
}

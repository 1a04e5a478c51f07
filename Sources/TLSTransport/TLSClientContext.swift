import COpenSSL

/// What the connections of a TLS client have in common: whom it trusts, and what it wants to speak.
///
/// Making one reads the trust roots, which takes tens of milliseconds; it is then shared by all threads.
package final class TLSClientContext: Sendable {
    /// Whose certificates are accepted.
    package enum Trust: Hashable, Sendable {
        /// What the roots of the system certify; `SSL_CERT_FILE` and `SSL_CERT_DIR` are heeded.
        case system
        /// What the certificates of this PEM file certify.
        case file(String)
        /// Everyone: nothing is verified, not the name either.
        case anyone
    }

    /// Whose certificates are accepted.
    package let trust: Trust
    let context: SSLContext

    /// A context for connections of TLS 1.2 or later.
    ///
    /// - Parameters:
    ///   - trust: whose certificates are accepted.
    ///   - applicationProtocols: what is offered by ALPN, in order of preference; nothing when empty.
    /// - Throws: ``TLSError/file(path:_:)``, ``TLSError/invalidProtocolList`` or ``TLSError/library(_:)``.
    package init(trust: Trust = .system, applicationProtocols: [String] = []) throws(TLSError) {
        self.trust = trust
        context = try unsafe SSLContext(method: TLS_client_method(), applicationProtocols: applicationProtocols)
        let pointer = unsafe context.pointer
        unsafe SSL_CTX_set_verify(pointer, trust == .anyone ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        switch trust {
        case .anyone: break
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw .library(ErrorQueue.take().reason)
            }
        case .file(let path):
            guard unsafe SSL_CTX_load_verify_file(pointer, path) == 1 else {
                throw .file(path: path, ErrorQueue.take().reason)
            }
        }
        let protocols = context.applicationProtocols.wire
        guard !protocols.isEmpty else { return }
        // Unlike most functions, this one returns 0 for success.
        let status = unsafe SSL_CTX_set_alpn_protos(pointer, protocols, UInt32(protocols.count))
        guard status == 0 else { throw .invalidProtocolList }
    }
}

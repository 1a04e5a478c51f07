import COpenSSL

/// What the connections of a TLS server have in common: its certificate and key, and what it can speak.
package final class TLSServerContext: Sendable {
    let context: SSLContext

    /// A context for connections of TLS 1.2 or later.
    ///
    /// - Parameters:
    ///   - certificateChain: a PEM file with the server's certificate, then those that lead to a root.
    ///   - privateKey: a PEM file with the key of the first.
    ///   - applicationProtocols: what can be chosen by ALPN, in order of preference. A client that offers others only
    ///     is refused (RFC 7301 section 3.2); with an empty list nothing is chosen.
    /// - Throws: ``TLSError/file(path:_:)``, ``TLSError/invalidProtocolList`` or ``TLSError/library(_:)``.
    package init(
        certificateChain: String,
        privateKey: String,
        applicationProtocols: [String] = []
    ) throws(TLSError) {
        context = try unsafe SSLContext(method: TLS_server_method(), applicationProtocols: applicationProtocols)
        let pointer = unsafe context.pointer
        guard unsafe SSL_CTX_use_certificate_chain_file(pointer, certificateChain) == 1 else {
            throw .file(path: certificateChain, ErrorQueue.take().reason)
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(pointer, privateKey, SSL_FILETYPE_PEM) == 1 else {
            throw .file(path: privateKey, ErrorQueue.take().reason)
        }
        if !applicationProtocols.isEmpty { context.chooseApplicationProtocol() }
    }
}

extension SSLContext {
    /// Answers a client's offer with the first of the own protocols that is in it.
    fileprivate func chooseApplicationProtocol() {
        let callback: SSL_CTX_alpn_select_cb_func = { _, chosen, chosenLength, offered, offeredLength, context in
            guard let chosen = unsafe chosen, let context = unsafe context else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            let own = unsafe Unmanaged<SSLContext>.fromOpaque(context).takeUnretainedValue().applicationProtocols.wire
            return unsafe own.withUnsafeBufferPointer { own in
                var match: UnsafeMutablePointer<UInt8>?
                let status = unsafe SSL_select_next_proto(
                    &match,
                    chosenLength,
                    own.baseAddress,
                    UInt32(own.count),
                    offered,
                    offeredLength
                )
                guard status == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                unsafe chosen.pointee = unsafe UnsafePointer(match)
                return SSL_TLSEXT_ERR_OK
            }
        }
        unsafe SSL_CTX_set_alpn_select_cb(pointer, callback, Unmanaged.passUnretained(self).toOpaque())
    }
}

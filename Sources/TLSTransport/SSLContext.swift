import COpenSSL

/// An `SSL_CTX` with what clients and servers have in common: TLS 1.2 at least, no renegotiation, no session cache.
///
/// Sendable without a check: it is set up by one thread before it is shared, and OpenSSL counts its references and
/// guards its parts when connections are made from it on several threads.
@safe final class SSLContext: @unchecked Sendable {
    /// The context; valid as long as this object.
    let pointer: OpaquePointer
    /// What can be spoken. A server's callback, and what it has chosen, points here: a connection must keep the context.
    let applicationProtocols: ApplicationProtocols

    /// A context that makes connections of `method`.
    init(method: OpaquePointer?, applicationProtocols: [String]) throws(TLSError) {
        self.applicationProtocols = try ApplicationProtocols(applicationProtocols)
        ErrorQueue.clear()
        guard let pointer = unsafe SSL_CTX_new(method) else { throw .library(ErrorQueue.take().reason) }
        unsafe self.pointer = unsafe pointer
        unsafe tern_SSL_CTX_set_options(pointer)
        unsafe tern_SSL_CTX_disable_session_cache(pointer)
        // Without the buffers of idle connections, for there may be many thousands.
        _ = unsafe tern_SSL_CTX_set_mode(pointer, Int(SSL_MODE_RELEASE_BUFFERS))
        guard unsafe tern_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION) == 1 else {
            throw .library(ErrorQueue.take().reason)
        }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }
}

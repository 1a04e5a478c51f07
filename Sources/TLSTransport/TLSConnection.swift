import COpenSSL

/// One end of a TLS connection, as a machine without I/O: octets of the transport go in and out on one side, octets of
/// the application on the other.
///
///     transport  -- receive -->  +---------------+  -- read -->   application
///                                | TLSConnection |
///                <- takeOutput-  +---------------+  <- write --
///
/// Whatever is called, there may be output to take afterwards, also when it throws: then it is the alert that tells the
/// other side why. After an error nothing but `takeOutput` is of use. What was received and not yet read is kept; it
/// is no more than one incomplete record when `read` is always called until it needs input. Confined to one thread at
/// a time.
@safe package final class TLSConnection {
    /// What a call of `read` came to.
    package enum ReadResult: Hashable, Sendable {
        /// Octets were appended; there may be more.
        case octets
        /// There is nothing before more is received.
        case needsInput
        /// The other side has sent close_notify: nothing more comes.
        case ended
    }

    /// Whether the handshake is complete.
    package private(set) var isEstablished = false
    /// Whether the other side has sent close_notify.
    package private(set) var isInputEnded = false

    private let context: SSLContext
    private let ssl: OpaquePointer
    /// From the transport. Both belong to `ssl`.
    private let input: OpaquePointer
    /// To the transport.
    private let output: OpaquePointer

    /// The client's end. Its first message is there once `handshake` has been called.
    ///
    /// - Parameter peer: whom the certificate must be for; without it, any that the context trusts will do.
    /// - Throws: ``TLSError/invalidName(_:)`` or ``TLSError/library(_:)``.
    package convenience init(client: TLSClientContext, peer: TLSPeerName?) throws(TLSError) {
        try self.init(client.context)
        try unsafe peer?.apply(to: ssl)
        unsafe SSL_set_connect_state(ssl)
    }

    /// The server's end.
    ///
    /// - Throws: ``TLSError/library(_:)``
    package convenience init(server: TLSServerContext) throws(TLSError) {
        try self.init(server.context)
        unsafe SSL_set_accept_state(ssl)
    }

    private init(_ context: SSLContext) throws(TLSError) {
        self.context = context
        ErrorQueue.clear()
        guard let ssl = unsafe SSL_new(context.pointer) else { throw .library(ErrorQueue.take().reason) }
        guard let input = unsafe tern_BIO_new_stream(), let output = unsafe tern_BIO_new_stream() else {
            unsafe SSL_free(ssl)
            throw .library("out of memory")
        }
        unsafe SSL_set_bio(ssl, input, output)
        unsafe self.ssl = unsafe ssl
        unsafe self.input = unsafe input
        unsafe self.output = unsafe output
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    // MARK: - The side of the transport

    /// Takes in octets from the transport.
    package func receive(_ octets: Span<UInt8>) throws(TLSError) {
        guard !octets.isEmpty else { return }
        var taken = 0
        let isTaken = unsafe octets.withUnsafeBufferPointer { octets in
            unsafe BIO_write_ex(input, octets.baseAddress, octets.count, &taken) == 1 && taken == octets.count
        }
        guard isTaken else { throw .library("out of memory") }
    }

    /// How many octets wait to be sent by the transport.
    package var outputCount: Int { unsafe BIO_ctrl_pending(output) }

    /// Appends as many of the octets for the transport as there is room for.
    package func takeOutput(into octets: inout OutputRawSpan) {
        unsafe octets.withUnsafeMutableBytes { memory, count in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
            var taken = 0
            if unsafe BIO_read_ex(output, room.baseAddress, room.count, &taken) == 1 { count += taken }
        }
    }

    // MARK: - The side of the application

    /// Begins the handshake, or goes on with it after octets have been received.
    ///
    /// - Returns: whether it is complete.
    package func handshake() throws(TLSError) -> Bool {
        guard !isEstablished else { return true }
        ErrorQueue.clear()
        let status = unsafe SSL_do_handshake(ssl)
        guard status != 1 else {
            isEstablished = true
            return true
        }
        switch unsafe SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return false
        default:
            let error = ErrorQueue.take()
            if error.isNotTLS { throw .notTLS }
            let result = unsafe SSL_get_verify_result(ssl)
            if unsafe SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE, result != Int(X509_V_OK) {
                throw .certificate(unsafe String(cString: X509_verify_cert_error_string(result)))
            }
            throw .handshake(error.reason)
        }
    }

    /// Appends octets that the other side's application has sent, of one record at most.
    ///
    /// The handshake must be complete.
    package func read(into octets: inout OutputRawSpan) throws(TLSError) -> ReadResult {
        ErrorQueue.clear()
        var taken = 0
        let status = unsafe octets.withUnsafeMutableBytes { memory, count in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
            let status = unsafe SSL_read_ex(ssl, room.baseAddress, room.count, &taken)
            if status == 1 { count += taken }
            return status
        }
        guard status != 1 else { return .octets }
        switch unsafe SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsInput
        case SSL_ERROR_ZERO_RETURN:
            isInputEnded = true
            return .ended
        default: throw .violation(ErrorQueue.take().reason)
        }
    }

    /// Takes octets from the application, all of them; they wait as output in records of up to 16 KiB.
    ///
    /// The handshake must be complete, and `close` not called yet.
    package func write(_ octets: Span<UInt8>) throws(TLSError) {
        guard !octets.isEmpty else { return }
        ErrorQueue.clear()
        var taken = 0
        let status = unsafe octets.withUnsafeBufferPointer { octets in
            unsafe SSL_write_ex(ssl, octets.baseAddress, octets.count, &taken)
        }
        // A memory BIO takes everything, and without renegotiation a write never waits for the other side.
        guard status == 1, taken == octets.count else { throw .violation(ErrorQueue.take().reason) }
    }

    /// Says close_notify: nothing more is written (RFC 8446 section 6.1). What the other side still sends can be read.
    ///
    /// Before the end of the handshake nothing happens.
    package func close() {
        guard isEstablished else { return }
        _ = unsafe SSL_shutdown(ssl)
        ErrorQueue.clear()
    }

    // MARK: - What was agreed on

    /// The version spoken.
    package var version: TLSVersion { TLSVersion(rawValue: UInt16(truncatingIfNeeded: unsafe SSL_version(ssl))) }

    /// The application protocol chosen by ALPN.
    package var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &length)
        guard length > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
    }

    /// The server name that the client asks for (RFC 6066 section 3).
    package var serverName: String? {
        unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { unsafe String(cString: $0) }
    }
}

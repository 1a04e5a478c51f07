import COpenSSL

/// Whom a client expects at the other end: what the certificate must be for.
package enum TLSPeerName: Hashable, Sendable {
    /// A DNS name without a final dot; it is also sent as the server name (RFC 6066 section 3).
    case host(String)
    /// An IP address as text; it is not sent, for a server name cannot be one.
    case address(String)

    /// Sets up a connection to send the name and, if the certificate is verified at all, to expect it there.
    ///
    /// - Throws: ``TLSError/invalidName(_:)``
    func apply(to ssl: OpaquePointer) throws(TLSError) {
        switch self {
        case .host(let name):
            // Octet 0 would end the name early; OpenSSL refuses one that is too long.
            guard !name.isEmpty, !name.utf8.contains(0),
                unsafe tern_SSL_set_tlsext_host_name(ssl, name) == 1, unsafe SSL_set1_host(ssl, name) == 1
            else { throw .invalidName(name) }
            unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        case .address(let address):
            guard !address.utf8.contains(0),
                unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address) == 1
            else { throw .invalidName(address) }
        }
    }
}

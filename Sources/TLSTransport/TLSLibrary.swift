import COpenSSL

/// The TLS library of the system.
package enum TLSLibrary {
    /// Its name and version, such as `OpenSSL 3.0.17 1 Jul 2025`.
    package static var version: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}

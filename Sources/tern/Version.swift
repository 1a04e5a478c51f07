import TLSTransport

/// What this program is, for `--version`.
enum Version {
    /// The version of Tern.
    static let number = "0.1.0"

    /// The version with that of the TLS library in use, which decides what TLS can do.
    static var text: String { "tern \(number) (\(TLSLibrary.version))" }
}

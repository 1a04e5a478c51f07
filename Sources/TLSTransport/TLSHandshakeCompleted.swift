/// The user event that a `TLSHandler` fires once, when the handshake is complete.
package struct TLSHandshakeCompleted: Hashable, Sendable {
    /// The version spoken.
    package let version: TLSVersion
    /// The application protocol chosen by ALPN.
    package let applicationProtocol: String?
    /// The name that the client asked for.
    package let serverName: String?
}

/// A version of the protocol, as it stands on the wire (RFC 8446 section 4.2.1).
package struct TLSVersion: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// TLS 1.2 (RFC 5246), the oldest that is spoken here.
    package static let tls12 = TLSVersion(rawValue: 0x0303)
    /// TLS 1.3 (RFC 8446).
    package static let tls13 = TLSVersion(rawValue: 0x0304)
}

extension TLSVersion: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tls12: "TLS 1.2"
        case .tls13: "TLS 1.3"
        default: "TLS version \(rawValue)"
        }
    }
}

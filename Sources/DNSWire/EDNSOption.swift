/// Codes of EDNS options that have no type of their own.
public enum EDNSOption {
    /// NSID (RFC 5001).
    @inlinable package static var identifier: UInt16 { 3 }
    /// edns-tcp-keepalive (RFC 7828).
    @inlinable package static var keepalive: UInt16 { 11 }
    /// Extended DNS Error (RFC 8914).
    @inlinable package static var extendedError: UInt16 { 15 }
    /// Report-Channel (RFC 9567).
    @inlinable package static var reportChannel: UInt16 { 18 }
}

/// The INFO-CODE of an extended error (RFC 8914 section 4).
public struct ExtendedError: RawRepresentable, Hashable, Sendable {
    /// The code on the wire.
    public var rawValue: UInt16

    /// Any code, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Something else, told in the text.
    @inlinable package static var other: ExtendedError { ExtendedError(rawValue: 0) }
    /// The client may not ask.
    @inlinable package static var prohibited: ExtendedError { ExtendedError(rawValue: 18) }
    /// The name is in no zone of this server.
    @inlinable package static var notAuthoritative: ExtendedError { ExtendedError(rawValue: 20) }
    /// The operation or type is not supported.
    @inlinable package static var notSupported: ExtendedError { ExtendedError(rawValue: 21) }
}

/// A response code: the 4 bits of the header and, with EDNS, 8 more above them (RFC 6895 section 2.3).
public struct RCode: RawRepresentable, Hashable, Sendable {
    /// 0...4095.
    public var rawValue: UInt16

    /// Any code, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    @inlinable package static var noError: RCode { RCode(rawValue: 0) }
    @inlinable package static var formErr: RCode { RCode(rawValue: 1) }
    @inlinable package static var servFail: RCode { RCode(rawValue: 2) }
    @inlinable package static var nxDomain: RCode { RCode(rawValue: 3) }
    @inlinable package static var notImp: RCode { RCode(rawValue: 4) }
    @inlinable package static var refused: RCode { RCode(rawValue: 5) }
    @inlinable package static var yxDomain: RCode { RCode(rawValue: 6) }
    @inlinable package static var notAuth: RCode { RCode(rawValue: 9) }
    /// An EDNS version that is not served (RFC 6891 section 6.1.3).
    @inlinable package static var badVers: RCode { RCode(rawValue: 16) }
    /// A server cookie is missing or wrong (RFC 7873 section 8).
    @inlinable package static var badCookie: RCode { RCode(rawValue: 23) }
}

/// The kind of a message: 4 bits of the header.
public struct Opcode: RawRepresentable, Hashable, Sendable {
    /// 0...15.
    public var rawValue: UInt8

    /// Any code, known or not.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Equal codes are equal; written out so that the comparison is one instruction in other modules too.
    @inlinable @inline(__always)
    public static func == (left: Opcode, right: Opcode) -> Bool { left.rawValue == right.rawValue }

    @inlinable package static var query: Opcode { Opcode(rawValue: 0) }
    @inlinable package static var notify: Opcode { Opcode(rawValue: 4) }
    @inlinable package static var update: Opcode { Opcode(rawValue: 5) }
}

/// Bits of the second header word (RFC 1035 section 4.1.1, RFC 4035 section 3.1.6).
///
///      0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
///     +--+-----------+--+--+--+--+--+--+--+-----------+
///     |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
///     +--+-----------+--+--+--+--+--+--+--+-----------+
public struct HeaderFlags: RawRepresentable, Hashable, Sendable {
    /// The code on the wire.
    public var rawValue: UInt16

    /// Any code, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// QR: this is a response.
    @inlinable package static var response: UInt16 { 0x8000 }
    /// AA: authoritative answer.
    @inlinable package static var authoritative: UInt16 { 0x0400 }
    /// TC: truncated.
    @inlinable package static var truncated: UInt16 { 0x0200 }
    /// RD: recursion desired.
    @inlinable package static var recursionDesired: UInt16 { 0x0100 }
    /// The opcode bits.
    @inlinable package static var opcodeMask: UInt16 { 0x7800 }

    /// The kind of message.
    @inlinable
    package var opcode: Opcode { Opcode(rawValue: UInt8(rawValue >> 11) & 0xF) }

    /// Whether the QR bit is set.
    @inlinable
    package var isResponse: Bool { rawValue & Self.response != 0 }

    /// The bits of a query that its response repeats: opcode and RD. An authoritative server clears CD (RFC 4035
    /// section 3.1.6).
    @inlinable
    package var echoed: UInt16 {
        rawValue & (Self.opcodeMask | Self.recursionDesired)
    }
}

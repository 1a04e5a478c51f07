/// The class of a resource record, or a QCLASS (RFC 1035 section 3.2.4).
public struct RRClass: RawRepresentable, Hashable, Sendable {
    /// The code on the wire.
    public var rawValue: UInt16

    /// Any code, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Equal codes are equal; written out so that the comparison is one instruction in other modules too.
    @inlinable @inline(__always)
    public static func == (left: RRClass, right: RRClass) -> Bool { left.rawValue == right.rawValue }

    /// The Internet.
    @inlinable package static var `in`: RRClass { RRClass(rawValue: 1) }
    /// Chaosnet, used today for `version.bind` and `id.server` (RFC 4892).
    @inlinable package static var ch: RRClass { RRClass(rawValue: 3) }
    /// Hesiod.
    @inlinable package static var hs: RRClass { RRClass(rawValue: 4) }
    /// "No such RRset" in an update (RFC 2136).
    @inlinable package static var none: RRClass { RRClass(rawValue: 254) }
    /// The QCLASS `*`.
    @inlinable package static var any: RRClass { RRClass(rawValue: 255) }

    private static let names: [UInt16: String] = [1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"]

    /// Reads a mnemonic in any case, or `CLASSnnn` (RFC 3597 section 5).
    ///
    /// - Returns: `nil` when it is neither.
    package init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        if let code = Self.names.first(where: { $0.value == upper })?.key {
            rawValue = code
        } else if upper.hasPrefix("CLASS"), upper.dropFirst(5).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let code = UInt16(upper.dropFirst(5))
        {
            rawValue = code
        } else {
            return nil
        }
    }
}

extension RRClass: CustomStringConvertible {
    /// The mnemonic, or `CLASSnnn`.
    public var description: String { Self.names[rawValue] ?? "CLASS\(rawValue)" }
}

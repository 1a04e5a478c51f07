import Glibc

/// An IPv4 or IPv6 address.
///
/// The bits are kept as one integer in host order, an IPv4 address in the low 32 bits, so that prefixes are masks and
/// comparisons are a few instructions. The text form is the one of RFC 5952 (what `inet_ntop` prints).
///
/// They are kept as two halves: a stored `UInt128` among the arguments of an `async` function is miscompiled by Swift
/// 6.3. The type is public, though used in this package alone, because the compiler inlines members across modules only
/// where it is.
public struct IPAddress: Hashable, Sendable {
    /// The two address families.
    public enum Family: UInt8, Sendable, Hashable {
        case v4 = 4
        case v6 = 6

        /// The number of bits in an address of this family: 32 or 128.
        @inlinable package var bitWidth: Int { self == .v4 ? 32 : 128 }
    }

    /// The address family.
    @usableFromInline package let family: Family
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    /// The address bits in host order; an IPv4 address occupies the low 32 bits.
    @inlinable package var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// An IPv4 address from its 32 bits in host order.
    @inlinable
    package init(v4 bits: UInt32) {
        family = .v4
        high = 0
        low = UInt64(bits)
    }

    /// An IPv6 address from its 128 bits in host order.
    @inlinable
    package init(v6 bits: UInt128) {
        family = .v6
        high = UInt64(truncatingIfNeeded: bits >> 64)
        low = UInt64(truncatingIfNeeded: bits)
    }

    /// Reads dotted-quad IPv4 or any RFC 4291 section 2.2 form of IPv6; no brackets, no zone identifier.
    ///
    /// - Returns: `nil` when the text is no address.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard !text.isEmpty, text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        let isV6 = text.utf8.contains(UInt8(ascii: ":"))
        var octets = [UInt8](repeating: 0, count: 16)
        let status = text.withUTF8 { utf8 in
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { buffer in
                for index in 0..<utf8.count { unsafe buffer[index] = CChar(bitPattern: utf8[index]) }
                unsafe buffer[utf8.count] = 0
                return unsafe inet_pton(isV6 ? AF_INET6 : AF_INET, buffer.baseAddress, &octets)
            }
        }
        guard status == 1 else { return nil }
        self.init(octets: octets.prefix(isV6 ? 16 : 4))
    }

    /// An address from 4 or 16 octets in network order.
    ///
    /// - Returns: `nil` for any other count.
    package init?(octets: some Collection<UInt8>) {
        switch octets.count {
        case 4: self.init(v4: octets.reduce(0) { $0 << 8 | UInt32($1) })
        case 16: self.init(v6: octets.reduce(0) { $0 << 8 | UInt128($1) })
        default: return nil
        }
    }

    /// The 4 or 16 octets in network order.
    package var octets: [UInt8] {
        let count = family.bitWidth / 8
        return (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt128(8 * (count - 1 - $0))) }
    }

    /// Whether this is 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        family == .v4 ? bits >> 24 == 127 : bits == 1
    }

    /// Whether this is 0.0.0.0 or ::, which as a listen address means every address of the host.
    package var isUnspecified: Bool { bits == 0 }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then numerically.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family.rawValue, left.bits) < (right.family.rawValue, right.bits)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The text form.
    public var description: String {
        let octets = octets
        let isV6 = family == .v6
        return unsafe String(unsafeUninitializedCapacity: 46) { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                let written = unsafe inet_ntop(isV6 ? AF_INET6 : AF_INET, octets, text.baseAddress, 46)
                return unsafe written.map { unsafe strlen($0) } ?? 0
            }
        }
    }
}

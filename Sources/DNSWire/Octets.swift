// Big-endian access to octets. Every read and write is bounds-checked by the span.

extension Span where Element == UInt8 {
    /// The 16-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package func uint16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    /// The 32-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package func uint32(at offset: Int) -> UInt32 {
        UInt32(uint16(at: offset)) << 16 | UInt32(uint16(at: offset + 2))
    }
}

extension MutableSpan where Element == UInt8 {
    /// Writes a 16-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package mutating func put(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    /// The 16-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package func uint16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }
}

extension Array where Element == UInt8 {
    /// Appends a 16-bit integer in network order.
    @inlinable
    package mutating func append(uint16 value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends a 32-bit integer in network order.
    @inlinable
    package mutating func append(uint32 value: UInt32) {
        append(uint16: UInt16(truncatingIfNeeded: value >> 16))
        append(uint16: UInt16(truncatingIfNeeded: value))
    }

    /// Overwrites two octets with a 16-bit integer in network order.
    @inlinable
    package mutating func put(uint16 value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }
}

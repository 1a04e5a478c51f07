// Big-endian access to octets. Every read and write is bounds-checked by the span, once for the whole integer.

extension Span where Element == UInt8 {
    /// The 16-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package func uint16(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package func uint32(at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}

extension MutableSpan where Element == UInt8 {
    /// Writes a 16-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package mutating func put(_ value: UInt16, at offset: Int) {
        store(value.bigEndian, at: offset)
    }

    /// Writes a 32-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package mutating func put(long value: UInt32, at offset: Int) {
        store(value.bigEndian, at: offset)
    }

    /// Writes a 64-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package mutating func put(word value: UInt64, at offset: Int) {
        store(value.bigEndian, at: offset)
    }

    /// Copies `range` of other octets to the same place here.
    @inlinable @inline(__always)
    package mutating func copy(_ range: Range<Int>, of other: Span<UInt8>) {
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            store(unsafe other.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self), at: index)
            index += 8
        }
        while index < range.upperBound {
            self[index] = other[index]
            index += 1
        }
    }

    /// Writes the octets of an integer as they are in memory.
    @inlinable @inline(__always)
    mutating func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        var octets = unsafe mutableBytes
        octets.storeBytes(of: value, toByteOffset: offset, as: type(of: value))
    }

    /// The 16-bit integer in network order at `offset`.
    @inlinable @inline(__always)
    package func uint16(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
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

/// Reads numbers in network order from what an ``OctetWriter`` wrote, or from anything else: never beyond its end.
package struct OctetReader {
    private let octets: ArraySlice<UInt8>
    private var position: Int

    package init(_ octets: ArraySlice<UInt8>) {
        self.octets = octets
        position = octets.startIndex
    }

    /// How many octets are left.
    package var remaining: Int { octets.endIndex - position }

    /// Reads an integer; `nil` when too few octets are left.
    package mutating func read<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type = Value.self
    ) -> Value? {
        read(octets: Value.bitWidth / 8).map { Value(truncatingIfNeeded: $0) }
    }

    /// Reads an integer of so many octets, at most eight; `nil` when fewer are left.
    package mutating func read(octets count: Int) -> UInt64? {
        guard let field = read(count: count) else { return nil }
        var value: UInt64 = 0
        for octet in field { value = value << 8 | UInt64(octet) }
        return value
    }

    /// Reads a number; `nil` when too few octets are left or it is not finite.
    package mutating func readFloat() -> Float? {
        read(UInt32.self).map { Float(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Reads a number; `nil` when too few octets are left or it is not finite.
    package mutating func readDouble() -> Double? {
        read(UInt64.self).map { Double(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Reads so many octets; `nil` when there are fewer.
    package mutating func read(count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        defer { position += count }
        return octets[position..<(position + count)]
    }

    /// Reads octets with their count in front, 16 bits; `nil` when there are fewer.
    package mutating func readCounted() -> ArraySlice<UInt8>? {
        read(UInt16.self).flatMap { read(count: Int($0)) }
    }

    /// Reads what is left.
    package mutating func readRest() -> ArraySlice<UInt8> {
        defer { position = octets.endIndex }
        return octets[position...]
    }
}

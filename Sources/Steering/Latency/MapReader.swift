/// Reads what a ``MapWriter`` wrote, or anything else: it never reads past the end.
struct MapReader {
    private let octets: ArraySlice<UInt8>
    private var position: Int

    init(_ octets: ArraySlice<UInt8>) {
        self.octets = octets
        position = octets.startIndex
    }

    /// How many octets are left.
    var remaining: Int { octets.endIndex - position }

    /// Reads an integer, most significant octet first; `nil` when too few octets are left.
    mutating func read<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type = Value.self) -> Value? {
        let count = Value.bitWidth / 8
        guard remaining >= count else { return nil }
        var value: Value = 0
        for octet in octets[position..<(position + count)] { value = value << 8 | Value(octet) }
        position += count
        return value
    }

    /// Reads a number; `nil` when too few octets are left or it is not finite.
    mutating func readFloat() -> Float? {
        read(UInt32.self).map { Float(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Reads a number; `nil` when too few octets are left or it is not finite.
    mutating func readDouble() -> Double? {
        read(UInt64.self).map { Double(bitPattern: $0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Reads so many octets; `nil` when there are fewer.
    mutating func read(count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        defer { position += count }
        return octets[position..<(position + count)]
    }

    /// Reads octets with their count in front; `nil` when there are fewer.
    mutating func readCounted() -> ArraySlice<UInt8>? {
        read(UInt16.self).flatMap { read(count: Int($0)) }
    }
}

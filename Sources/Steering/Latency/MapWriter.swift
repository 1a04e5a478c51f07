/// Writes numbers and texts as octets in network order.
struct MapWriter: Sendable {
    /// What was written.
    private(set) var octets: [UInt8] = []

    init() {}

    /// Appends an integer, most significant octet first.
    mutating func write(_ value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            octets.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Appends the bits of a number.
    mutating func write(_ value: Float) { write(value.bitPattern) }

    /// Appends the bits of a number.
    mutating func write(_ value: Double) { write(value.bitPattern) }

    /// Appends octets with their count in front, 65535 of them at most.
    mutating func write(counted field: some Collection<UInt8>) {
        write(UInt16(clamping: field.count))
        octets.append(contentsOf: field.prefix(Int(UInt16.max)))
    }

    /// Appends octets as they are.
    mutating func append(_ more: some Sequence<UInt8>) { octets.append(contentsOf: more) }
}

/// Writes numbers and texts as octets in network order, for an ``OctetReader``.
package struct OctetWriter: Sendable {
    /// What was written.
    package private(set) var octets: [UInt8] = []

    package init() {}

    /// Makes room for so many octets more.
    package mutating func reserve(_ count: Int) { octets.reserveCapacity(octets.count + count) }

    /// Appends an integer.
    package mutating func write(_ value: some FixedWidthInteger & UnsignedInteger) {
        write(UInt64(truncatingIfNeeded: value), octets: value.bitWidth / 8)
    }

    /// Appends the lower octets of an integer, at most eight.
    package mutating func write(_ value: UInt64, octets count: Int) {
        for shift in stride(from: 8 * (count - 1), through: 0, by: -8) {
            octets.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    /// Appends the bits of a number.
    package mutating func write(_ value: Float) { write(value.bitPattern) }

    /// Appends the bits of a number.
    package mutating func write(_ value: Double) { write(value.bitPattern) }

    /// Appends octets with their count in front, 65535 of them at most.
    package mutating func write(counted field: some Collection<UInt8>) {
        write(UInt16(clamping: field.count))
        octets.append(contentsOf: field.prefix(Int(UInt16.max)))
    }

    /// Appends octets as they are.
    package mutating func append(_ more: some Sequence<UInt8>) { octets.append(contentsOf: more) }
}

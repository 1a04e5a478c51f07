/// Reads numbers in network order from octets, never beyond their end.
struct OctetReader {
    private var octets: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) { self.octets = octets }

    var isAtEnd: Bool { octets.isEmpty }

    mutating func integer<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) throws(StateReport.WireError) -> Number {
        var number: Number = 0
        for octet in try take(Number.bitWidth / 8) { number = (number << 7) << 1 | Number(octet) }
        return number
    }

    /// The next octets.
    mutating func take(_ count: Int) throws(StateReport.WireError) -> ArraySlice<UInt8> {
        guard count <= octets.count else { throw .truncated }
        defer { octets = octets.dropFirst(count) }
        return octets.prefix(count)
    }

    /// What is left, as UTF-8.
    mutating func text(limit: Int) throws(StateReport.WireError) -> String {
        guard octets.count <= limit else { throw .tooLarge }
        guard let text = String(validating: octets, as: UTF8.self) else { throw .invalid }
        octets = []
        return text
    }
}

extension [UInt8] {
    /// Appends a number in network order.
    mutating func append(bigEndian number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

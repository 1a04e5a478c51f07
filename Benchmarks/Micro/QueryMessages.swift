/// Queries for one name that differ in their client subnet, or do not differ.
struct QueryMessages {
    private let messages: [[UInt8]]

    /// A power of two: enough that the processor does not learn them by heart, few enough to stay in its cache.
    private static let count = 4096

    /// Messages that ask for the A records of `name`, with EDNS.
    init(_ name: String, hasSubnet: Bool) {
        var head: [UInt8] = [0xBE, 0xEF, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
        for label in name.split(separator: ".") { head += [UInt8(label.utf8.count)] + label.utf8 }
        head += [0, 0, 1, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0]
        messages = (0..<Self.count).map { number in
            guard hasSubnet else { return head + [0, 0] }
            let address = Self.address(number)
            let prefix = [24, 16, 8].map { UInt8(truncatingIfNeeded: address >> $0) }
            return head + [0, 11, 0, 8, 0, 7, 0, 1, 24, 0] + prefix
        }
    }

    /// The message of an operation.
    subscript(number: Int) -> [UInt8] { messages[number & (Self.count - 1)] }

    /// A scattered address, the same for the same number.
    @inline(__always)
    static func address(_ number: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: UInt64(truncatingIfNeeded: number & (count - 1)) &* 0x9E37_79B9_7F4A_7C15 >> 32)
    }
}

/// Makes one query message after another.
struct QuerySource {
    private let patterns: [QueryPattern]
    private let subnets: SubnetSource
    private var random: RandomSource

    init(_ options: LoadOptions) {
        patterns = options.patterns
        subnets = options.subnets
        random = RandomSource(seed: options.seed)
    }

    /// Writes the next query, with ID 0.
    ///
    /// - Parameter room: at least 512 octets; a message has at most 12 + 255 + 4 + 11 + 24.
    /// - Returns: the octets of the message.
    @inline(__always)
    mutating func write(to room: UnsafeMutablePointer<UInt8>) -> Int {
        let pattern = patterns[patterns.count == 1 ? 0 : random.below(patterns.count)]
        let length = pattern.message.count
        unsafe pattern.message.withUnsafeBufferPointer { octets in
            if let base = octets.baseAddress { unsafe room.update(from: base, count: octets.count) }
        }
        if !pattern.digits.isEmpty {
            var number = random.below(pattern.numbers)
            for index in pattern.digits.reversed() {
                let (quotient, digit) = number.quotientAndRemainder(dividingBy: 10)
                unsafe room[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                number = quotient
            }
        }
        let option = unsafe subnets.write(&random, to: room + length)
        // RDLENGTH of the OPT record, which the message ends with.
        unsafe room[length - 1] = UInt8(truncatingIfNeeded: option)
        return length + option
    }
}

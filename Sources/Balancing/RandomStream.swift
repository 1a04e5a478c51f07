/// The numbers that the algorithms draw: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014). Not for secrets.
struct RandomStream: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    mutating func next() -> UInt64 {
        let value = mix(state)
        state &+= 0x9E37_79B9_7F4A_7C15
        return value
    }

    /// The next number below `limit`, which is at least 1; off equal chances by less than limit / 2^64.
    mutating func next(below limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }
}

/// A bijection of 64-bit integers in which every bit of the result depends on every bit of the argument: the output
/// function of SplitMix64.
@inline(__always)
func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
}

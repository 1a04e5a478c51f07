/// Random numbers that are the same in every run (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// Changes to sound input, such as a fuzzer makes, without its knowledge of the code.
package enum Mutation {
    /// The input with one to four places changed.
    package static func mutate(
        _ input: [UInt8],
        with other: [UInt8],
        using generator: inout SeededGenerator
    ) -> [UInt8] {
        var octets = input
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !octets.isEmpty else { return [UInt8.random(in: .min ... .max, using: &generator)] }
            let place = Int.random(in: octets.indices, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: octets[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: octets.insert(octets[Int.random(in: octets.indices, using: &generator)], at: place)
            case 3: octets.remove(at: place)
            case 4: octets.insert(contentsOf: octets[place...].prefix(24), at: place)
            default:
                // The end of another input.
                let start = Int.random(in: 0...other.count, using: &generator)
                octets.replaceSubrange(place..., with: other[start...].prefix(4096))
            }
        }
        return octets
    }
}

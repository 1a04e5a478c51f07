/// SipHash-2-4, the keyed hash of server cookies (Aumasson and Bernstein 2012; RFC 9018 section 4.4).
package struct SipHash: Sendable {
    private var v0, v1, v2, v3: UInt64
    private var tail: UInt64 = 0
    private var length: UInt64 = 0

    /// A hash with a key of 128 bits, its two halves as little-endian integers.
    package init(key: (UInt64, UInt64)) {
        v0 = key.0 ^ 0x736f_6d65_7073_6575
        v1 = key.1 ^ 0x646f_7261_6e64_6f6d
        v2 = key.0 ^ 0x6c79_6765_6e65_7261
        v3 = key.1 ^ 0x7465_6462_7974_6573
    }

    /// Takes in one octet.
    package mutating func update(_ octet: UInt8) {
        tail |= UInt64(octet) << (8 * (length & 7))
        length &+= 1
        guard length & 7 == 0 else { return }
        compress(tail)
        tail = 0
    }

    /// Takes in the octets of an integer, the first in network order first.
    package mutating func update(_ value: some FixedWidthInteger) {
        var shift = value.bitWidth
        while shift > 0 {
            shift -= 8
            update(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// The hash, whose octets are its little-endian form.
    package consuming func finish() -> UInt64 {
        compress(tail | (length & 0xFF) << 56)
        v2 ^= 0xFF
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        v0 &+= v1
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 &+= v3
        v3 = rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
    }

    private func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}

/// The encodings of RFC 4648 that master files use: base16 and base64, and base32hex without padding (RFC 5155).
struct BaseEncoding: Sendable {
    /// What the encoding is called in messages.
    let name: String
    /// The bits that one digit carries: 4, 5 or 6.
    let bitsPerDigit: Int
    /// The digits by value.
    let alphabet: [UInt8]
    /// Whether `=` fills the last group of four digits.
    let isPadded: Bool
    /// The values by digit, in any case where the alphabet has one case; 255 for an octet that is no digit.
    let values: [UInt8]

    static let base16 = BaseEncoding(name: "hexadecimal digits", bits: 4, "0123456789ABCDEF")
    static let base32hex = BaseEncoding(name: "base32hex digits", bits: 5, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
    static let base64 = BaseEncoding(
        name: "base64",
        bits: 6,
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    )

    private init(name: String, bits: Int, _ digits: String) {
        self.name = name
        bitsPerDigit = bits
        alphabet = Array(digits.utf8)
        isPadded = bits == 6
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() {
            values[Int(digit)] = UInt8(value)
            if bits < 6 { values[Int(asciiLowercased(digit))] = UInt8(value) }
        }
        self.values = values
    }

    /// Appends the digits for `octets`.
    func encode(_ octets: some Collection<UInt8>, into text: inout [UInt8]) {
        var accumulator: UInt32 = 0
        var bits = 0
        var count = 0
        for octet in octets {
            accumulator = accumulator << 8 | UInt32(octet)
            bits += 8
            while bits >= bitsPerDigit {
                bits -= bitsPerDigit
                text.append(alphabet[Int(accumulator >> UInt32(bits)) & (alphabet.count - 1)])
                count += 1
            }
        }
        if bits > 0 {
            text.append(alphabet[Int(accumulator << UInt32(bitsPerDigit - bits)) & (alphabet.count - 1)])
            count += 1
        }
        while isPadded, count % 4 != 0 {
            text.append(UInt8(ascii: "="))
            count += 1
        }
    }

    /// Decodes text that comes in pieces.
    struct Decoder {
        private let encoding: BaseEncoding
        private var accumulator: UInt32 = 0
        private var bits = 0
        private var digits = 0
        private var padding = 0

        init(_ encoding: BaseEncoding) {
            self.encoding = encoding
        }

        /// Appends the octets that `text` completes.
        ///
        /// - Returns: whether every octet of `text` was a digit or padding in its place.
        mutating func decode(_ text: some Collection<UInt8>, into octets: inout [UInt8]) -> Bool {
            for digit in text {
                if encoding.isPadded, digit == UInt8(ascii: "=") {
                    padding += 1
                    continue
                }
                let value = encoding.values[Int(digit)]
                guard value != 255, padding == 0 else { return false }
                digits += 1
                accumulator = accumulator << UInt32(encoding.bitsPerDigit) | UInt32(value)
                bits += encoding.bitsPerDigit
                if bits >= 8 {
                    bits -= 8
                    octets.append(UInt8(truncatingIfNeeded: accumulator >> UInt32(bits)))
                    accumulator &= (1 << UInt32(bits)) - 1
                }
            }
            return true
        }

        /// Whether the text so far ends where an octet ends, padded as it must be and with no stray bits.
        var isComplete: Bool {
            guard bits < encoding.bitsPerDigit, accumulator == 0 else { return false }
            return encoding.isPadded ? padding <= 2 && (digits + padding) % 4 == 0 : true
        }
    }
}

import NIOCore

extension ByteBuffer {
    /// Appends the octets of `range` in `octets`.
    mutating func writeOctets(_ octets: Span<UInt8>, _ range: Range<Int>) {
        // Only read, and octets have no invalid values.
        unsafe writeBytes(octets.bytes.extracting(range))
    }

    /// Appends a Content-Length field line.
    mutating func writeContentLength(_ count: UInt64) {
        writeStaticString("Content-Length: ")
        writeDecimal(count)
        writeStaticString("\r\n")
    }

    /// Appends a number in decimal digits.
    mutating func writeDecimal(_ number: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var rest = number
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        writeOctets(digits.span, start..<20)
    }
}

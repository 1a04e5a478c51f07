/// The line before a chunk: its size in hexadecimal and CRLF (RFC 9112 section 7.1).
///
/// A body is sent as `ChunkSizeLine(count)`, the octets, CRLF, for each piece, and `lastChunk` at the end.
package struct ChunkSizeLine: Sendable {
    /// What follows the octets of a chunk.
    package static let chunkEnd: StaticString = "\r\n"
    /// The last chunk with an empty trailer section.
    package static let lastChunk: StaticString = "0\r\n\r\n"

    private let storage: InlineArray<18, UInt8>
    private let start: Int

    /// The line before a chunk of `count` octets, which must be more than 0.
    package init(_ count: Int) {
        var storage = InlineArray<18, UInt8>(repeating: 0)
        storage[16] = 0x0d
        storage[17] = 0x0a
        var start = 16
        var rest = UInt(max(count, 1))
        while rest > 0 {
            start -= 1
            let digit = UInt8(rest & 0x0f)
            storage[start] = digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a")
            rest >>= 4
        }
        self.storage = storage
        self.start = start
    }

    /// The number of octets of the line: 3...18.
    package var count: Int { 18 - start }

    /// Gives the octets of the line to `body`.
    package func withOctets<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(storage.span.extracting(start..<18))
    }
}

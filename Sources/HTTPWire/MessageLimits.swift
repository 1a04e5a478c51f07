/// How much of a message is read before it is refused.
package struct MessageLimits: Hashable, Sendable {
    /// Octets of the request line or status line with its CRLF.
    package var startLine: Int
    /// Field lines of a head, and of a trailer section.
    package var fieldCount: Int
    /// Octets of a field section with its line ends; the same for a trailer section.
    package var fieldSection: Int
    /// Octets of one chunk's extensions.
    package var chunkExtension: Int

    /// The defaults: 8 KiB start line, 100 fields in 32 KiB, 256 octets of chunk extensions.
    package init(
        startLine: Int = 8192,
        fieldCount: Int = 100,
        fieldSection: Int = 32_768,
        chunkExtension: Int = 256
    ) {
        self.startLine = startLine
        self.fieldCount = fieldCount
        self.fieldSection = fieldSection
        self.chunkExtension = chunkExtension
    }

    /// Octets of a head at most; a read buffer that holds this much can hold any head that is accepted.
    package var head: Int { startLine + fieldSection + 2 }
}

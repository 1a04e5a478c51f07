import TCPTransport

extension OctetBuffer {
    /// Appends a Content-Length field line.
    mutating func appendContentLength(_ count: UInt64) {
        append("Content-Length: ")
        append(decimal: count)
        append("\r\n")
    }
}

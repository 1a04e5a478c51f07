import NIOCore

/// A response that the proxy makes itself.
struct LocalResponse {
    var status: Int
    var text: String
    /// Seconds after which the client may try again.
    var retryAfter: Int?

    /// Appends the response, with a body of text unless the request was HEAD.
    ///
    /// - Parameter extraLine: a field line of the caller's with its CRLF.
    func write(
        isHead: Bool,
        connection: ResponseHeadWriter.Connection,
        date: inout DateLine,
        extraLine: String = "",
        into buffer: inout ByteBuffer
    ) {
        buffer.writeString("HTTP/1.1 \(status) \(reasonPhrase(status))\r\nContent-Type: text/plain; charset=utf-8\r\n")
        buffer.writeContentLength(UInt64(text.utf8.count))
        buffer.writeStaticString("Cache-Control: no-store\r\n")
        date.write(into: &buffer)
        buffer.writeString(extraLine)
        if let retryAfter { buffer.writeString("Retry-After: \(retryAfter)\r\n") }
        switch connection {
        case .goesOn, .upgrade: break
        case .keepAlive: buffer.writeStaticString("Connection: keep-alive\r\n")
        case .close: buffer.writeStaticString("Connection: close\r\n")
        }
        buffer.writeStaticString("\r\n")
        if !isHead { buffer.writeString(text) }
    }
}

extension LocalResponse {
    /// The answer to a request that is refused.
    init(_ refusal: Refusal) {
        let status = refusal.status
        self.init(
            status: status,
            text: "\(status) \(reasonPhrase(status))\n\(refusal.text)\n",
            retryAfter: status == 503 ? 5 : nil
        )
    }
}

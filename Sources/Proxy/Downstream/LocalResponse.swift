import TCPTransport

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
        into buffer: inout OctetBuffer
    ) {
        buffer.append(text: "HTTP/1.1 \(status) \(reasonPhrase(status))\r\nContent-Type: text/plain; charset=utf-8\r\n")
        buffer.appendContentLength(UInt64(text.utf8.count))
        buffer.append("Cache-Control: no-store\r\n")
        date.write(into: &buffer)
        buffer.append(text: extraLine)
        if let retryAfter { buffer.append(text: "Retry-After: \(retryAfter)\r\n") }
        switch connection {
        case .goesOn, .upgrade: break
        case .keepAlive: buffer.append("Connection: keep-alive\r\n")
        case .close: buffer.append("Connection: close\r\n")
        }
        buffer.append("\r\n")
        if !isHead { buffer.append(text: text) }
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

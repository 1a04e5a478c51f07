import HTTPWire
import TCPTransport

/// Writes the head of a response as it is sent to a client.
enum ResponseHeadWriter {
    /// What the proxy says about the connection to the client.
    enum Connection {
        /// Nothing: an HTTP/1.1 connection goes on.
        case goesOn
        /// An HTTP/1.0 client is told that it goes on.
        case keepAlive
        /// It ends after this response.
        case close
        /// It becomes another protocol.
        case upgrade
    }

    /// Appends the head for `head`, which was parsed from `octets`, to `buffer`.
    ///
    /// - Parameters:
    ///   - framing: how the body will be sent.
    ///   - date: written when the server sent none (RFC 9110 section 6.6.1).
    static func write(
        _ head: borrowing ResponseHead,
        octets: Span<UInt8>,
        framing: OutgoingFraming,
        connection: Connection,
        date: inout DateLine,
        into buffer: inout OctetBuffer
    ) {
        buffer.append("HTTP/1.1 ")
        buffer.append(decimal: UInt64(head.status))
        buffer.append(" ")
        buffer.append(octets, head.reason)
        buffer.append("\r\n")
        var run = 0..<0
        for field in head.fields.fields where !field.isHopByHop {
            if field.line.lowerBound == run.upperBound {
                run = run.lowerBound..<field.line.upperBound
            } else {
                buffer.append(octets, run)
                run = field.line
            }
        }
        buffer.append(octets, run)
        buffer.append(head.version == .http11 ? "Via: 1.1 tern\r\n" : "Via: 1.0 tern\r\n")
        if head.status >= 200 {
            if !head.fields.contains(.date) { date.write(into: &buffer) }
            if framing == .chunked {
                buffer.append("Transfer-Encoding: chunked\r\n")
            } else if let count = head.fields.contentLength, head.status != 204 {
                buffer.appendContentLength(count)
            }
        }
        switch connection {
        case .goesOn: break
        case .keepAlive: buffer.append("Connection: keep-alive\r\n")
        case .close: buffer.append("Connection: close\r\n")
        case .upgrade:
            buffer.append("Connection: upgrade\r\n")
            for field in head.fields.fields where field.known == .upgrade {
                buffer.append("Upgrade: ")
                buffer.append(octets, field.value)
                buffer.append("\r\n")
            }
        }
        buffer.append("\r\n")
    }
}

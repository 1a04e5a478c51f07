import Addressing
import HTTPWire
import TCPTransport

/// Writes the head of a request as it is sent to a server.
///
/// The fields that stay are copied in runs of whole lines, as they were checked; those that end here (RFC 9110
/// section 7.6.1) are left out, and those by which the proxy frames the message or speaks for itself are written anew
/// behind them, so that no field of the client can take their place or have them removed.
enum RequestHeadWriter {
    /// Appends the head for `head`, which was parsed from `octets`, to `buffer`.
    ///
    /// - Parameter fallbackAuthority: the Host of an HTTP/1.0 request that has none.
    static func write(
        _ head: borrowing RequestHead,
        octets: Span<UInt8>,
        from client: ClientIdentity,
        fallbackAuthority: [UInt8],
        into buffer: inout OctetBuffer
    ) {
        writeRequestLine(head, octets: octets, into: &buffer)
        buffer.append(" HTTP/1.1\r\nHost: ")
        if head.authority.isEmpty {
            buffer.append(fallbackAuthority)
        } else {
            buffer.append(octets, head.authority)
        }
        buffer.append("\r\n")
        copyFields(head, octets: octets, isTrusted: client.isTrusted, into: &buffer)
        writeForwardedFor(head, octets: octets, from: client, into: &buffer)
        if client.isTrusted, head.fields.contains(.forwarded) {
            writeForwarded(head, octets: octets, from: client, into: &buffer)
        }
        if !(client.isTrusted && head.fields.contains(.xForwardedProto)) {
            buffer.append("X-Forwarded-Proto: http\r\n")
        }
        if !(client.isTrusted && head.fields.contains(.xForwardedHost)), !head.authority.isEmpty {
            buffer.append("X-Forwarded-Host: ")
            buffer.append(octets, head.authority)
            buffer.append("\r\n")
        }
        buffer.append(head.version == .http11 ? "Via: 1.1 tern\r\n" : "Via: 1.0 tern\r\n")
        switch head.framing {
        case .length(let count): buffer.appendContentLength(count)
        case .chunked: buffer.append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose, .tunnel:
            if head.fields.contentLength == 0 { buffer.appendContentLength(0) }
        }
        writeConnection(head, octets: octets, into: &buffer)
        buffer.append("\r\n")
    }

    /// The method and the target, which towards an origin server is in origin or asterisk form (RFC 9112 section 3.2).
    private static func writeRequestLine(
        _ head: borrowing RequestHead,
        octets: Span<UInt8>,
        into buffer: inout OctetBuffer
    ) {
        buffer.append(octets, head.methodName)
        let path = head.pathAndQuery
        if head.targetForm == .asterisk || (path.isEmpty && head.method == .options) {
            buffer.append(" *")
        } else if let first = path.first, octets[first] == UInt8(ascii: "/") {
            buffer.append(" ")
        } else {
            buffer.append(" /")
        }
        buffer.append(octets, path)
    }

    private static func copyFields(
        _ head: borrowing RequestHead,
        octets: Span<UInt8>,
        isTrusted: Bool,
        into buffer: inout OctetBuffer
    ) {
        var run = 0..<0
        for field in head.fields.fields {
            let isKept =
                switch field.known {
                case .host, .underscored, .xForwardedFor, .forwarded: false
                case .xForwardedProto, .xForwardedHost, .xRealIP: isTrusted
                // RFC 9110 section 10.1.1: HTTP/1.0 cannot wait.
                case .expect: head.version == .http11
                default: !field.isHopByHop
                }
            guard isKept else { continue }
            if field.line.lowerBound == run.upperBound {
                run = run.lowerBound..<field.line.upperBound
            } else {
                buffer.append(octets, run)
                run = field.line
            }
        }
        buffer.append(octets, run)
    }

    /// X-Forwarded-For with the client, behind what a trusted client says.
    private static func writeForwardedFor(
        _ head: borrowing RequestHead,
        octets: Span<UInt8>,
        from client: ClientIdentity,
        into buffer: inout OctetBuffer
    ) {
        buffer.append("X-Forwarded-For: ")
        if client.isTrusted, head.fields.contains(.xForwardedFor) {
            for field in head.fields.fields where field.known == .xForwardedFor && !field.value.isEmpty {
                buffer.append(octets, field.value)
                buffer.append(", ")
            }
        }
        buffer.append(client.text)
        buffer.append("\r\n")
    }

    /// Forwarded (RFC 7239) with the client behind what a trusted client says; without any, X-Forwarded-* say it.
    private static func writeForwarded(
        _ head: borrowing RequestHead,
        octets: Span<UInt8>,
        from client: ClientIdentity,
        into buffer: inout OctetBuffer
    ) {
        buffer.append("Forwarded: ")
        for field in head.fields.fields where field.known == .forwarded && !field.value.isEmpty {
            buffer.append(octets, field.value)
            buffer.append(", ")
        }
        // RFC 7239 section 6: an IPv6 address stands in brackets, and what has them in quotes.
        let isIPv6 = client.endpoint?.address.family == .v6
        buffer.append(isIPv6 ? "for=\"[" : "for=")
        buffer.append(client.text)
        buffer.append(isIPv6 ? "]\";proto=http\r\n" : ";proto=http\r\n")
    }

    /// Connection, when there is an upgrade or `TE: trailers` to name in it.
    private static func writeConnection(
        _ head: borrowing RequestHead,
        octets: Span<UInt8>,
        into buffer: inout OctetBuffer
    ) {
        if head.isForwardedUpgrade(octets) {
            buffer.append("Connection: upgrade\r\n")
            for field in head.fields.fields where field.known == .upgrade {
                buffer.append("Upgrade: ")
                buffer.append(octets, field.value)
                buffer.append("\r\n")
            }
        } else if let value = head.fields.value(of: .te), octets.equalsIgnoringCase(value, "trailers") {
            buffer.append("Connection: TE\r\nTE: trailers\r\n")
        }
    }
}

extension RequestHead {
    /// Whether the request asks for another protocol and that wish is passed on; HTTP/2 is not asked for this way any
    /// more (RFC 9113 section 3.1), and a tunnel to a server that spoke it would pass by every rule here.
    func isForwardedUpgrade(_ octets: Span<UInt8>) -> Bool {
        guard asksUpgrade else { return false }
        for field in fields.fields where field.known == .upgrade {
            var list = TokenList(field.value)
            while let name = list.next(in: octets) {
                if octets.equalsIgnoringCase(name, "h2c") || octets.equalsIgnoringCase(name, "h2") { return false }
            }
        }
        return true
    }
}

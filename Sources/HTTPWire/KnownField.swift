/// The fields that a proxy must know by name; found once while a head is read, so that nothing later compares strings.
package enum KnownField: UInt8, Sendable, Hashable, CaseIterable {
    /// Any other name.
    case other
    /// A name with an underscore in a request.
    ///
    /// Application gateways take `X_Forwarded_For` for `X-Forwarded-For`, so such names are a way around what the
    /// proxy sets; they are not forwarded.
    case underscored
    case host
    case connection
    case contentLength
    case transferEncoding
    case expect
    case upgrade
    case te
    case trailer
    case keepAlive
    case proxyConnection
    /// Becomes the environment variable HTTP_PROXY of CGI programs.
    case proxy
    case http2Settings
    case via
    case forwarded
    case xForwardedFor
    case xForwardedProto
    case xForwardedHost
    case xRealIP
    case date
    case server

    /// Whether the field belongs to one connection and is never forwarded (RFC 9110 section 7.6.1), or is one by
    /// which the message is framed and which the sender writes anew.
    package var isHopByHop: Bool {
        switch self {
        case .connection, .contentLength, .transferEncoding, .upgrade, .te, .trailer, .keepAlive, .proxyConnection,
            .proxy, .http2Settings:
            true
        default: false
        }
    }

    /// The field whose name is `range`; the octets are known to be a token.
    init(name range: Range<Int>, in octets: Span<UInt8>) {
        self = .other
        func take(_ literal: StaticString, _ field: KnownField) {
            if self == .other, octets.equalsIgnoringCase(range, literal) { self = field }
        }
        switch range.count {
        case 2: take("te", .te)
        case 3: take("via", .via)
        case 4:
            take("host", .host)
            take("date", .date)
        case 5: take("proxy", .proxy)
        case 6:
            take("expect", .expect)
            take("server", .server)
        case 7:
            take("upgrade", .upgrade)
            take("trailer", .trailer)
        case 9:
            take("forwarded", .forwarded)
            take("x-real-ip", .xRealIP)
        case 10:
            take("connection", .connection)
            take("keep-alive", .keepAlive)
        case 14:
            take("content-length", .contentLength)
            take("http2-settings", .http2Settings)
        case 15: take("x-forwarded-for", .xForwardedFor)
        case 16:
            take("proxy-connection", .proxyConnection)
            take("x-forwarded-host", .xForwardedHost)
        case 17:
            take("transfer-encoding", .transferEncoding)
            take("x-forwarded-proto", .xForwardedProto)
        default: break
        }
    }
}

/// A field line of a head that has been read: where its name and value lie, counted from the start of the buffer view
/// that was given to `parse`.
package struct HTTPField: Sendable, Hashable {
    private let nameStart: UInt32
    private let nameCount: UInt16
    /// Which field it is, when it is one of those a proxy must know.
    package internal(set) var known: KnownField
    /// Whether it ends here: a field of `KnownField.isHopByHop`, or one that Connection names.
    package internal(set) var isHopByHop: Bool
    private let valueStart: UInt32
    private let valueCount: UInt32
    private let end: UInt32

    init(name: Range<Int>, value: Range<Int>, lineEnd: Int, known: KnownField) {
        nameStart = UInt32(clamping: name.lowerBound)
        nameCount = UInt16(clamping: name.count)
        valueStart = UInt32(clamping: value.lowerBound)
        valueCount = UInt32(clamping: value.count)
        end = UInt32(clamping: lineEnd)
        self.known = known
        isHopByHop = known.isHopByHop
    }

    /// The field name.
    package var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }

    /// The field value without the space around it.
    package var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }

    /// The whole line with its CRLF; the lines of a head follow one another without a gap.
    package var line: Range<Int> { Int(nameStart)..<Int(end) }
}

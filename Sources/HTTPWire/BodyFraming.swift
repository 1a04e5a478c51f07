/// How the end of a message's body is found (RFC 9112 section 6.3).
package enum BodyFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// So many octets; never 0.
    case length(UInt64)
    /// The chunked transfer coding.
    case chunked
    /// All octets until the connection closes; responses only.
    case untilClose
    /// After 101, or after 2xx to CONNECT, the connection is no longer HTTP; responses only.
    case tunnel

    /// The framing of a request.
    ///
    /// Transfer-Encoding beside Content-Length, or in HTTP/1.0, is refused: RFC 9112 section 6.1 allows it, and each
    /// is how requests are smuggled.
    static func ofRequest(
        version: HTTPVersion,
        fields: FieldSection
    ) throws(HTTPMessageError) -> BodyFraming {
        try declared(version: version, fields: fields) ?? .none
    }

    /// The framing of a response to a request of `method`.
    static func ofResponse(
        status: Int,
        version: HTTPVersion,
        fields: FieldSection,
        toMethod method: HTTPMethod
    ) throws(HTTPMessageError) -> BodyFraming {
        let declared = try declared(version: version, fields: fields)
        if status == 101 || (method == .connect && (200..<300).contains(status)) { return .tunnel }
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        return declared ?? .untilClose
    }

    /// What the fields say; `nil` when they say nothing.
    private static func declared(
        version: HTTPVersion,
        fields: FieldSection
    ) throws(HTTPMessageError) -> BodyFraming? {
        if fields.isChunked {
            guard version >= .http11 else { throw .transferEncodingInOldVersion }
            guard fields.contentLength == nil else { throw .contentLengthWithTransferEncoding }
            return .chunked
        }
        return fields.contentLength.map { $0 == 0 ? .none : .length($0) }
    }
}

/// Why a message is refused: one case per rule of RFC 9110 and RFC 9112 that it breaks.
///
/// Framing is strict: a message that two parsers could read differently is an error, and the connection that carried
/// it cannot be used further. A server answers a bad request with `status`; for a bad response the proxy says 502.
package enum HTTPMessageError: Error, Hashable, Sendable, CaseIterable {
    /// LF without CR before it, or CR without LF after it (RFC 9112 section 2.2).
    case bareLineBreak
    /// The request line is not `method SP request-target SP HTTP-version` (RFC 9112 section 3).
    case malformedRequestLine
    /// The method has an octet that no token has.
    case malformedMethod
    /// The request-target has none of the four forms, or an octet no URI has (RFC 9112 section 3.2).
    case malformedTarget
    /// The status line is not `HTTP-version SP status-code [SP reason-phrase]` (RFC 9112 section 4).
    case malformedStatusLine
    /// `HTTP/` and something other than 1.0 or 1.1.
    case unsupportedVersion
    /// The request line is longer than the limit.
    case requestLineTooLong
    /// More field lines than the limit.
    case tooManyFields
    /// The field section, or a trailer section, has more octets than the limit.
    case fieldSectionTooLarge
    /// A field line without a colon, with an empty name, or with a space or another foreign octet in its name
    /// (RFC 9112 section 5.1).
    case malformedFieldName
    /// A control octet in a field value (RFC 9110 section 5.5).
    case malformedFieldValue
    /// A field line that begins with a space or a tab (RFC 9112 section 5.2).
    case obsoleteFolding
    /// An HTTP/1.1 request without Host (RFC 9112 section 3.2).
    case missingHost
    /// More than one Host.
    case repeatedHost
    /// Host is no `uri-host [":" port]`.
    case malformedHost
    /// Connection is no list of tokens (RFC 9110 section 7.6.1).
    case malformedConnection
    /// Content-Length is not a decimal number that fits 63 bits (RFC 9110 section 8.6).
    case malformedContentLength
    /// Content-Length fields that differ.
    case conflictingContentLength
    /// Content-Length and Transfer-Encoding in one message (RFC 9112 section 6.1).
    case contentLengthWithTransferEncoding
    /// Transfer-Encoding in an HTTP/1.0 message (RFC 9112 section 6.1).
    case transferEncodingInOldVersion
    /// Transfer-Encoding whose last coding is not `chunked`, that repeats it, or that is no list of codings.
    case malformedTransferEncoding
    /// A transfer coding other than `chunked`.
    case unsupportedTransferCoding
    /// A chunk size that is no hexadecimal number of at most 63 bits, or has another octet after it
    /// (RFC 9112 section 7.1).
    case malformedChunkSize
    /// A control octet in a chunk extension.
    case malformedChunkExtension
    /// Chunk extensions beyond the limit.
    case chunkExtensionTooLong
    /// Chunk data not followed by CRLF.
    case malformedChunkEnd

    /// The status code with which a server answers a request that has this fault: 400, 414, 431, 501 or 505.
    package var status: Int {
        switch self {
        case .requestLineTooLong: 414
        case .tooManyFields, .fieldSectionTooLarge: 431
        case .unsupportedTransferCoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }
}

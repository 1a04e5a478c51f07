/// The versions that this codec speaks (RFC 9112 section 2.3).
package enum HTTPVersion: UInt8, Sendable, Hashable, Comparable {
    /// `HTTP/1.0`
    case http10
    /// `HTTP/1.1`
    case http11

    package static func < (left: HTTPVersion, right: HTTPVersion) -> Bool { left.rawValue < right.rawValue }

    /// Reads exactly `HTTP/1.0` or `HTTP/1.1`.
    ///
    /// - Parameter malformed: thrown when it is not even `HTTP/DIGIT.DIGIT`.
    init(
        _ range: Range<Int>,
        in octets: Span<UInt8>,
        malformed: HTTPMessageError
    ) throws(HTTPMessageError) {
        let start = range.lowerBound
        guard range.count == 8, octets.equals(start..<start + 5, "HTTP/"), octets[start + 5].isDigit,
            octets[start + 6] == UInt8(ascii: "."), octets[start + 7].isDigit
        else { throw malformed }
        switch (octets[start + 5], octets[start + 7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): self = .http11
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): self = .http10
        default: throw .unsupportedVersion
        }
    }
}

/// The request method (RFC 9110 section 9.3); names are case-sensitive.
package enum HTTPMethod: UInt8, Sendable, Hashable, CaseIterable {
    /// Any other token.
    case other
    case get
    case head
    case post
    case put
    case delete
    case connect
    case options
    case trace
    case patch

    /// Whether a request may be sent twice (RFC 9110 section 9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }

    init(_ range: Range<Int>, in octets: Span<UInt8>) {
        self =
            switch range.count {
            case 3 where octets.equals(range, "GET"): .get
            case 3 where octets.equals(range, "PUT"): .put
            case 4 where octets.equals(range, "HEAD"): .head
            case 4 where octets.equals(range, "POST"): .post
            case 5 where octets.equals(range, "PATCH"): .patch
            case 5 where octets.equals(range, "TRACE"): .trace
            case 6 where octets.equals(range, "DELETE"): .delete
            case 7 where octets.equals(range, "CONNECT"): .connect
            case 7 where octets.equals(range, "OPTIONS"): .options
            default: .other
            }
    }
}

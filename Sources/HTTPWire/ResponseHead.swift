/// The head of an HTTP/1.1 or HTTP/1.0 response, found in place.
///
/// All ranges count from the start of the view given to `parse` and are of use as long as its octets are kept. One
/// value is used for all responses of a connection; call `reset` between them. Interim responses (1xx) are heads of
/// their own; the final one follows.
///
///     var head = ResponseHead()
///     if let count = try head.parse(buffer.readableBytesUInt8Span) {
///         // `head.status`; `count` octets are the head, the body follows as `head.framing(toMethod:)` says.
///     }
package struct ResponseHead: Sendable {
    /// The version.
    package private(set) var version: HTTPVersion = .http11
    /// The status code, 100...999.
    package private(set) var status = 0
    /// The reason phrase; may be empty.
    package private(set) var reason = 0..<0
    /// The field lines.
    package private(set) var fields = FieldSection(marksUnderscores: false)

    private let limits: MessageLimits
    private var phase = Phase.start
    private var scanned = 0

    private enum Phase { case start, fields, done }

    /// A head not yet begun.
    package init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
    }

    /// Makes ready for the next response at the start of the next view; storage is kept.
    package mutating func reset() {
        phase = .start
        scanned = 0
        fields.reset(at: 0)
    }

    /// Reads as much of the head as there is.
    ///
    /// - Parameter octets: what has been received since `reset`, from the first octet of the head.
    /// - Returns: the octets of the head with the empty line that ends it, or `nil` when more are needed; call again
    ///   with the same octets and more after them.
    /// - Throws: what is wrong; nothing further on the connection can be trusted.
    package mutating func parse(_ octets: Span<UInt8>) throws(HTTPMessageError) -> Int? {
        if phase == .start {
            guard try parseStatusLine(octets) else { return nil }
            phase = .fields
        }
        if phase == .fields {
            guard try fields.parse(octets, limits: limits) else { return nil }
            phase = .done
        }
        return fields.position
    }

    /// How the end of the body is found when the request had this method.
    ///
    /// - Throws: the fields contradict each other.
    package func framing(toMethod method: HTTPMethod) throws(HTTPMessageError) -> BodyFraming {
        try BodyFraming.ofResponse(status: status, version: version, fields: fields, toMethod: method)
    }

    /// Whether the connection may carry another request after this response (RFC 9112 section 9.3).
    package var keepsConnection: Bool {
        if fields.connection.contains(.close) { return false }
        return version == .http11 || fields.connection.contains(.keepAlive)
    }

    /// `HTTP-version SP status-code [SP reason-phrase] CRLF`.
    ///
    /// RFC 9112 section 4 wants the second space even before an empty reason; many servers leave it out.
    private mutating func parseStatusLine(_ octets: Span<UInt8>) throws(HTTPMessageError) -> Bool {
        guard let lineFeed = octets.firstLineFeed(from: scanned) else {
            scanned = octets.count
            guard octets.count <= limits.startLine else { throw .malformedStatusLine }
            return false
        }
        guard lineFeed < limits.startLine else { throw .malformedStatusLine }
        guard lineFeed > 0, octets[lineFeed - 1] == 0x0d else { throw .bareLineBreak }
        let end = lineFeed - 1
        guard end >= 12, octets[8] == 0x20 else { throw .malformedStatusLine }
        version = try HTTPVersion(0..<8, in: octets, malformed: .malformedStatusLine)
        status = 0
        for index in 9..<12 {
            guard octets[index].isDigit else { throw .malformedStatusLine }
            status = status * 10 + Int(octets[index] & 0x0f)
        }
        guard status >= 100, end == 12 || octets[12] == 0x20 else { throw .malformedStatusLine }
        reason = min(13, end)..<end
        if let control = octets.firstControl(in: reason) {
            throw octets[control] == 0x0d ? .bareLineBreak : .malformedStatusLine
        }
        fields.reset(at: lineFeed + 1)
        return true
    }
}

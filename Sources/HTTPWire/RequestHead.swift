/// The head of an HTTP/1.1 or HTTP/1.0 request, found in place.
///
/// All ranges count from the start of the view given to `parse` and are of use as long as its octets are kept. One
/// value is used for all requests of a connection; call `reset` between them.
///
///     var head = RequestHead()
///     if let count = try head.parse(buffer.readableBytesUInt8Span) {
///         // `count` octets are the head; the body, if `head.framing` says so, follows.
///     }
package struct RequestHead: Sendable {
    /// The method.
    package private(set) var method: HTTPMethod = .other
    /// The method as written.
    package private(set) var methodName = 0..<0
    /// The request-target as written.
    package private(set) var target = 0..<0
    /// Which of the four forms the request-target has.
    package private(set) var targetForm: TargetForm = .origin
    /// Path and query: the target itself in origin form, its part behind the authority in absolute form, which may be
    /// empty or begin with `?` (then the path is `/`); empty in the other forms.
    package private(set) var pathAndQuery = 0..<0
    /// Host and port: that of the target when it has one, else the value of Host; empty in HTTP/1.0 without Host.
    package private(set) var authority = 0..<0
    /// The version.
    package private(set) var version: HTTPVersion = .http11
    /// The field lines.
    package private(set) var fields = FieldSection(marksUnderscores: true)
    /// How the end of the body is found: never `untilClose` or `tunnel`.
    package private(set) var framing: BodyFraming = .none

    private let limits: MessageLimits
    private var phase = Phase.start
    /// Where the request line begins, behind an empty line if one came.
    private var start = 0
    private var scanned = 0

    private enum Phase { case start, fields, done }

    /// A head not yet begun.
    package init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
    }

    /// Whether some of the head has been read: the next request has begun.
    package var hasBegun: Bool { phase != .start || scanned > start }

    /// Makes ready for the next request at the start of the next view; storage is kept.
    package mutating func reset() {
        phase = .start
        start = 0
        scanned = 0
        fields.reset(at: 0)
    }

    /// Reads as much of the head as there is.
    ///
    /// - Parameter octets: what has been received since `reset`, from the first octet of the head.
    /// - Returns: the octets of the head with the empty line that ends it, or `nil` when more are needed; call again
    ///   with the same octets and more after them.
    /// - Throws: what is wrong; the connection must be closed after an answer of that `status`.
    package mutating func parse(_ octets: Span<UInt8>) throws(HTTPMessageError) -> Int? {
        if phase == .start {
            guard try parseRequestLine(octets) else { return nil }
            phase = .fields
        }
        if phase == .fields {
            guard try fields.parse(octets, limits: limits) else { return nil }
            try finish(octets)
            phase = .done
        }
        return fields.position
    }

    /// Whether the connection may carry another request after this one (RFC 9112 section 9.3).
    package var keepsConnection: Bool {
        if fields.connection.contains(.close) { return false }
        return version == .http11 || fields.connection.contains(.keepAlive)
    }

    /// Whether the client waits for 100 before it sends the body (RFC 9110 section 10.1.1).
    package private(set) var expectsContinue = false

    /// Whether the client asks for another protocol (RFC 9110 section 7.8): Upgrade, and Connection says so.
    package var asksUpgrade: Bool {
        version == .http11 && fields.connection.contains(.upgrade) && fields.contains(.upgrade)
    }

    // MARK: - Request line

    /// `method SP request-target SP HTTP-version CRLF` (RFC 9112 section 3), after at most one empty line.
    private mutating func parseRequestLine(_ octets: Span<UInt8>) throws(HTTPMessageError) -> Bool {
        if start == 0, octets.count >= 2, octets[0] == 0x0d, octets[1] == 0x0a {
            start = 2
            scanned = 2
        }
        guard let lineFeed = octets.firstLineFeed(from: scanned) else {
            scanned = octets.count
            guard octets.count - start <= limits.startLine else { throw .requestLineTooLong }
            return false
        }
        guard lineFeed + 1 - start <= limits.startLine else { throw .requestLineTooLong }
        guard lineFeed > start, octets[lineFeed - 1] == 0x0d else { throw .bareLineBreak }
        let line = start..<lineFeed - 1
        var index = line.lowerBound
        while index < line.upperBound, octets[index] != 0x20 {
            guard OctetSet.token.contains(octets[index]) else { throw .malformedMethod }
            index += 1
        }
        methodName = line.lowerBound..<index
        guard !methodName.isEmpty, index < line.upperBound else { throw .malformedRequestLine }
        let targetStart = index + 1
        index = targetStart
        while index < line.upperBound, octets[index] != 0x20 {
            guard OctetSet.target.contains(octets[index]) else { throw .malformedTarget }
            index += 1
        }
        target = targetStart..<index
        guard !target.isEmpty, index < line.upperBound else { throw .malformedRequestLine }
        version = try HTTPVersion(index + 1..<line.upperBound, in: octets, malformed: .malformedRequestLine)
        method = HTTPMethod(methodName, in: octets)
        let parts = try RequestTarget(target, method: method, in: octets)
        targetForm = parts.form
        authority = parts.authority
        pathAndQuery = parts.pathAndQuery
        fields.reset(at: lineFeed + 1)
        return true
    }

    // MARK: - What the fields must satisfy together

    private mutating func finish(_ octets: Span<UInt8>) throws(HTTPMessageError) {
        if let host = fields.value(of: .host) {
            guard Authority.isValid(host, in: octets) else { throw .malformedHost }
            // RFC 9112 section 3.2.2: an authority in the target replaces Host.
            if targetForm == .origin || targetForm == .asterisk { authority = host }
        } else if version == .http11 {
            throw .missingHost
        }
        framing = try BodyFraming.ofRequest(version: version, fields: fields)
        expectsContinue = false
        if version == .http11, framing != .none, let expect = fields.value(of: .expect) {
            expectsContinue = octets.equalsIgnoringCase(expect, "100-continue")
        }
    }
}

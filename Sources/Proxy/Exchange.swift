import HTTPWire

/// One request and its response, as far as decisions go: what is sent again, what is answered, which connections
/// live on. No I/O.
///
///     request   receiving ──────────────▶ complete
///     response  awaited ──▶ begun ──▶ complete       interim responses leave it awaited
///
/// Nothing that a client has seen is taken back: once the response has begun, a failure can only break it off. Nothing
/// that a server may have acted on is sent twice: after a request has been sent, only an idempotent one whose body
/// the proxy has not passed on goes out again, and only when the connection had been idle, where a close that crossed
/// the request is likely (RFC 9112 section 9.3.1).
struct Exchange {
    /// What to do about a failure.
    enum Recovery: Hashable {
        /// Choose another server; `tried` says which not to take.
        case tryAnotherServer
        /// Open a fresh connection to the same server.
        case tryFreshConnection
        /// Answer the client with an error.
        case refuse(Refusal)
        /// Break the client's connection off, so that it cannot take the part it has for the whole.
        case breakOff(BreakOff)
    }

    /// How a response will be sent on.
    struct Delivery: Hashable {
        let framing: OutgoingFraming
        let connection: ResponseHeadWriter.Connection
    }

    let method: HTTPMethod
    let version: HTTPVersion
    /// Whether the request was forwarded with Upgrade.
    let asksUpgrade: Bool
    /// Whether all of the request has been received and passed on.
    private(set) var requestIsComplete: Bool
    /// Whether octets of the body have been passed on, so that the request cannot be repeated.
    private(set) var bodyWasForwarded = false
    /// Whether the head of the final response has been passed on.
    private(set) var responseHasBegun = false
    /// Servers that did not accept a connection.
    private(set) var tried: [Int] = []
    /// Whether the client's connection can carry another request after the response.
    private(set) var clientConnectionLivesOn: Bool
    private let furtherServers: Int
    private var wasRepeated = false
    private var interimResponses = 0

    init(
        _ head: borrowing RequestHead,
        asksUpgrade: Bool,
        furtherServers: Int
    ) {
        method = head.method
        version = head.version
        clientConnectionLivesOn = head.keepsConnection
        requestIsComplete = head.framing == .none
        self.asksUpgrade = asksUpgrade
        self.furtherServers = furtherServers
    }

    // MARK: - Request

    /// A piece of the body has been passed on.
    mutating func forwardedBody() { bodyWasForwarded = true }

    /// The end of the request has been passed on.
    mutating func completedRequest() { requestIsComplete = true }

    // MARK: - Failures

    /// A server did not accept a connection; nothing has been sent to it.
    ///
    /// - Parameter mayRetry: asks the pool's budget for another try; asked only when there could be one.
    mutating func connectFailed(server key: Int, timedOut: Bool, mayRetry: @autoclosure () -> Bool) -> Recovery {
        tried.append(key)
        if tried.count <= furtherServers, mayRetry() { return .tryAnotherServer }
        return .refuse(timedOut ? .connectTimeout : .connectFailed)
    }

    /// No server is left to try.
    func serversExhausted() -> Recovery {
        .refuse(tried.isEmpty ? .noHealthyServer : .connectFailed)
    }

    /// The connection to the server closed before the response was complete.
    ///
    /// - Parameters:
    ///   - wasReused: it had carried a request before.
    ///   - hasAnswered: an octet of the response had come.
    ///   - mayRetry: as for `connectFailed`.
    mutating func upstreamLost(wasReused: Bool, hasAnswered: Bool, mayRetry: @autoclosure () -> Bool) -> Recovery {
        if responseHasBegun { return .breakOff(.upstreamClosed) }
        if wasReused, !hasAnswered, method.isIdempotent, !bodyWasForwarded, !wasRepeated, mayRetry() {
            wasRepeated = true
            return .tryFreshConnection
        }
        return .refuse(.upstreamClosed)
    }

    /// The response cannot be understood.
    func upstreamMalformed() -> Recovery {
        responseHasBegun ? .breakOff(.upstreamMalformed) : .refuse(.upstreamMalformed)
    }

    /// The request breaks a rule of HTTP behind its head.
    func requestMalformed(_ error: HTTPMessageError) -> Recovery {
        responseHasBegun ? .breakOff(.requestMalformed) : .refuse(.malformed(error))
    }

    /// Nothing has moved for too long, or all of it has taken too long.
    ///
    /// - Parameters:
    ///   - clientIsSlow: the rest of the request is being waited for.
    ///   - isTotal: the time for the whole exchange is over.
    func timedOut(clientIsSlow: Bool, isTotal: Bool = false) -> Recovery {
        if responseHasBegun { return .breakOff(isTotal ? .totalTimeout : .stalled) }
        if clientIsSlow { return .refuse(.requestTimeout) }
        return .refuse(isTotal ? .totalTimeout : .responseTimeout)
    }

    // MARK: - Response

    /// An interim response has come.
    ///
    /// - Returns: whether the server may go on; one that sends them without end would never be slow.
    mutating func receivedInterim() -> Bool {
        interimResponses += 1
        return interimResponses <= Self.interimLimit
    }

    /// Interim responses to one request at most; more than any use of them needs.
    private static let interimLimit = 64

    /// Whether an interim response with this status is passed on (RFC 9110 section 15.2).
    func forwardsInterim(status: Int) -> Bool { version == .http11 && status != 101 }

    /// Whether 101 is a consequence of what was asked.
    var mayUpgrade: Bool { asksUpgrade && requestIsComplete && !responseHasBegun }

    /// The head of the final response has come: how is it sent on?
    ///
    /// - Parameters:
    ///   - framing: how the server's body ends.
    ///   - stopping: the proxy is about to stop, and connections are to end.
    mutating func beginResponse(framing: BodyFraming, stopping: Bool) -> Delivery {
        responseHasBegun = true
        let outgoing: OutgoingFraming
        switch framing {
        case .none, .tunnel: outgoing = .none
        case .length: outgoing = .verbatim
        case .chunked, .untilClose:
            outgoing = version == .http11 ? .chunked : .verbatim
            // HTTP/1.0 knows no other end of such a body than that of the connection.
            if version == .http10 { clientConnectionLivesOn = false }
        }
        // An answer before the end of the request: what the client still sends is not worth waiting for.
        if !requestIsComplete || stopping { clientConnectionLivesOn = false }
        return Delivery(framing: outgoing, connection: connectionField)
    }

    /// The proxy answers itself; with the request still under way, its rest cannot be told from another request.
    mutating func beginLocalResponse(stopping: Bool) -> ResponseHeadWriter.Connection {
        responseHasBegun = true
        if !requestIsComplete || stopping { clientConnectionLivesOn = false }
        return connectionField
    }

    /// Whether the connection to the server can carry another request after this response.
    func upstreamLivesOn(
        responsePersists: Bool,
        endedAtClose: Bool,
        hasSurplus: Bool
    ) -> Bool {
        requestIsComplete && responsePersists && !endedAtClose && !hasSurplus
    }

    private var connectionField: ResponseHeadWriter.Connection {
        guard clientConnectionLivesOn else { return .close }
        return version == .http10 ? .keepAlive : .goesOn
    }
}

package import HTTPWire

/// Why the proxy answers a request itself, with an error.
package enum Refusal: Hashable, Sendable {
    /// The request breaks a rule of HTTP; the connection is closed.
    case malformed(HTTPMessageError)
    /// CONNECT and TRACE are not for a gateway.
    case methodNotImplemented
    /// The client did not send the whole request in time.
    case requestTimeout
    /// No tier of the pool has a healthy server.
    case noHealthyServer
    /// Every server has all the requests it may have, and so many wait already that no more may.
    case poolFull
    /// No server had room in time.
    case queueTimeout
    /// No server tried accepted a connection.
    case connectFailed
    /// The last server tried did not accept a connection in time.
    case connectTimeout
    /// The server closed the connection before it answered.
    case upstreamClosed
    /// The server's response breaks a rule of HTTP.
    case upstreamMalformed
    /// The server did not answer in time.
    case responseTimeout
    /// The exchange as a whole took too long.
    case totalTimeout

    /// The status code of the answer.
    package var status: Int {
        switch self {
        case .malformed(let error): error.status
        case .methodNotImplemented: 501
        case .requestTimeout: 408
        case .noHealthyServer, .poolFull, .queueTimeout: 503
        case .connectFailed, .upstreamClosed, .upstreamMalformed: 502
        case .connectTimeout, .responseTimeout, .totalTimeout: 504
        }
    }

    /// The name under which it is counted.
    package var name: String {
        switch self {
        case .malformed(let error): "malformed \(error)"
        case .methodNotImplemented: "method not implemented"
        case .requestTimeout: "request timeout"
        case .noHealthyServer: "no healthy server"
        case .poolFull: "pool full"
        case .queueTimeout: "queue timeout"
        case .connectFailed: "connect failed"
        case .connectTimeout: "connect timeout"
        case .upstreamClosed: "upstream closed"
        case .upstreamMalformed: "upstream malformed"
        case .responseTimeout: "response timeout"
        case .totalTimeout: "total timeout"
        }
    }

    /// What the body of the answer says.
    var text: String {
        switch self {
        case .malformed(let error): "The request cannot be understood: \(error)."
        case .methodNotImplemented: "This method is not implemented here."
        case .requestTimeout: "The request did not come in time."
        case .noHealthyServer: "No server is healthy. Try again later."
        case .poolFull, .queueTimeout: "The servers are busy. Try again later."
        case .connectFailed, .upstreamClosed: "The server could not be reached."
        case .upstreamMalformed: "The server's answer cannot be understood."
        case .connectTimeout, .responseTimeout, .totalTimeout: "The server did not answer in time."
        }
    }
}

/// Why a connection of a client was closed other than after a response or by the client.
package enum BreakOff: String, CaseIterable, Hashable, Sendable {
    /// The server closed the connection in the middle of a response.
    case upstreamClosed = "upstream closed"
    /// The server's response breaks a rule of HTTP after its head.
    case upstreamMalformed = "upstream malformed"
    /// Nothing has moved for too long after the response had begun.
    case stalled
    /// The exchange as a whole took too long after the response had begun.
    case totalTimeout = "total timeout"
    /// The rest of the request breaks a rule of HTTP after the response had begun.
    case requestMalformed = "request malformed"
    /// A peer that must begin with a PROXY protocol header did not.
    case proxyHeaderMalformed = "proxy header malformed"
    /// A connection that is passed on octet for octet found no server.
    case noServer = "no server"
    /// All servers of a connection that is passed on octet for octet were full, and so was the line.
    case poolFull = "pool full"
    /// A connection that is passed on octet for octet waited too long for a server with room.
    case queueTimeout = "queue timeout"
    /// A connection that is passed on octet for octet was idle for too long.
    case idle
    /// There are as many clients as there may be.
    case tooManyClients = "too many clients"
}

/// The reason phrases of the status codes that the proxy answers by itself (RFC 9110 section 15).
func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 408: "Request Timeout"
    case 414: "URI Too Long"
    case 431: "Request Header Fields Too Large"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
}

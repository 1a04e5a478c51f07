import DNSWire

/// What a response will carry beside its records; reset for each query.
struct Reply {
    /// The SCOPE PREFIX-LENGTH of an echoed client subnet.
    var scope: UInt8 = 0
    /// Whether the options of the query are repeated; not when they broke the format.
    var echoesOptions = true
    /// Whether the query proved by a cookie that its source address is its own.
    var hasValidCookie = false
    /// Whether any of the options below was set, which for most queries none is.
    private(set) var hasMore = false
    /// The server cookie to give; `nil` when none is asked for.
    var cookie: (head: UInt64, hash: UInt64)? { didSet { hasMore = true } }
    /// An extended error.
    var extendedError: ExtendedError? { didSet { hasMore = true } }
    /// Octets of NSID data, when it is asked for and there is any.
    var identifierLength = 0 { didSet { hasMore = true } }
    /// Whether the connection's keepalive time is told.
    var tellsKeepalive = false { didSet { hasMore = true } }
    /// Octets of the reporting agent's name.
    var agentLength = 0 { didSet { hasMore = true } }
}

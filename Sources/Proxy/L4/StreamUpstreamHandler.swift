import TCPTransport

/// The connection to a server of a client whose octets are passed on as they are; one client's alone.
final class StreamUpstreamHandler: Connection {
    private var client: StreamHandler?
    /// Whether the client's connection is closed when everything has been sent.
    private var endsClient = false
    private var isConnected = false

    // MARK: - For the client's handler

    /// Opens the connection; `client` will be told.
    func open(to server: PooledServer, for client: StreamHandler, within limit: Interval) throws(SocketError) {
        try connect(to: server.identity.endpoint)
        self.client = client
        setDeadline(loop.now + limit)
    }

    /// Sends what there is, then the end.
    ///
    /// - Parameter endsClient: whether the client's connection is closed after that.
    func endOutput(endsClient: Bool) {
        self.endsClient = endsClient
        if endsClient, hasEndedOutput { client?.close() } else { endOutput() }
    }

    /// Closes the connection and says no more to the client.
    func abandon() {
        client = nil
        close()
    }

    // MARK: - Events

    override func opened() {
        isConnected = true
        setDeadline(.never)
        guard let client else { return close() }
        client.upstreamConnected(self)
    }

    override var takesInput: Bool { client?.takesMore ?? true }

    override func received(_ octets: Span<UInt8>) -> Int {
        client?.upstreamReceived(octets)
        return octets.count
    }

    override func inputEnded() { client?.upstreamEnded() }

    override func outputTaken() { client?.upstreamTakesMore() }

    override func outputEnded() { if endsClient { client?.close() } }

    override func deadlinePassed() {
        guard !isConnected else { return }
        let client = client
        abandon()
        client?.upstreamNotConnected(self, nil)
    }

    override func closed(_ reason: CloseReason) {
        let client = client
        self.client = nil
        if case .notOpened(let code) = reason {
            client?.upstreamNotConnected(self, SocketError(code: code))
        } else {
            client?.upstreamClosed()
        }
    }
}

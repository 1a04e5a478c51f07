import HTTPWire
import TCPTransport
import ZoneFile

/// A connection to a server: sends requests, reads responses, and waits idle between them.
///
/// On the loop of the client it serves. It reads while the client can take what it reads, and not otherwise.
final class UpstreamHandler: Connection {
    private enum State { case connecting, idle, head, body, tunnel, closed }

    let server: PooledServer
    /// The response head read last; its ranges hold during `upstreamReceivedHead`.
    private(set) var head: ResponseHead
    /// Whether it had carried a request before the present one.
    private(set) var wasReused = false
    /// Whether an octet has come since the present request was sent.
    private(set) var hasAnswered = false

    private let core: ProxyCore
    private let resources: LoopResources
    private var state = State.connecting
    private var body: BodyReader
    private var method = HTTPMethod.get
    /// Whether it began with a PROXY protocol header, so that it is one client's alone.
    private var isDedicated = false
    /// The client served at present.
    private var client: DownstreamHandler?

    init(server: PooledServer, core: ProxyCore, resources: LoopResources) {
        self.server = server
        self.core = core
        self.resources = resources
        head = ResponseHead(limits: core.limits.message)
        body = BodyReader(limits: core.limits.message)
        super.init(loop: resources.loop)
    }

    // MARK: - For the client's handler

    /// Opens the connection; `client` will be told.
    func open(for client: DownstreamHandler) throws(SocketError) {
        try connect(to: server.identity.endpoint)
        self.client = client
        setDeadline(loop.now + core.times.connect)
    }

    /// Takes up a request of `client`.
    func begin(for client: DownstreamHandler, method: HTTPMethod, reused: Bool) {
        setDeadline(.never)
        self.client = client
        self.method = method
        wasReused = reused
        hasAnswered = false
        head.reset()
        state = .head
    }

    /// Tells the server who the client is, before anything else.
    func write(_ header: ProxyHeader, _ version: PoolTransport.ProxyProtocol) {
        isDedicated = true
        withOutput { header.write(version, into: &$0) }
    }

    /// The connection is no longer HTTP.
    func becomeTunnel() {
        state = .tunnel
    }

    /// Ends the service of the present client and closes the connection.
    func abandon() {
        client = nil
        state = .closed
        close()
    }

    /// Ends the service of the present client and keeps the connection for another.
    func keepIdle() {
        client = nil
        state = .idle
        guard !isDedicated, !isClosed, resources.idle.put(self, server: server.key) else { return abandon() }
        setDeadline(loop.now + core.times.idleUpstream)
        resumeInput()
    }

    // MARK: - Events

    override func opened() {
        guard let client else { return abandon() }
        client.upstreamConnected(self)
    }

    override var takesInput: Bool { client?.takesMore ?? true }

    override func received(_ octets: Span<UInt8>) -> Int {
        switch state {
        case .connecting, .closed:
            return octets.count
        case .idle:
            // Octets nobody asked for: whatever they are, the connection is out of step (RFC 9112 section 9.2).
            resources.idle.remove(self, server: server.key)
            abandon()
            return octets.count
        case .head, .body, .tunnel:
            hasAnswered = true
            var position = 0
            process(octets, &position)
            return position
        }
    }

    override func outputTaken() { client?.upstreamTakesMore() }

    override func inputEnded() {
        let isComplete = state == .body && body.endsAtClose
        close()
        lost(isComplete: isComplete)
    }

    override func closed(_ reason: CloseReason) {
        if state == .connecting {
            state = .closed
            let client = client
            self.client = nil
            guard case .notOpened(let code) = reason else { return }
            client?.upstreamNotConnected(self, SocketError(code: code))
        } else {
            lost(isComplete: false)
        }
    }

    override func deadlinePassed() {
        switch state {
        case .connecting:
            let client = client
            abandon()
            client?.upstreamNotConnected(self, nil)
        case .idle:
            resources.idle.remove(self, server: server.key)
            abandon()
        case .head, .body, .tunnel, .closed: break
        }
    }

    /// The connection has gone, and not because the client's handler wished it.
    ///
    /// - Parameter isComplete: whether that is how the response was to end.
    private func lost(isComplete: Bool) {
        let before = state
        state = .closed
        if before == .idle { resources.idle.remove(self, server: server.key) }
        guard let client else { return }
        self.client = nil
        if before == .tunnel {
            client.upstreamClosedTunnel()
        } else if isComplete {
            client.upstreamFinished(self, hasSurplus: false, endedAtClose: true)
        } else {
            client.upstreamLost(self)
        }
    }

    // MARK: - Response

    private func process(_ octets: Span<UInt8>, _ position: inout Int) {
        while true {
            switch state {
            case .head:
                guard position < octets.count, readHead(octets, &position) else { return }
            case .body:
                guard readBody(octets, &position) else { return }
            case .tunnel:
                guard position < octets.count else { return }
                client?.upstreamReceivedTunnel(octets.extracting(position..<octets.count))
                position = octets.count
            case .connecting, .idle, .closed:
                return
            }
        }
    }

    /// Reads a response head, interim or final, and hands it to the client.
    ///
    /// - Returns: whether there is more to do.
    private func readHead(_ octets: Span<UInt8>, _ position: inout Int) -> Bool {
        let rest = octets.extracting(position..<octets.count)
        do {
            guard let count = try head.parse(rest) else { return false }
            let framing = try head.framing(toMethod: method)
            if framing != .tunnel, head.status >= 200 {
                body.begin(framing)
                state = .body
            }
            client?.upstreamReceivedHead(self, rest, framing: framing)
            position += count
            if state == .head { head.reset() }
            return true
        } catch {
            malformed()
            return false
        }
    }

    private func readBody(_ octets: Span<UInt8>, _ position: inout Int) -> Bool {
        do {
            switch try body.next(octets, from: &position) {
            case .data(let range):
                client?.upstreamReceivedBody(octets.extracting(range))
                return true
            case .needMore:
                return false
            case .end:
                client?.upstreamReceivedEnd(body, octets)
                client?.upstreamFinished(self, hasSurplus: position < octets.count, endedAtClose: false)
                return false
            }
        } catch {
            malformed()
            return false
        }
    }

    private func malformed() {
        let client = client
        abandon()
        client?.upstreamMalformed(self)
    }
}

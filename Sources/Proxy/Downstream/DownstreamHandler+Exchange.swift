import Balancing
import Glibc
import HTTPWire
import Logging
import TCPTransport

// The course of one request: a server is chosen and connected to, the request is sent there, what fails is tried again
// or answered, and the connection goes on or ends.
extension DownstreamHandler {
    /// Begins the exchange of the request whose head was parsed from `octets`.
    func begin(_ octets: Span<UInt8>) {
        core.counters.countRequest()
        requestCount &+= 1
        // Who asks again has had the first response.
        if requestCount == 2 { measureRoundTrip() }
        let isHealthRequest = head.asksForHealth(octets)
        exchange = Exchange(
            head,
            asksUpgrade: head.isForwardedUpgrade(octets),
            furtherServers: core.limits.furtherServers
        )
        state = .exchange
        let isForwarded = !isHealthRequest && head.method != .connect && head.method != .trace
        if isForwarded {
            pool = resources.servingPool(of: core)
            requestKey = pool?.requestKey?.hash(head, octets: octets, from: client) ?? 0
            loop.buffers.supply(&requestHead)
            RequestHeadWriter.write(
                head,
                octets: octets,
                from: client,
                fallbackAuthority: core.fallbackAuthority,
                into: &requestHead
            )
        }
        body.begin(head.framing)
        bodyFraming =
            switch head.framing {
            case .none, .untilClose, .tunnel: .none
            case .length: .verbatim
            case .chunked: .chunked
            }
        head.reset()
        if isHealthRequest {
            answer(core.healthResponse)
        } else if isForwarded {
            if let total = core.times.total { exchangeEnd = loop.now + total }
            touch()
            tryServer()
        } else {
            refuse(.methodNotImplemented)
        }
    }

    /// Chooses a server and sends the request there.
    private func tryServer() {
        guard let exchange, let pool else { return recover(exchange?.serversExhausted() ?? .refuse(.noHealthyServer)) }
        let now = Moment(loop.now)
        switch pool.place(excluding: exchange.tried, key: requestKey, at: now, waiter: { self.makeWaiter() }) {
        case .server(let server): send(to: server)
        case .waiting(let ticket, let time):
            waiting = ticket
            setDeadline(Interval(time))
        case .full: recover(.refuse(.poolFull))
        case .none: recover(exchange.serversExhausted())
        }
    }

    /// Sends the request to the server that was chosen.
    func send(to server: PooledServer) {
        self.server = server
        outcome = .cancelled
        sentAt = loop.now
        if pool?.proxyProtocol == nil, let idle = resources.idle.take(server: server.key) {
            core.counters.countReuse()
            send(on: idle, reused: true)
        } else {
            connect(to: server)
        }
    }

    private func connect(to server: PooledServer) {
        let connecting = UpstreamHandler(server: server, core: core, resources: resources)
        do throws(SocketError) {
            try connecting.open(for: self)
            self.connecting = connecting
        } catch {
            notConnected(to: server, error)
        }
    }

    /// A connection to the server is there.
    func upstreamConnected(_ upstream: UpstreamHandler) {
        guard upstream === connecting, state == .exchange else { return upstream.abandon() }
        connecting = nil
        core.counters.countConnect()
        send(on: upstream, reused: false)
    }

    /// The server has not accepted a connection.
    ///
    /// - Parameter error: `nil` when it has taken too long.
    func upstreamNotConnected(_ upstream: UpstreamHandler, _ error: SocketError?) {
        guard upstream === connecting, state == .exchange else { return }
        connecting = nil
        notConnected(to: upstream.server, error)
    }

    private func notConnected(to server: PooledServer, _ error: SocketError?) {
        core.logger.debug(
            "cannot connect",
            metadata: [
                "server": "\(server.identity.endpoint)", "error": "\(error.map { "\($0)" } ?? "it takes too long")",
            ]
        )
        // The kernel, too, gives up at some time.
        let timedOut = error == nil || error?.code == ETIMEDOUT
        let recovery = exchange?.connectFailed(
            server: server.key,
            timedOut: timedOut,
            mayRetry: pool?.mayRetry(isFree: !timedOut) ?? false
        )
        outcome = .failure
        endAttempt()
        if let recovery { recover(recovery) }
    }

    private func send(on upstream: UpstreamHandler, reused: Bool) {
        guard let exchange else { return upstream.abandon() }
        self.upstream = upstream
        upstream.begin(for: self, method: exchange.method, reused: reused)
        if !reused, let version = pool?.proxyProtocol { upstream.write(proxyHeader, version) }
        upstream.write(requestHead)
        touch()
        // What there is of the body follows.
        resumeInput()
    }

    /// What the server is told of the client when its pool wants the PROXY protocol.
    private var proxyHeader: ProxyHeader {
        guard let source = client.endpoint, let destination = localEndpoint else { return ProxyHeader(addresses: nil) }
        return ProxyHeader(addresses: ProxyHeader.Addresses(source: source, destination: destination))
    }

    /// Passes on what has come of the request's body.
    func forwardBody(_ octets: Span<UInt8>, _ position: inout Int) {
        guard let upstream else { return }
        do {
            while true {
                switch try body.next(octets, from: &position) {
                case .data(let range):
                    exchange?.forwardedBody()
                    upstream.writeBody(octets.extracting(range), bodyFraming)
                    touch()
                case .end:
                    upstream.writeEnd(body, octets, bodyFraming)
                    exchange?.completedRequest()
                    touch()
                    return
                case .needMore:
                    return
                }
            }
        } catch {
            upstream.abandon()
            recover(exchange?.requestMalformed(error) ?? .breakOff(.requestMalformed))
        }
    }

    /// Gives up the present attempt, whatever state it is in.
    func endAttempt() {
        attempt += 1
        upstream = nil
        connecting?.abandon()
        connecting = nil
        if let waiting { _ = pool?.leave(waiting, timedOut: false) }
        waiting = nil
        if let server { pool?.ended(server, outcome, at: Moment(loop.now)) }
        server = nil
        outcome = .cancelled
    }

    func recover(_ recovery: Exchange.Recovery) {
        switch recovery {
        case .tryAnotherServer:
            endAttempt()
            core.counters.countRetry()
            tryServer()
        case .tryFreshConnection:
            // The request keeps its place on the server.
            guard let server else { return }
            upstream = nil
            core.counters.countRetry()
            connect(to: server)
        case .refuse(let refusal):
            endAttempt()
            refuse(refusal)
        case .breakOff(let reason):
            endAttempt()
            breakOff(reason)
        }
    }

    // MARK: - Answers of the proxy's own

    private func refuse(_ refusal: Refusal) {
        core.counters.count(refusal)
        answer(LocalResponse(refusal))
    }

    private func answer(_ response: LocalResponse) {
        guard let connection = exchange?.beginLocalResponse(stopping: isStopping) else { return }
        let isHead = exchange?.method == .head
        withOutput { response.write(isHead: isHead, connection: connection, date: &resources.date, into: &$0) }
        finishExchange()
    }

    /// Answers octets that are no request, or not all of one.
    func answerUnread(_ refusal: Refusal) {
        core.counters.count(refusal)
        withOutput {
            LocalResponse(refusal).write(isHead: false, connection: .close, date: &resources.date, into: &$0)
        }
        linger()
    }

    // MARK: - Ends

    func finishExchange() {
        let livesOn = exchange?.clientConnectionLivesOn == true && exchange?.requestIsComplete == true
        endExchange()
        guard state != .closed else { return }
        guard livesOn, !isStopping else { return linger() }
        state = .head
        setDeadline(core.times.keepAlive)
        resumeInput()
    }

    /// Forgets the exchange.
    func endExchange() {
        exchange = nil
        exchangeEnd = .never
        pool = nil
        loop.buffers.giveBack(&requestHead)
    }

    /// Sends what there is, ends the output, and waits for the client to do the same, lest the response be lost with
    /// the input that nobody reads any more (RFC 9112 section 9.6).
    func linger() {
        state = .lingering
        touch()
        endOutput()
        // What is held is thrown away.
        resumeInput()
    }

    /// Closes a connection that has lingered, if the client has all of the response.
    ///
    /// What the kernel still has to send is lost when an octet of the client finds the socket closed, and may be lost
    /// for want of memory: so the socket stays as long as the client takes some of it now and then.
    func endLinger() {
        let limit = core.limits.stalledBody
        guard delivery != nil, let info = TransportInfo(descriptor),
            delivery?.goesOn(info, at: Moment(loop.now), stallLimit: limit) == true
        else { return close() }
        setDeadline(core.times.linger)
    }

    private func breakOff(_ reason: BreakOff) {
        core.counters.count(reason)
        exchange = nil
        state = .closed
        close()
    }
}

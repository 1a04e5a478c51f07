import Balancing
import HTTPWire
import Logging
import NIOCore

// The course of one request: a server is chosen and connected to, the request is sent there, what fails is tried again
// or answered, and the connection goes on or ends.
extension DownstreamHandler {
    func begin(headCount: Int) {
        core.counters.countRequest()
        requestCount &+= 1
        // Who asks again has had the first response.
        if requestCount == 2 { measureRoundTrip() }
        let input = inbound
        let octets = input.readableBytesUInt8Span
        let isHealthRequest = head.asksForHealth(octets)
        let asksUpgrade = head.isForwardedUpgrade(octets)
        exchange = Exchange(head, asksUpgrade: asksUpgrade, furtherServers: core.limits.furtherServers)
        state = .exchange
        let isForwarded = !isHealthRequest && head.method != .connect && head.method != .trace
        if isForwarded {
            pool = core.servingPool
            requestKey = pool?.requestKey?.hash(head, octets: octets, from: client) ?? 0
            requestHead = resources.buffers.take()
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
        inbound.moveReaderIndex(forwardBy: headCount)
        if inbound.readableBytes == 0 { inbound = ByteBuffer() }
        head.reset()
        if isHealthRequest {
            answer(core.healthResponse)
        } else if isForwarded {
            if let total = core.limits.total, let context { exchangeEnd = context.eventLoop.now + TimeAmount(total) }
            touch()
            tryServer()
        } else {
            refuse(.methodNotImplemented)
        }
    }

    /// Chooses a server and sends the request there.
    private func tryServer() {
        guard let exchange else { return }
        let placement = pool?.place(excluding: exchange.tried, key: requestKey) { self.makeWaiter() } ?? .none
        switch placement {
        case .server(let server): send(to: server)
        case .waiting(let ticket, let time):
            waiting = ticket
            setDeadline(time)
        case .full: recover(.refuse(.poolFull))
        case .none: recover(exchange.serversExhausted())
        }
    }

    /// Sends the request to the server that was chosen.
    func send(to server: PooledServer) {
        self.server = server
        outcome = .cancelled
        sentAt = .now
        if pool?.proxyProtocol == nil, let idle = resources.idle.take(server: server.key) {
            core.counters.countReuse()
            send(on: idle, reused: true)
        } else {
            connect(to: server)
        }
    }

    private func connect(to server: PooledServer) {
        guard let context else { return }
        attempt += 1
        let attempt = attempt
        UpstreamHandler.connect(
            to: server,
            core: core,
            resources: resources,
            on: context.eventLoop
        ) { [self] result in
            let isCurrent = attempt == self.attempt && state == .exchange && upstream == nil
            switch result {
            case .success(let connected):
                guard isCurrent else { return connected.abandon() }
                core.counters.countConnect()
                send(on: connected, reused: false)
                upstream?.flush()
            case .failure(let error):
                guard isCurrent else { return }
                var timedOut = false
                if case ChannelError.connectTimeout = error { timedOut = true }
                core.logger.debug(
                    "cannot connect",
                    metadata: ["server": "\(server.identity.endpoint)", "error": "\(error)"]
                )
                let recovery = exchange?.connectFailed(
                    server: server.key,
                    timedOut: timedOut,
                    mayRetry: pool?.mayRetry(isFree: !timedOut) ?? false
                )
                outcome = .failure
                endAttempt()
                if let recovery { recover(recovery) }
            }
            flush()
        }
    }

    private func send(on upstream: UpstreamHandler, reused: Bool) {
        guard let exchange else { return upstream.abandon() }
        self.upstream = upstream
        upstream.begin(for: self, method: exchange.method, reused: reused)
        if !reused, let version = pool?.proxyProtocol { upstream.write(proxyHeader, version) }
        upstream.write(requestHead)
        touch()
        if !exchange.requestIsComplete { forwardBody() }
        if !isProcessing { upstream.flush() }
        resumeReading()
    }

    /// What the server is told of the client when its pool wants the PROXY protocol.
    private var proxyHeader: ProxyHeader {
        guard let source = client.endpoint, let destination = localEndpoint else { return ProxyHeader(addresses: nil) }
        return ProxyHeader(addresses: ProxyHeader.Addresses(source: source, destination: destination))
    }

    /// Passes on what has come of the request's body.
    func forwardBody() {
        guard let upstream else { return }
        do {
            while true {
                switch try body.next(&inbound) {
                case .data(let data):
                    exchange?.forwardedBody()
                    upstream.writeBody(data, bodyFraming)
                    touch()
                case .end(let trailers):
                    upstream.writeEnd(trailers: trailers, bodyFraming)
                    exchange?.completedRequest()
                    touch()
                    return
                case .needMore:
                    if inbound.readableBytes == 0 { inbound = ByteBuffer() }
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
        if let waiting { _ = pool?.leave(waiting, timedOut: false) }
        waiting = nil
        if let server { pool?.ended(server, outcome) }
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
        output.withBuffer {
            response.write(isHead: isHead, connection: connection, date: &resources.date, into: &$0)
        }
        flush()
        finishExchange()
    }

    /// Answers octets that are no request, or not all of one.
    func answerUnread(_ refusal: Refusal) {
        core.counters.count(refusal)
        output.withBuffer {
            LocalResponse(refusal).write(isHead: false, connection: .close, date: &resources.date, into: &$0)
        }
        linger()
    }

    // MARK: - Ends

    func finishExchange() {
        let livesOn = exchange?.clientConnectionLivesOn == true && exchange?.requestIsComplete == true
        exchange = nil
        exchangeEnd = nil
        pool = nil
        resources.buffers.giveBack(requestHead)
        requestHead = ByteBuffer()
        // A write can find the client gone.
        guard state != .closed else { return }
        guard livesOn, !isStopping else { return linger() }
        state = .head
        setDeadline(core.limits.keepAlive)
        resumeReading()
        process()
        if !isProcessing { flush() }
    }

    /// Sends what there is, ends the output, and waits for the client to do the same, lest the response be lost with
    /// the input that nobody reads any more (RFC 9112 section 9.6).
    func linger() {
        state = .lingering
        measureRoundTrip()
        inbound = ByteBuffer()
        flush()
        touch()
        context?.close(mode: .output, promise: nil)
        resumeReading()
    }

    /// Closes a connection that has lingered, if the client has all of the response.
    ///
    /// What the kernel still has to send is lost when an octet of the client finds the socket closed, and may be lost
    /// for want of memory: so the socket stays as long as the client takes some of it now and then.
    func endLinger() {
        guard let context, delivery != nil else {
            context?.close(promise: nil)
            return
        }
        TransportInfo.read(context.channel) { [self] info in
            let limit = core.limits.stalledBody
            guard let info, state == .lingering, delivery?.goesOn(info, at: .now, stallLimit: limit) == true else {
                self.context?.close(promise: nil)
                return
            }
            setDeadline(core.limits.linger)
        }
    }

    private func breakOff(_ reason: BreakOff) {
        core.counters.count(reason)
        exchange = nil
        state = .closed
        output.discard()
        context?.close(promise: nil)
    }
}

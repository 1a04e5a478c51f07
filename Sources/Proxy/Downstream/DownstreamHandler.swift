import Addressing
import Balancing
import Glibc
import HTTPWire
import Synchronization
import TCPTransport

/// A connection of a client: reads requests, has each sent to a server, and sends back the response, one after another.
///
/// Octets that cannot be used yet (a body whose server is still being connected to, the next request) are held by the
/// connection, and no more is read than `ProxyLimits.heldInput`. When a connection has ended, the object waits for
/// another one (`LoopResources.spareClients`).
final class DownstreamHandler: ClientConnection {
    enum State {
        /// Between requests, or in a request head.
        case head
        /// A request has been accepted and its response is not complete.
        case exchange
        /// As `exchange`, but the connection is no longer HTTP.
        case tunnel
        /// The last response has been sent; input is thrown away until the client closes.
        case lingering
        case closed
    }

    var state = State.closed
    var head: RequestHead
    var body: BodyReader
    var bodyFraming = OutgoingFraming.none
    var client = ClientIdentity(nil, trusted: [])
    /// Requests that the connection has carried.
    var requestCount: UInt64 = 0
    /// Whether a PROXY protocol header must come first.
    private var awaitsProxyHeader = false
    /// Where the client connected to, if it is known from a PROXY protocol header.
    private var proxiedDestination: Endpoint?
    /// Whether the client has ended its side while the last response was being sent.
    private var clientHasEnded = false
    /// Set when the last response is with the kernel.
    var delivery: DeliveryWatch?

    // MARK: The exchange in progress

    var exchange: Exchange?
    /// The head as sent to the server, kept as long as it may have to be sent again.
    var requestHead = OctetBuffer()
    var responseFraming = OutgoingFraming.none
    var pool: ServerPool?
    var server: PooledServer?
    /// What the request is hashed by, where the pool goes by such a thing.
    var requestKey: UInt64 = 0
    /// The place in the pool's line while no server has room.
    var waiting: WaitingTicket?
    /// Tells a turn in line from those given up.
    var attempt = 0
    /// When the request was sent to the server.
    var sentAt = LoopTime.never
    /// What the present attempt has shown of its server.
    var outcome = RequestOutcome.cancelled
    /// The connection that is being opened.
    var connecting: UpstreamHandler?
    var upstream: UpstreamHandler?
    /// When the exchange must be over.
    var exchangeEnd = LoopTime.never

    override init(core: ProxyCore, resources: LoopResources) {
        head = RequestHead(limits: core.limits.message)
        body = BodyReader(limits: core.limits.message)
        super.init(core: core, resources: resources)
    }

    // MARK: - Beginning and end

    /// Takes up a connection that has been accepted, if there is a place for one.
    static func accept(_ descriptor: CInt, from source: Endpoint?, core: ProxyCore, resources: LoopResources) {
        guard core.admitClient() else {
            Glibc.close(descriptor)
            return
        }
        let handler = resources.spareClients.popLast() ?? DownstreamHandler(core: core, resources: resources)
        do {
            try handler.adopt(descriptor)
        } catch {
            core.openClients.subtract(1, ordering: .relaxed)
            return
        }
        handler.state = .head
        handler.client = ClientIdentity(source, trusted: core.trusted)
        handler.awaitsProxyHeader = core.expectsProxyHeader(from: source)
        handler.beginRoundTrip(from: source, isRelayed: handler.client.isTrusted || handler.awaitsProxyHeader)
        handler.setDeadline(core.times.requestHead)
    }

    override func closed(_ reason: CloseReason) {
        let before = state
        state = .closed
        if before == .exchange { core.counters.countClientAbort() }
        upstream?.abandon()
        endAttempt()
        endExchange()
        core.openClients.subtract(1, ordering: .relaxed)
        reset()
    }

    /// Makes the object ready for another connection.
    private func reset() {
        head.reset()
        requestCount = 0
        awaitsProxyHeader = false
        proxiedDestination = nil
        clientHasEnded = false
        delivery = nil
        if resources.spareClients.count < LoopResources.spareLimit { resources.spareClients.append(self) }
    }

    // MARK: - Input

    override var takesInput: Bool {
        switch state {
        case .head: takesMore || heldCount < core.limits.heldInput
        case .lingering, .closed: true
        case .tunnel: upstream?.isWritable ?? false
        case .exchange:
            if let upstream, exchange?.requestIsComplete == false {
                upstream.isWritable
            } else {
                heldCount < core.limits.heldInput
            }
        }
    }

    /// Goes on with what has been received, until more is needed or a response is waited for.
    override func received(_ octets: Span<UInt8>) -> Int {
        var position = 0
        while true {
            switch state {
            case .head:
                if awaitsProxyHeader { guard readProxyHeader(octets, &position) else { return position } }
                // Requests that the proxy answers by itself must not outrun a client that does not read.
                guard takesMore, readHead(octets, &position) else { return position }
            case .exchange:
                if exchange?.requestIsComplete == false, upstream != nil { forwardBody(octets, &position) }
                if state == .exchange { return position }
            case .tunnel:
                guard position < octets.count, let upstream else { return position }
                touch()
                upstream.write(octets.extracting(position..<octets.count))
                return octets.count
            case .lingering, .closed:
                return octets.count
            }
        }
    }

    override func inputEnded() {
        if state == .lingering, delivery == nil {
            // What is still to be sent is sent, and then nothing is waited for.
            clientHasEnded = true
        } else {
            close()
        }
    }

    /// Reads the PROXY protocol header, after which the client is who it says.
    ///
    /// - Returns: whether there is more to do.
    private func readProxyHeader(_ octets: Span<UInt8>, _ position: inout Int) -> Bool {
        do {
            guard let (header, count) = try ProxyHeader.parse(octets.extracting(position..<octets.count)) else {
                return false
            }
            position += count
            awaitsProxyHeader = false
            if let addresses = header.addresses {
                client = ClientIdentity(addresses.source, trusted: core.trusted)
                proxiedDestination = addresses.destination
            }
            return true
        } catch {
            // Whoever speaks here speaks another protocol: there is nothing to answer.
            core.counters.count(BreakOff.proxyHeaderMalformed)
            state = .closed
            close()
            return false
        }
    }

    /// Where the client connected to.
    var localEndpoint: Endpoint? { proxiedDestination ?? Endpoint(boundTo: descriptor)?.unmapped }

    /// Reads a request head and begins its exchange.
    ///
    /// - Returns: whether there is more to do.
    private func readHead(_ octets: Span<UInt8>, _ position: inout Int) -> Bool {
        guard position < octets.count else { return false }
        let rest = octets.extracting(position..<octets.count)
        do {
            let hadBegun = head.hasBegun
            guard let count = try head.parse(rest) else {
                if !hadBegun, requestCount > 0 { setDeadline(core.times.requestHead) }
                return false
            }
            position += count
            begin(rest)
            return true
        } catch {
            answerUnread(.malformed(error))
            return false
        }
    }

    // MARK: - Output

    /// Whether the client takes more at present.
    var takesMore: Bool { isWritable }

    override func outputTaken() {
        touch()
        upstream?.resumeInput()
        resumeInput()
    }

    override func outputEnded() {
        // The last response is with the kernel; from now on the client is only given time to receive it.
        delivery = DeliveryWatch()
        if clientHasEnded { close() } else { setDeadline(core.times.linger) }
    }

    // MARK: - Time

    var isStopping: Bool { core.isStopping.load(ordering: .relaxed) }

    func setDeadline(_ time: Interval) {
        setDeadline(min(loop.now + time, exchangeEnd))
    }

    /// Something has moved.
    func touch() {
        // In line, the deadline is that of the line.
        guard waiting == nil else { return }
        switch state {
        case .exchange:
            let isAwaiting = exchange?.responseHasBegun == false && exchange?.requestIsComplete == true
            setDeadline(isAwaiting ? core.times.responseHead : core.times.stalledBody)
        case .tunnel: setDeadline(core.times.idleTunnel)
        case .lingering: setDeadline(core.times.stalledBody)
        case .head, .closed: break
        }
    }

    override func deadlinePassed() {
        switch state {
        case .head:
            if head.hasBegun { answerUnread(.requestTimeout) } else { close() }
        case .exchange:
            guard waiting == nil else { return leaveLine() }
            let clientIsSlow = exchange?.requestIsComplete == false && upstream?.isWritable ?? false
            let recovery = exchange?.timedOut(clientIsSlow: clientIsSlow, isTotal: loop.now >= exchangeEnd)
            if !clientIsSlow { outcome = .failure }
            upstream?.abandon()
            if let recovery { recover(recovery) }
        case .tunnel: close()
        case .lingering: endLinger()
        case .closed: break
        }
    }

    override func stop(gently: Bool) {
        if !gently, state == .head, !head.hasBegun { close() }
    }

    override func endDrained(_ servers: Set<Int>) {
        guard let server, servers.contains(server.key) else { return }
        core.counters.countDrainOverrun()
        switch state {
        case .exchange:
            upstream?.abandon()
            recover(exchange?.responseHasBegun == true ? .breakOff(.upstreamClosed) : .refuse(.upstreamClosed))
        case .tunnel:
            upstream?.abandon()
            upstreamClosedTunnel()
        case .head, .lingering, .closed: break
        }
    }
}

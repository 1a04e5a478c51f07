import Addressing
import Balancing
import HTTPWire
import NIOCore
import Synchronization
import Telemetry

/// A connection of a client: reads requests, has each sent to a server, and sends back the response, one after another.
///
/// Confined to its event loop. Octets that cannot be used yet (a body whose server is still being connected to, the
/// next request) wait in `inbound`, and no more is read than `ProxyLimits.heldInput`.
final class DownstreamHandler: ChannelDuplexHandler, DeadlineOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

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

    let core: ProxyCore
    let resources: LoopResources
    var state = State.head
    var inbound = ByteBuffer()
    var head: RequestHead
    var body: BodyReader
    var bodyFraming = OutgoingFraming.none
    let output: OutputGatherer
    private var timer = DeadlineTimer()
    var context: ChannelHandlerContext?
    var client = ClientIdentity(nil, trusted: [])
    private var roundTrip = RoundTripSensor.Probe.none
    var isProcessing = false
    private var readIsHeld = false
    /// Requests that the connection has carried.
    var requestCount: UInt64 = 0
    /// Whether a PROXY protocol header must come first.
    private var awaitsProxyHeader = false
    /// Where the client connected to, if it is known from a PROXY protocol header.
    private var proxiedDestination: Endpoint?
    /// Set when the last response is with the kernel.
    var delivery: DeliveryWatch?

    // MARK: The exchange in progress

    var exchange: Exchange?
    /// The head as sent to the server, kept as long as it may have to be sent again.
    var requestHead = ByteBuffer()
    var responseFraming = OutgoingFraming.none
    var pool: ServerPool?
    var server: PooledServer?
    /// What the request is hashed by, where the pool goes by such a thing.
    var requestKey: UInt64 = 0
    /// The place in the pool's line while no server has room.
    var waiting: WaitingTicket?
    /// When the request was sent to the server.
    var sentAt = Moment.start
    /// What the present attempt has shown of its server.
    var outcome = RequestOutcome.cancelled
    var upstream: UpstreamHandler?
    /// When the exchange must be over.
    var exchangeEnd: NIODeadline?
    /// Tells the attempt whose connection is being waited for from those given up.
    var attempt = 0

    init(core: ProxyCore, resources: LoopResources) {
        self.core = core
        self.resources = resources
        head = RequestHead(limits: core.limits.message)
        body = BodyReader(limits: core.limits.message)
        output = OutputGatherer(buffers: resources.buffers)
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        resources.clients[ObjectIdentifier(self)] = self
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        resources.clients[ObjectIdentifier(self)] = nil
        core.openClients.subtract(1, ordering: .relaxed)
    }

    func channelActive(context: ChannelHandlerContext) {
        let peer = Endpoint(context.remoteAddress)
        client = ClientIdentity(peer, trusted: core.trusted)
        awaitsProxyHeader = core.expectsProxyHeader(from: peer)
        roundTrip = resources.roundTrips.begin(
            context.descriptor,
            from: peer?.address,
            isRelayed: client.isTrusted || awaitsProxyHeader
        )
        setDeadline(core.limits.requestHead)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .lingering, state != .closed else { return }
        var data = Self.unwrapInboundIn(data)
        if inbound.readableBytes == 0 { inbound = data } else { inbound.writeBuffer(&data) }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
    }

    func read(context: ChannelHandlerContext) {
        if readsMore { context.read() } else { readIsHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        touch()
        upstream?.resumeReading()
        process()
        resumeReading()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The last response is with the kernel; from now on the client is only given time to receive it.
        if case .outputClosed? = event as? ChannelEvent {
            delivery = DeliveryWatch()
            setDeadline(core.limits.linger)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let before = state
        state = .closed
        timer.cancel()
        output.discard()
        if before == .exchange { core.counters.countClientAbort() }
        upstream?.abandon()
        endAttempt()
        exchange = nil
    }

    // MARK: - Input

    /// Whether more may be read from the client.
    private var readsMore: Bool {
        switch state {
        case .head: takesMore || inbound.readableBytes < core.limits.heldInput
        case .lingering, .closed: true
        case .tunnel: upstream?.isWritable ?? false
        case .exchange:
            if let upstream, exchange?.requestIsComplete == false {
                upstream.isWritable
            } else {
                inbound.readableBytes < core.limits.heldInput
            }
        }
    }

    func resumeReading() {
        guard readIsHeld, readsMore, let context else { return }
        readIsHeld = false
        context.read()
    }

    /// Goes on with what has been received, until more is needed or a response is waited for.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer {
            isProcessing = false
            upstream?.flush()
        }
        while true {
            switch state {
            case .head:
                if awaitsProxyHeader { guard readProxyHeader() else { return } }
                // Requests that the proxy answers by itself must not outrun a client that does not read.
                guard takesMore, readHead() else { return }
            case .exchange:
                if exchange?.requestIsComplete == false, upstream != nil { forwardBody() }
                if state == .exchange { return }
            case .tunnel:
                guard inbound.readableBytes > 0, let upstream else { return }
                touch()
                upstream.write(inbound)
                inbound = ByteBuffer()
            case .lingering, .closed:
                inbound = ByteBuffer()
                return
            }
        }
    }

    /// Reads the PROXY protocol header, after which the client is who it says.
    ///
    /// - Returns: whether there is more to do.
    private func readProxyHeader() -> Bool {
        do {
            guard let (header, count) = try ProxyHeader.parse(inbound.readableBytesUInt8Span) else { return false }
            inbound.moveReaderIndex(forwardBy: count)
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
            inbound = ByteBuffer()
            context?.close(promise: nil)
            return false
        }
    }

    /// Where the client connected to.
    var localEndpoint: Endpoint? { proxiedDestination ?? Endpoint(context?.localAddress) }

    /// Reads a request head and begins its exchange.
    ///
    /// - Returns: whether there is more to do.
    private func readHead() -> Bool {
        guard inbound.readableBytes > 0 else {
            inbound = ByteBuffer()
            return false
        }
        do {
            let hadBegun = head.hasBegun
            guard let count = try head.parse(inbound.readableBytesUInt8Span) else {
                if !hadBegun, requestCount > 0 { setDeadline(core.limits.requestHead) }
                return false
            }
            begin(headCount: count)
            return true
        } catch {
            answerUnread(.malformed(error))
            return false
        }
    }

    /// The client has acknowledged more than the handshake by now.
    func measureRoundTrip() {
        guard roundTrip.isWanted, let context else { return }
        resources.roundTrips.measure(context.descriptor, &roundTrip)
    }

    // MARK: - Output

    /// Whether the client takes more at present.
    var takesMore: Bool { context?.channel.isWritable ?? false }

    func flush() {
        guard let context else { return }
        output.flush(context)
    }

    // MARK: - Time

    var isStopping: Bool { core.isStopping.load(ordering: .relaxed) }

    func setDeadline(_ time: Duration) {
        guard let context else { return }
        timer.set(time, notAfter: exchangeEnd, on: context.eventLoop, for: self)
    }

    /// Something has moved.
    func touch() {
        // In line, the deadline is that of the line.
        guard waiting == nil else { return }
        switch state {
        case .exchange:
            let isAwaiting = exchange?.responseHasBegun == false && exchange?.requestIsComplete == true
            setDeadline(isAwaiting ? core.limits.responseHead : core.limits.stalledBody)
        case .tunnel: setDeadline(core.limits.idleTunnel)
        case .lingering: setDeadline(core.limits.stalledBody)
        case .head, .closed: break
        }
    }

    func timerFired() {
        guard let context, timer.hasPassed(on: context.eventLoop, for: self) else { return }
        switch state {
        case .head:
            if head.hasBegun { answerUnread(.requestTimeout) } else { context.close(promise: nil) }
        case .exchange:
            guard waiting == nil else { return leaveLine() }
            let clientIsSlow = exchange?.requestIsComplete == false && upstream?.isWritable ?? false
            let isTotal = exchangeEnd.map { context.eventLoop.now >= $0 } ?? false
            let recovery = exchange?.timedOut(clientIsSlow: clientIsSlow, isTotal: isTotal)
            if !clientIsSlow { outcome = .failure }
            upstream?.abandon()
            if let recovery { recover(recovery) }
            flush()
        case .tunnel: context.close(promise: nil)
        case .lingering: endLinger()
        case .closed: break
        }
    }

    /// The proxy stops: a connection ends with its present response or, when it waits for a request, at once.
    ///
    /// - Parameter gently: a connection that waits for a request may still carry one, lest the request meet the close.
    func stop(gently: Bool) {
        if !gently, state == .head, !head.hasBegun { close() }
    }

    /// Ends the connection, whatever it does.
    func close() { context?.close(promise: nil) }
}

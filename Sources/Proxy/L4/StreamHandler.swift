import Addressing
import Balancing
import Logging
import NIOCore
import Synchronization
import Telemetry
import ZoneFile

/// A client's connection that is passed on octet for octet to a server of a pool.
///
/// Confined to its event loop, as is the connection to the server. Neither side is read faster than the other takes it;
/// the client is not read at all before the server is connected, so that nothing is held for it.
final class StreamHandler: ChannelDuplexHandler, DeadlineOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase { case header, connecting, relaying, closed }

    private let core: ProxyCore
    private let resources: LoopResources
    private let pool: ServerPool
    private var phase = Phase.connecting
    private var relay = RelayState()
    /// What came with or behind a PROXY protocol header.
    private var inbound = ByteBuffer()
    private var readIsHeld = false
    private var timer = DeadlineTimer()
    private var context: ChannelHandlerContext?
    private var upstream: StreamUpstreamHandler?
    private var server: PooledServer?
    private var tried: [Int] = []
    private var addresses: ProxyHeader.Addresses?
    private var roundTrip = RoundTripSensor.Probe.none
    /// What the present attempt has shown of its server.
    private var outcome = RequestOutcome.cancelled

    init(core: ProxyCore, resources: LoopResources, pool: ServerPool) {
        self.core = core
        self.resources = resources
        self.pool = pool
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        resources.streams[ObjectIdentifier(self)] = self
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        resources.streams[ObjectIdentifier(self)] = nil
        core.openClients.subtract(1, ordering: .relaxed)
    }

    func channelActive(context: ChannelHandlerContext) {
        let peer = Endpoint(context.remoteAddress)
        if let peer, let local = Endpoint(context.localAddress) {
            addresses = ProxyHeader.Addresses(source: peer, destination: local)
        }
        roundTrip = resources.roundTrips.begin(
            context.descriptor,
            from: peer?.address,
            isRelayed: core.isRelay(peer)
        )
        if core.expectsProxyHeader(from: peer) {
            phase = .header
            timer.set(core.limits.requestHead, on: context.eventLoop, for: self)
        } else {
            connect()
        }
    }

    func read(context: ChannelHandlerContext) {
        let mayRead =
            switch phase {
            case .header: true
            case .connecting: false
            case .relaying: upstream?.isWritable ?? false
            case .closed: true
            }
        if mayRead { context.read() } else { readIsHeld = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = Self.unwrapInboundIn(data)
        switch phase {
        case .relaying:
            touch()
            upstream?.write(data)
        case .header:
            inbound.writeBuffer(&data)
            readHeader()
        case .connecting:
            inbound.writeBuffer(&data)
        case .closed: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        upstream?.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        touch()
        upstream?.resumeReading()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return }
        measureRoundTrip()
        if phase == .header { close() } else { follow(relay.ended(.client)) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closed
        timer.cancel()
        let upstream = upstream
        endAttempt()
        upstream?.abandon()
    }

    // MARK: - Server

    private func readHeader() {
        do {
            guard let (header, count) = try ProxyHeader.parse(inbound.readableBytesUInt8Span) else { return }
            inbound.moveReaderIndex(forwardBy: count)
            addresses = header.addresses ?? addresses
            connect()
        } catch {
            breakOff(.proxyHeaderMalformed)
        }
    }

    /// Chooses a server and connects to it.
    private func connect() {
        guard let context else { return }
        phase = .connecting
        // The time for a connection is the connection's own.
        timer.clear()
        let client = addresses?.source.address
        guard tried.count <= core.limits.furtherServers, let server = pool.pick(excluding: tried, from: client) else {
            return breakOff(.noServer)
        }
        self.server = server
        outcome = .cancelled
        let begin = Moment.now
        StreamUpstreamHandler.connect(to: server, core: core, on: context.eventLoop, client: self) { [self] result in
            guard phase == .connecting else {
                if case .success(let late) = result { late.abandon() }
                return
            }
            switch result {
            case .success(let upstream):
                core.counters.countConnect()
                outcome = .success(nanoseconds: Moment.now.nanoseconds - begin.nanoseconds)
                self.begin(upstream)
            case .failure(let error):
                core.logger.debug(
                    "cannot connect",
                    metadata: ["server": "\(server.identity.endpoint)", "error": "\(error)"]
                )
                tried.append(server.key)
                outcome = .failure
                endAttempt()
                core.counters.countRetry()
                connect()
            }
        }
    }

    private func begin(_ upstream: StreamUpstreamHandler) {
        self.upstream = upstream
        phase = .relaying
        if let version = pool.proxyProtocol {
            var buffer = resources.buffers.take()
            ProxyHeader(addresses: addresses).write(version, into: &buffer)
            upstream.write(buffer)
            resources.buffers.giveBack(buffer)
        }
        if inbound.readableBytes > 0 { upstream.write(inbound) }
        inbound = ByteBuffer()
        upstream.flush()
        touch()
        follow(relay.connected())
        resumeReading()
    }

    /// Gives up the server, whatever it does.
    private func endAttempt() {
        upstream = nil
        if let server { pool.ended(server, outcome) }
        server = nil
    }

    /// The server has left the pool, and the time for what it still had to do is over.
    func endDrained(_ servers: Set<Int>) {
        guard phase == .relaying, let server, servers.contains(server.key) else { return }
        core.counters.countDrainOverrun()
        close()
    }

    // MARK: - What the server's connection says

    /// Whether the client takes more at present.
    var takesMore: Bool { context?.channel.isWritable ?? false }

    func upstreamReceived(_ data: ByteBuffer) {
        touch()
        context?.write(Self.wrapOutboundOut(data), promise: nil)
    }

    func upstreamReadComplete() { context?.flush() }

    func upstreamTakesMore() {
        touch()
        resumeReading()
    }

    /// The server has ended its octets.
    func upstreamEnded() { follow(relay.ended(.server)) }

    /// The server's connection has gone: what came from it is sent, then the client's ends too.
    func upstreamClosed() {
        guard phase == .relaying else { return }
        endAttempt()
        endOutput { [self] in close() }
    }

    // MARK: - Ends

    private func follow(_ action: RelayState.Action) {
        switch action {
        case .none: break
        case .endInput(of: .server): upstream?.endOutput {}
        case .endInput(of: .client): endOutput {}
        case .endInputAndClose(of: .server): upstream?.endOutput { [self] in close() }
        case .endInputAndClose(of: .client): endOutput { [self] in close() }
        }
    }

    /// Sends what there is, then the end.
    private func endOutput(whenDone: @escaping () -> Void) {
        context?.flush()
        context?.close(mode: .output).assumeIsolated().whenComplete { _ in whenDone() }
    }

    private func breakOff(_ reason: BreakOff) {
        core.counters.count(reason)
        close()
    }

    /// Closes both connections.
    func close() {
        measureRoundTrip()
        context?.close(promise: nil)
    }

    /// The client has acknowledged more than the handshake by now.
    private func measureRoundTrip() {
        guard roundTrip.isWanted, let context else { return }
        resources.roundTrips.measure(context.descriptor, &roundTrip)
    }

    private func resumeReading() {
        guard readIsHeld, upstream?.isWritable ?? false, let context else { return }
        readIsHeld = false
        context.read()
    }

    // MARK: - Time

    private func touch() {
        guard let context else { return }
        timer.set(core.limits.idleTunnel, on: context.eventLoop, for: self)
    }

    func timerFired() {
        guard let context, timer.hasPassed(on: context.eventLoop, for: self) else { return }
        breakOff(phase == .header ? .proxyHeaderMalformed : .idle)
    }
}

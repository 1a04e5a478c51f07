import HTTPWire
import NIOCore
import NIOPosix
import ZoneFile

/// A connection to a server: sends requests, reads responses, and waits idle between them.
///
/// Confined to its event loop, which is that of the client it serves. It reads while the client can take what it
/// reads, and not otherwise.
final class UpstreamHandler: ChannelDuplexHandler, DeadlineOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State { case idle, head, body, tunnel, closed }

    let server: PooledServer
    /// The response head read last; its ranges hold during `upstreamReceivedHead`.
    private(set) var head: ResponseHead
    /// What has been received and not yet taken.
    private(set) var inbound = ByteBuffer()
    /// Whether it had carried a request before the present one.
    private(set) var wasReused = false
    /// Whether an octet has come since the present request was sent.
    private(set) var hasAnswered = false

    private let core: ProxyCore
    private let resources: LoopResources
    private var state = State.idle
    private var body: BodyReader
    private let output: OutputGatherer
    private var method = HTTPMethod.get
    private var hasFailed = false
    /// Whether it began with a PROXY protocol header, so that it is one client's alone.
    private var isDedicated = false
    private var readIsHeld = false
    private var timer = DeadlineTimer()
    private var context: ChannelHandlerContext?
    /// The client served at present.
    private var client: DownstreamHandler?

    init(server: PooledServer, core: ProxyCore, resources: LoopResources) {
        self.server = server
        self.core = core
        self.resources = resources
        head = ResponseHead(limits: core.limits.message)
        body = BodyReader(limits: core.limits.message)
        output = OutputGatherer(buffers: resources.buffers)
    }

    /// Opens a connection to `server` on the current event loop.
    static func connect(
        to server: PooledServer,
        core: ProxyCore,
        resources: LoopResources,
        on eventLoop: any EventLoop,
        whenDone: @escaping (Result<UpstreamHandler, any Error>) -> Void
    ) {
        let handler = UpstreamHandler(server: server, core: core, resources: resources)
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(core.limits.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: server.address)
            .assumeIsolated()
            .whenComplete { whenDone($0.map { _ in handler }) }
    }

    // MARK: - For the client's handler

    /// Whether the server takes more at present.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Takes up a request of `client`.
    func begin(for client: DownstreamHandler, method: HTTPMethod, reused: Bool) {
        timer.clear()
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
        output.withBuffer { header.write(version, into: &$0) }
    }

    /// Sends part of a request head.
    func write(_ octets: ByteBuffer) {
        guard let context else { return }
        output.write(octets, to: context)
    }

    /// Sends a piece of the request's body.
    func writeBody(_ data: ByteBuffer, _ framing: OutgoingFraming) {
        guard let context else { return }
        output.writeBody(data, framing, to: context)
    }

    /// Sends what ends the request's body.
    func writeEnd(trailers: ByteBuffer?, _ framing: OutgoingFraming) {
        output.writeEnd(trailers: trailers, framing)
    }

    func flush() {
        guard let context else { return }
        output.flush(context)
    }

    /// The connection is no longer HTTP.
    func becomeTunnel() {
        state = .tunnel
    }

    /// The client takes more again.
    func resumeReading() {
        guard readIsHeld, let context else { return }
        readIsHeld = false
        context.read()
    }

    /// Ends the service of the present client and closes the connection.
    func abandon() {
        client = nil
        state = .closed
        output.discard()
        context?.close(promise: nil)
    }

    /// Ends the service of the present client and keeps the connection for another.
    func keepIdle() {
        client = nil
        state = .idle
        guard !isDedicated, resources.idle.put(self, server: server.key) else { return abandon() }
        if let context { timer.set(core.limits.idleUpstream, on: context.eventLoop, for: self) }
        resumeReading()
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if client?.takesMore ?? true {
            context.read()
        } else {
            readIsHeld = true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = Self.unwrapInboundIn(data)
        switch state {
        case .closed:
            return
        case .idle:
            // Octets nobody asked for: whatever they are, the connection is out of step (RFC 9112 section 9.2).
            resources.idle.remove(self, server: server.key)
            return abandon()
        case .head, .body, .tunnel:
            hasAnswered = true
            if inbound.readableBytes == 0 { inbound = data } else { inbound.writeBuffer(&data) }
            process()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        client?.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { client?.upstreamTakesMore() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let before = state
        state = .closed
        timer.cancel()
        output.discard()
        if before == .idle { resources.idle.remove(self, server: server.key) }
        guard let client else { return }
        self.client = nil
        if before == .tunnel {
            client.upstreamClosedTunnel()
        } else if before == .body, body.endsAtClose, !hasFailed {
            client.upstreamFinished(self, trailers: nil, endedAtClose: true)
        } else {
            client.upstreamLost(self)
        }
    }

    // MARK: - Response

    private func process() {
        while true {
            switch state {
            case .head:
                guard inbound.readableBytes > 0, readHead() else { return }
            case .body:
                guard readBody() else { return }
            case .tunnel:
                guard inbound.readableBytes > 0 else { return }
                let octets = inbound
                inbound = ByteBuffer()
                client?.upstreamReceivedTunnel(octets)
            case .idle, .closed:
                return
            }
        }
    }

    /// Reads a response head, interim or final, and hands it to the client.
    ///
    /// - Returns: whether there is more to do.
    private func readHead() -> Bool {
        do {
            guard let count = try head.parse(inbound.readableBytesUInt8Span) else { return false }
            let framing = try head.framing(toMethod: method)
            if framing != .tunnel, head.status >= 200 {
                body.begin(framing)
                state = .body
            }
            client?.upstreamReceivedHead(self, framing: framing)
            inbound.moveReaderIndex(forwardBy: min(count, inbound.readableBytes))
            if state == .head { head.reset() }
            return true
        } catch {
            let client = client
            abandon()
            client?.upstreamMalformed(self)
            return false
        }
    }

    private func readBody() -> Bool {
        do {
            switch try body.next(&inbound) {
            case .data(let data):
                client?.upstreamReceivedBody(data)
                return true
            case .needMore:
                if inbound.readableBytes == 0 { inbound = ByteBuffer() }
                return false
            case .end(let trailers):
                client?.upstreamFinished(self, trailers: trailers, endedAtClose: false)
                if inbound.readableBytes == 0 { inbound = ByteBuffer() }
                return false
            }
        } catch {
            let client = client
            abandon()
            client?.upstreamMalformed(self)
            return false
        }
    }

    func timerFired() {
        guard let context, timer.hasPassed(on: context.eventLoop, for: self), state == .idle else { return }
        resources.idle.remove(self, server: server.key)
        abandon()
    }
}

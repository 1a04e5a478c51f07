import NIOCore
import NIOPosix

/// The connection to a server of a client whose octets are passed on as they are; one client's alone.
final class StreamUpstreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var client: StreamHandler?
    private var readIsHeld = false

    private init(client: StreamHandler) {
        self.client = client
    }

    /// Opens a connection to `server` on the current event loop.
    static func connect(
        to server: PooledServer,
        core: ProxyCore,
        on eventLoop: any EventLoop,
        client: StreamHandler,
        whenDone: @escaping (Result<StreamUpstreamHandler, any Error>) -> Void
    ) {
        let handler = StreamUpstreamHandler(client: client)
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(core.limits.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: server.address)
            .assumeIsolated()
            .whenComplete { result in
                if case .failure = result { handler.client = nil }
                whenDone(result.map { _ in handler })
            }
    }

    // MARK: - For the client's handler

    /// Whether the server takes more at present.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ data: ByteBuffer) { context?.write(Self.wrapOutboundOut(data), promise: nil) }

    func flush() { context?.flush() }

    /// Sends what there is, then the end.
    func endOutput(whenDone: @escaping () -> Void) {
        context?.flush()
        context?.close(mode: .output).assumeIsolated().whenComplete { _ in whenDone() }
    }

    /// The client takes more again.
    func resumeReading() {
        guard readIsHeld, let context else { return }
        readIsHeld = false
        context.read()
    }

    /// Closes the connection and says no more to the client.
    func abandon() {
        client = nil
        context?.close(promise: nil)
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if client?.takesMore ?? true { context.read() } else { readIsHeld = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client?.upstreamReceived(Self.unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        client?.upstreamReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { client?.upstreamTakesMore() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { client?.upstreamEnded() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let client = client
        self.client = nil
        client?.upstreamClosed()
    }
}

import Addressing
import NIOCore
import NIOPosix

/// The datagrams of one client: a socket that is connected to a server, and what waits while it is being opened.
final class DatagramFlow: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = ByteBuffer

    let client: Endpoint
    /// The client's address as replies are sent to it.
    let address: SocketAddress
    /// Which of this host's addresses the client sent to, and so must be answered from, when the listener has several.
    let packetInfo: NIOPacketInfo?
    let pool: ServerPool
    let server: PooledServer
    private var listener: DatagramHandler?
    private var context: ChannelHandlerContext?
    private var waiting: [ByteBuffer] = []
    private var isClosed = false

    /// Datagrams that wait for the socket at most.
    private static let waitingLimit = 16

    init(
        client: Endpoint,
        address: SocketAddress,
        packetInfo: NIOPacketInfo?,
        pool: ServerPool,
        server: PooledServer,
        listener: DatagramHandler
    ) {
        self.client = client
        self.address = address
        self.packetInfo = packetInfo
        self.pool = pool
        self.server = server
        self.listener = listener
    }

    /// Opens the socket.
    func open(on eventLoop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        DatagramBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: DatagramListener.receiveAllocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: server.address)
            .assumeIsolated()
            .whenFailure { [self] _ in fail() }
    }

    /// Sends a datagram to the server.
    func send(_ data: ByteBuffer) {
        guard let context, context.channel.isActive else {
            guard !isClosed, waiting.count < Self.waitingLimit else { listener?.countDropped(); return }
            waiting.append(data)
            return
        }
        guard context.channel.isWritable else { listener?.countDropped(); return }
        write(data, context)
        context.flush()
    }

    /// Closes the socket and says no more.
    func close() {
        isClosed = true
        listener = nil
        waiting = []
        context?.close(promise: nil)
    }

    private func write(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
        context.write(
            NIOAny(AddressedEnvelope(remoteAddress: server.address, data: data)),
            promise: nil
        )
    }

    private func fail() {
        let listener = listener
        close()
        listener?.flowFailed(self)
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        guard !isClosed else { return context.close(promise: nil) }
        for data in waiting { write(data, context) }
        waiting = []
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        listener?.reply(Self.unwrapInboundIn(data).data, of: self)
    }

    func channelReadComplete(context: ChannelHandlerContext) { listener?.repliesEnd() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // On a connected socket an ICMP message about the server comes as an error.
        fail()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isClosed { fail() }
    }
}

import HTTPWire
import NIOCore
import NIOPosix
import Synchronization

@testable import Proxy

/// A number that several threads count up.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    /// Adds, and gives the sum.
    @discardableResult
    func add(_ number: Int) -> Int { count.add(number, ordering: .relaxed).newValue }
}

/// An origin server that does what the test says with what it receives.
final class ScriptedServer: Sendable {
    /// One connection, on its event loop.
    final class Connection {
        /// What came and was not taken.
        var received = ByteBuffer()
        /// Reads the body of a request, for scripts that begin it.
        var body = BodyReader(limits: MessageLimits())
        /// Counts the connections of the server from 1.
        let number: Int
        /// Requests answered on this connection.
        var answered = 0
        /// Who a PROXY protocol header said the client is, for scripts that read one.
        var source = ""
        fileprivate let context: ChannelHandlerContext

        fileprivate init(number: Int, context: ChannelHandlerContext) {
            self.number = number
            self.context = context
        }

        /// Takes what came when it has a complete head.
        func takeHead() -> String? {
            let text = String(buffer: received)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let head = String(text[..<end.lowerBound])
            received.moveReaderIndex(forwardBy: head.utf8.count + 4)
            answered += 1
            return head
        }

        func reply(_ text: String) { context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil) }
        func reply(_ buffer: ByteBuffer) { context.writeAndFlush(NIOAny(buffer), promise: nil) }
        func close() { context.close(promise: nil) }

        /// Writes and says when the octets have left.
        func writeAndFlush(_ buffer: ByteBuffer, whenWritten: @escaping () -> Void) {
            context.writeAndFlush(NIOAny(buffer)).assumeIsolated().whenSuccess { whenWritten() }
        }

        /// Closes so that the other side sees a reset.
        func reset() {
            // As eight octets, 1 is on and no time to linger.
            try? context.channel.syncOptions?.setOption(.socketOption(.so_linger), value: 1)
            context.close(promise: nil)
        }

        /// Does something a little later.
        func later(_ body: @escaping () -> Void) {
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5), body)
        }

        /// Reads no more.
        func stopReading() { _ = try? context.channel.syncOptions?.setOption(.autoRead, value: false) }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let script: @Sendable (Connection) -> Void
        let whenEnded: @Sendable (Connection) -> Void
        let server: ScriptedServer
        var connection: Connection?

        init(
            server: ScriptedServer,
            whenEnded: @escaping @Sendable (Connection) -> Void,
            script: @escaping @Sendable (Connection) -> Void
        ) {
            self.server = server
            self.whenEnded = whenEnded
            self.script = script
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent, let connection { whenEnded(connection) }
        }

        func channelActive(context: ChannelHandlerContext) {
            let number = server.connections.add(1)
            connection = Connection(number: number, context: context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var data = Self.unwrapInboundIn(data)
            guard let connection else { return }
            connection.received.writeBuffer(&data)
            script(connection)
        }

        func channelInactive(context: ChannelHandlerContext) {
            server.closed.add(1)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let connections = Counter()
    private let closed = Counter()
    private let listener = Mutex<(any Channel)?>(nil)

    /// Connections accepted so far.
    var connectionCount: Int { connections.value }
    /// Connections closed so far.
    var closedCount: Int { closed.value }

    var port: UInt16 { listener.withLock { UInt16(clamping: $0?.localAddress?.port ?? 0) } }

    static func start(
        port: UInt16 = 0,
        halfCloses: Bool = false,
        whenEnded: @escaping @Sendable (Connection) -> Void = { _ in },
        _ script: @escaping @Sendable (Connection) -> Void
    ) async throws -> ScriptedServer {
        let server = ScriptedServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: halfCloses)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(server: server, whenEnded: whenEnded, script: script)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: Int(port)).get()
        server.listener.withLock { $0 = channel }
        return server
    }

    /// A server that answers each request with `body` and its connection's number.
    static func answering(_ body: String) async throws -> ScriptedServer {
        try await start { connection in
            while connection.takeHead() != nil {
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
    }

    func stop() async throws {
        try await listener.withLock { $0 }?.close().get()
    }
}

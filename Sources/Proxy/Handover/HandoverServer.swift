import CLinux
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TCPTransport

/// Waits at a Unix domain socket for a process that wants to take the listening sockets over.
///
/// Both processes then have the same sockets, with the same queue of connections not yet accepted: none is lost. When
/// the other says that it is ready, this one accepts no more, says so, and is told to stop; when the other goes without a
/// word, nothing has happened.
final class HandoverServer: Sendable {
    private let channel: any Channel
    private let path: String

    private init(channel: any Channel, path: String) {
        self.channel = channel
        self.path = path
    }

    /// Listens at `path`; a socket that is there is replaced at once by this one.
    ///
    /// - Parameters:
    ///   - sockets: what is given away, when somebody asks.
    ///   - pause: accepts no more.
    ///   - whenTaken: called when the other process is ready and nothing is accepted here.
    static func start(
        path: String,
        on group: MultiThreadedEventLoopGroup,
        logger: Logger,
        sockets: @escaping @Sendable () -> [(socket: ListeningSocket, source: Listeners.Source)],
        pause: @escaping @Sendable () async -> Void,
        whenTaken: @escaping @Sendable () -> Void
    ) async throws(RegionProxyError) -> HandoverServer {
        // Renamed into place, so that at every moment somebody listens at the path.
        let temporary = "\(path).\(getpid())"
        let bootstrap = ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = HandoverHandler(
                        logger: logger,
                        sockets: sockets,
                        pause: pause,
                        whenTaken: whenTaken
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let channel = try await bootstrap.bind(unixDomainSocketPath: temporary, cleanupExistingSocketFile: true)
                .get()
            guard unsafe chmod(temporary, 0o600) == 0, unsafe rename(temporary, path) == 0 else {
                let code = errno
                try? await channel.close()
                unsafe unlink(temporary)
                throw IOError(errnoCode: code, reason: "rename")
            }
            return HandoverServer(channel: channel, path: path)
        } catch {
            let code = (error as? IOError)?.errnoCode ?? 0
            let cause = unsafe strerror(code).map { unsafe String(cString: $0) }
            throw .cannotHandOver(path: path, cause: cause ?? "\(error)")
        }
    }

    /// Listens no more.
    ///
    /// - Parameter removesFile: whether the path is this process's still.
    func stop(removesFile: Bool) async {
        try? await channel.close()
        if removesFile { unsafe unlink(path) }
    }
}

/// The connection of a process that takes over.
private final class HandoverHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let logger: Logger
    private let sockets: @Sendable () -> [(socket: ListeningSocket, source: Listeners.Source)]
    private let pause: @Sendable () async -> Void
    private let whenTaken: @Sendable () -> Void
    private var received = ByteBuffer()

    init(
        logger: Logger,
        sockets: @escaping @Sendable () -> [(socket: ListeningSocket, source: Listeners.Source)],
        pause: @escaping @Sendable () async -> Void,
        whenTaken: @escaping @Sendable () -> Void
    ) {
        self.logger = logger
        self.sockets = sockets
        self.pause = pause
        self.whenTaken = whenTaken
    }

    func channelActive(context: ChannelHandlerContext) {
        let descriptor: CInt? = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (handle: NIOBSDSocket.Handle) in handle
        }
        let user = descriptor.map { tern_peer_user($0) }
        guard let descriptor, let user, user == 0 || user == Int(geteuid()) else {
            logger.warning("hand-over refused to user \(user ?? -1)")
            return context.close(promise: nil)
        }
        let sockets = Array(sockets().prefix(HandoverMessage.limit))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let futures = sockets.map { $0.source.descriptor(on: context.eventLoop) }
        EventLoopFuture.whenAllSucceed(futures, on: context.eventLoop).whenComplete { result in
            let (handler, context) = bound.value
            guard context.channel.isActive, case .success(let descriptors) = result else {
                return context.close(promise: nil)
            }
            let octets = Array(HandoverMessage.text(sockets.map(\.socket)).utf8)
            let sent = unsafe tern_send_descriptors(descriptor, descriptors, descriptors.count, octets, octets.count)
            if sent == octets.count {
                handler.logger.info("\(descriptors.count) listening sockets given to another process")
            } else {
                context.close(promise: nil)
            }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = Self.unwrapInboundIn(data)
        received.writeBuffer(&data)
        guard received.readableBytes >= HandoverMessage.ready.utf8.count else { return }
        guard String(buffer: received) == HandoverMessage.ready else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let paused = context.eventLoop.makeFutureWithTask { [pause] in await pause() }
        paused.whenComplete { [whenTaken] _ in
            let context = bound.value
            let answer = Self.wrapOutboundOut(ByteBuffer(string: HandoverMessage.paused))
            context.writeAndFlush(answer).assumeIsolated().whenComplete { _ in bound.value.close(promise: nil) }
            whenTaken()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

extension Listeners.Source {
    /// The descriptor of the socket, which stays its owner's.
    fileprivate func descriptor(on eventLoop: any EventLoop) -> EventLoopFuture<CInt> {
        switch self {
        case .stream(let listener):
            return eventLoop.makeSucceededFuture(listener.descriptor)
        case .datagram(let channel):
            return channel.eventLoop.submit {
                let handle: CInt? = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable {
                    (handle: NIOBSDSocket.Handle) in handle
                }
                guard let handle else { throw ChannelError.operationUnsupported }
                return handle
            }.hop(to: eventLoop)
        }
    }
}

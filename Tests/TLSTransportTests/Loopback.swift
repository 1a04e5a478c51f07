import NIOCore
import NIOPosix
import TLSTransport

/// Servers and clients on 127.0.0.1.
enum Loopback {
    static let group = MultiThreadedEventLoopGroup.singleton

    /// A server that sets up each connection with `initializer`.
    static func server(
        _ initializer: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try initializer(channel) } }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// A TLS server that sends back what it gets, and closes its side after the client has.
    static func echoServer(_ certificate: TestCertificates.Pair = TestCertificates.valid) async throws -> any Channel {
        let context = try TLSServerContext(
            certificateChain: certificate.certificate,
            privateKey: certificate.key,
            applicationProtocols: ["echo"]
        )
        return try await server { channel in
            try channel.pipeline.syncOperations.addHandlers([TLSHandler(server: context), Echo()])
        }
    }

    /// A TLS client; `recorder` is told what happens.
    static func client(
        to server: any Channel,
        trust: TLSClientContext.Trust = .file(TestCertificates.authority.certificate),
        peer: TLSPeerName = .host("www.example.test"),
        recorder: Recorder,
        isHalfClosable: Bool = false,
        readsByItself: Bool = true
    ) async throws -> any Channel {
        let context = try TLSClientContext(trust: trust, applicationProtocols: ["echo"])
        return try await ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: isHalfClosable)
            .channelOption(.autoRead, value: readsByItself)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(client: context, peer: peer), RecordingHandler(recorder),
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { context.close(mode: .output, promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }
}

/// What came out of a channel, as a stream.
struct Recorder: Sendable {
    enum Event: Sendable {
        case handshake(TLSHandshakeCompleted)
        case octets(ByteBuffer)
        case inputClosed
        case error(any Error)
        case inactive
    }

    let events: AsyncStream<Event>
    let continuation: AsyncStream<Event>.Continuation

    init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Octets received until there are `count` or the stream ends, and the other events until then by name.
    func gather(_ count: Int) async -> (octets: ByteBuffer, others: [String]) {
        var octets = ByteBuffer()
        var others: [String] = []
        for await event in events {
            switch event {
            case .octets(var part): octets.writeBuffer(&part)
            case .handshake(let event): others.append("\(event.version) \(event.applicationProtocol ?? "-")")
            case .inputClosed: others.append("input closed")
            case .error(let error): others.append("\(error)")
            case .inactive: others.append("inactive")
            }
            if octets.readableBytes >= count { break }
        }
        return (octets, others)
    }
}

final class RecordingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let recorder: Recorder

    init(_ recorder: Recorder) { self.recorder = recorder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        recorder.continuation.yield(.octets(Self.unwrapInboundIn(data)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted: recorder.continuation.yield(.handshake(event))
        case ChannelEvent.inputClosed: recorder.continuation.yield(.inputClosed)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        recorder.continuation.yield(.error(error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        recorder.continuation.yield(.inactive)
        recorder.continuation.finish()
    }
}

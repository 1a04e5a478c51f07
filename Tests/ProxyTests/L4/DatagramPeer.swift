import NIOCore
import NIOPosix
import Synchronization

/// A socket for datagrams that collects what comes, and may answer.
final class DatagramPeer: Sendable {
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        let peer: DatagramPeer

        init(_ peer: DatagramPeer) { self.peer = peer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = Self.unwrapInboundIn(data)
            let text = String(buffer: envelope.data)
            peer.received.withLock { $0.append(text) }
            guard let name = peer.name else { return }
            let answer = AddressedEnvelope(
                remoteAddress: envelope.remoteAddress,
                data: ByteBuffer(string: "\(name) \(envelope.remoteAddress.port ?? 0) \(text)")
            )
            context.writeAndFlush(NIOAny(answer), promise: nil)
        }
    }

    let received = Mutex<[String]>([])
    private let name: String?
    private let channel = Mutex<(any Channel)?>(nil)

    /// - Parameter name: what it answers with; `nil` for a peer that does not answer.
    init(name: String? = nil, port: UInt16 = 0) async throws {
        self.name = name
        let bound = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(self))
                }
            }
            .bind(host: "127.0.0.1", port: Int(port)).get()
        channel.withLock { $0 = bound }
    }

    var port: UInt16 { channel.withLock { UInt16(clamping: $0?.localAddress?.port ?? 0) } }

    func send(_ text: String, to port: UInt16) async throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: Int(port))
        let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: text))
        try await channel.withLock { $0 }?.writeAndFlush(envelope).get()
    }

    func close() async throws { try await channel.withLock { $0 }?.close().get() }
}

import Addressing
import NIOCore
import NIOPosix
import Synchronization
import TLSTransport

/// A server on 127.0.0.1 that treats its connections as told.
final class LoopbackServer: Sendable {
    enum Manner: Sendable {
        /// Writes this as soon as something is received, and leaves the connection open.
        case answer(String)
        /// Writes this when something is received first, and closes without a word when something is received again.
        case answerOnce(String)
        /// Writes this when something is received, and closes.
        case answerAndClose(String)
        /// Reads and says nothing.
        case silent
        /// Closes without a word when something is received.
        case close
        /// Writes this octet by octet, one every 5 ms.
        case drip(String)
        /// Writes this again and again without end.
        case flood(String)
    }

    static func response(_ status: Int, fields: String = "") -> Manner {
        .answer("HTTP/1.1 \(status) Whatever\r\nContent-Length: 2\r\n\(fields)\r\nok")
    }

    let endpoint: Endpoint
    private let channel: any Channel
    private let shared: State

    private final class State: Sendable {
        let manner: Mutex<Manner>
        let requests = Mutex<[String]>([])
        let openCount = Atomic(0)
        let usedCount = Atomic(0)

        init(_ manner: Manner) { self.manner = Mutex(manner) }
    }

    /// Listens; with a certificate, over TLS.
    init(_ manner: Manner, certificate: TestCertificates.Pair? = nil) async throws {
        let shared = State(manner)
        let tls = try certificate.map {
            try TLSServerContext(certificateChain: $0.certificate, privateKey: $0.key)
        }
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(TLSHandler(server: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Connection(shared))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.shared = shared
        endpoint = Endpoint(IPAddress(v4: 0x7f00_0001), port: UInt16(channel.localAddress?.port ?? 0))
    }

    /// Everything received, a read at a time.
    var requests: [String] { shared.requests.withLock { $0 } }
    /// Connections open now.
    var openCount: Int { shared.openCount.load(ordering: .relaxed) }

    /// Connections over which something was received.
    var usedCount: Int { shared.usedCount.load(ordering: .relaxed) }

    /// Closes the listening socket alone.
    func stopAccepting() { channel.close(promise: nil) }

    func behave(_ manner: Manner) { shared.manner.withLock { $0 = manner } }

    func stop() async throws { try await channel.close() }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let shared: State
        private var count = 0

        init(_ shared: State) { self.shared = shared }

        func channelActive(context: ChannelHandlerContext) {
            shared.openCount.add(1, ordering: .relaxed)
        }

        func channelInactive(context: ChannelHandlerContext) {
            shared.openCount.subtract(1, ordering: .relaxed)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if count == 0 { shared.usedCount.add(1, ordering: .relaxed) }
            count += 1
            let request = String(buffer: Self.unwrapInboundIn(data))
            shared.requests.withLock { $0.append(request) }
            let channel = context.channel
            switch shared.manner.withLock({ $0 }) {
            case .answerOnce where count > 1: channel.close(promise: nil)
            case .answer(let text), .answerOnce(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            case .answerAndClose(let text):
                channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
            case .silent: break
            case .close: channel.close(promise: nil)
            case .drip(let text): Self.drip(Array(text.utf8)[...], to: channel)
            case .flood(let text): Self.flood(ByteBuffer(string: String(repeating: text, count: 1000)), to: channel)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private static func drip(_ octets: ArraySlice<UInt8>, to channel: any Channel) {
            guard let first = octets.first else { return }
            channel.writeAndFlush(ByteBuffer(bytes: [first])).whenSuccess {
                channel.eventLoop.scheduleTask(in: .milliseconds(5)) { drip(octets.dropFirst(), to: channel) }
            }
        }

        private static func flood(_ octets: ByteBuffer, to channel: any Channel) {
            channel.writeAndFlush(octets).whenSuccess {
                // Not within the write that may succeed at once: that would only go deeper and deeper.
                channel.eventLoop.execute { flood(octets, to: channel) }
            }
        }
    }
}

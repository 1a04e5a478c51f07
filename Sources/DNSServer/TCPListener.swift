import Addressing
import Authority
import Glibc
import NIOCore
import NIOPosix

/// Bounds on what one TCP client, and all of them together, may take (RFC 7766 section 6, RFC 9210 section 4).
package struct TCPLimits: Sendable, Hashable {
    /// How long a connection may be without a whole query arriving.
    package var idleTimeout: Duration = .seconds(30)
    /// Connections at once; a further one is closed at once.
    package var maximumConnections = 10_000
    /// Connections at once from one address.
    package var maximumConnectionsPerClient = 200

    package init() {}
}

/// Answers queries over TCP on one endpoint, with the same code as over UDP.
final class TCPListener: Sendable {
    /// The endpoint bound.
    let endpoint: Endpoint
    private let channel: any Channel

    /// Binds and starts answering.
    ///
    /// - Throws: ``ListenError``
    static func start(
        _ endpoint: Endpoint,
        publisher: SnapshotPublisher,
        limits: TCPLimits,
        group: MultiThreadedEventLoopGroup
    ) async throws(ListenError) -> TCPListener {
        let census = ConnectionCensus(limits)
        let desks = AnswerDesks(publisher)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                // An IPv6 address takes no IPv4, as for datagrams, so that both families can be listened on.
                guard endpoint.address.family == .v6 else { return channel.eventLoop.makeSucceededVoidFuture() }
                return channel.setOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
            }
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = TCPConnection(desks: desks, limits: limits, census: census)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let channel = try await bootstrap.bind(host: "\(endpoint.address)", port: Int(endpoint.port)).get()
            let port = channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? endpoint.port
            return TCPListener(endpoint: Endpoint(endpoint.address, port: port), channel: channel)
        } catch let error as IOError {
            throw ListenError(endpoint: endpoint, transport: "TCP", code: error.errnoCode)
        } catch {
            throw ListenError(endpoint: endpoint, transport: "TCP", code: EINVAL)
        }
    }

    private init(endpoint: Endpoint, channel: any Channel) {
        self.endpoint = endpoint
        self.channel = channel
    }

    /// Stops accepting; open connections end with the event loops.
    func stop() async {
        try? await channel.close()
    }
}

package import Addressing
import NIOCore
package import NIOPosix
import Synchronization

/// A small origin server that says who it is: what `tern up` runs behind the proxies of a zone to try it out.
///
/// Any request is answered with 200 and a few lines of text: the server, its region, the method, the target and
/// X-Forwarded-For; `/health` with `ok`. Bodies of requests are read over.
package final class OriginServer: Sendable {
    /// What a server says about itself.
    struct Identity: Sendable {
        let name: String
        let region: String
    }

    /// Where it listens, with the port that the system chose in place of 0.
    package let endpoint: Endpoint
    private let listener: any Channel
    private let connections: Connections

    /// The open connections, so that they end with the server.
    private final class Connections: Sendable {
        private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

        func add(_ channel: any Channel) {
            open.withLock { $0[ObjectIdentifier(channel)] = channel }
            channel.closeFuture.whenComplete { [self] _ in
                open.withLock { $0[ObjectIdentifier(channel)] = nil }
            }
        }

        var all: [any Channel] { open.withLock { Array($0.values) } }
    }

    private init(endpoint: Endpoint, listener: any Channel, connections: Connections) {
        self.endpoint = endpoint
        self.listener = listener
        self.connections = connections
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - name: the server's name, such as `app1`.
    ///   - region: its region's name; the field X-Tern-Server is `NAME.REGION`.
    ///   - group: whose event loops carry the connections; it must outlive the server.
    ///   - listen: where to listen. A closure, because an async function that gets a 128-bit integer on the stack
    ///     returns to nowhere when it is compiled by Swift 6.3.
    package static func start(
        name: String,
        region: String,
        listen: @autoclosure () -> Endpoint,
        on group: MultiThreadedEventLoopGroup
    ) async throws(RegionProxyError) -> OriginServer {
        let listen = listen()
        let identity = Identity(name: name, region: region)
        let connections = Connections()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    try channel.pipeline.syncOperations.addHandler(OriginHandler(identity: identity))
                }
            }
        let listener: any Channel
        do {
            let address = try SocketAddress(ipAddress: "\(listen.address)", port: Int(listen.port))
            listener = try await bootstrap.bind(to: address).get()
        } catch {
            throw RegionProxyError(listeningAt: listen, error)
        }
        let port = listener.localAddress?.port.map { UInt16(clamping: $0) } ?? listen.port
        return OriginServer(
            endpoint: Endpoint(listen.address, port: port),
            listener: listener,
            connections: connections
        )
    }

    /// Stops listening and closes all connections at once, as a server that dies does.
    package func stop() async {
        try? await listener.close()
        for channel in connections.all { try? await channel.close() }
    }
}

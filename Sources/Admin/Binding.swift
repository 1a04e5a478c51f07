import Addressing
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// One address that is listened on.
final class Binding: Sendable {
    /// The address, with the port the kernel chose.
    let address: AdminAddress
    private let socket: SocketFile?
    private let server: Task<Void, any Error>

    private init(_ address: AdminAddress, _ socket: SocketFile?, _ server: Task<Void, any Error>) {
        self.address = address
        self.socket = socket
        self.server = server
    }

    /// Binds and serves.
    ///
    /// - Throws: ``AdminListenerError``
    static func bind(
        _ address: AdminAddress,
        _ responder: AdminResponder,
        on group: any EventLoopGroup,
        logger: Logger
    ) async throws(AdminListenerError) -> Binding {
        switch address {
        case .endpoint(let endpoint):
            let place = BindAddress.hostname(endpoint.address.description, port: Int(endpoint.port))
            let (server, channel) = try await serve(address, at: place, responder, group)
            let port = channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? endpoint.port
            return Binding(.endpoint(Endpoint(endpoint.address, port: port)), nil, server)
        case .socket(let path):
            let file = try await SocketFile.prepare(path, on: group)
            let server: Task<Void, any Error>
            do throws(AdminListenerError) {
                (server, _) = try await serve(address, at: .unixDomainSocket(path: file.birthplace), responder, group)
            } catch {
                file.abandon()
                throw error
            }
            do throws(AdminListenerError) {
                try file.publish()
            } catch {
                server.cancel()
                throw error
            }
            return Binding(address, file, server)
        }
    }

    /// Ends all connections.
    func close() async {
        socket?.remove()
        server.cancel()
        _ = await server.result
    }

    private static func serve(
        _ address: AdminAddress,
        at place: BindAddress,
        _ responder: AdminResponder,
        _ group: any EventLoopGroup
    ) async throws(AdminListenerError) -> (Task<Void, any Error>, any Channel) {
        let (running, signal) = AsyncThrowingStream.makeStream(of: (any Channel).self)
        let limits = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: AdminListener.Limits.head,
            maxHeaderListSize: AdminListener.Limits.head,
            maxHeaderFieldCount: AdminListener.Limits.fields
        )
        // What the framework says of itself is no news to an operator; errors of ours are logged where they arise.
        let silent = Logger(label: "admin") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            responder: responder.router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: AdminListener.Limits.idle,
                    httpDecoderConfiguration: limits
                )
            ),
            configuration: ApplicationConfiguration(
                address: place,
                availableConnectionsDelegate: .maximum(AdminListener.Limits.connections, logger: silent)
            ),
            onServerRunning: { signal.yield($0) },
            eventLoopGroupProvider: .shared(group),
            logger: silent
        )
        let server = Task {
            do {
                try await application.run()
                signal.finish()
            } catch {
                signal.finish(throwing: error)
                throw error
            }
        }
        do {
            for try await channel in running { return (server, channel) }
            throw AdminListenerError.system(address, "it ended at once")
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .inUse(address)
        } catch {
            throw .system(address, "\(error)")
        }
    }
}

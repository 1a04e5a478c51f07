import Addressing
import Hummingbird
package import Logging
package import NIOCore
import Synchronization

/// Answers operators and programs over HTTP on sockets and TCP addresses.
///
/// It knows no route of its own: what can be asked is given by who starts it. Everything a caller can make it hold is
/// bounded: heads, bodies, connections, and the time a connection may say nothing.
package final class AdminListener: Sendable {
    /// Bounds on callers.
    package enum Limits {
        /// Octets of a body, where a route takes no more.
        package static let body = 64 * 1024
        /// Octets of a head.
        static let head = 16 * 1024
        /// Fields of a head.
        static let fields = 64
        /// Connections to one address; further ones wait for one of these to end.
        static let connections = 128
        /// How long a connection may say nothing.
        static let idle = TimeAmount.seconds(15)
    }

    /// Where it listens, with the ports the kernel chose.
    package let addresses: [AdminAddress]
    private let bindings: [Binding]

    private init(_ bindings: [Binding]) {
        self.bindings = bindings
        addresses = bindings.map(\.address)
    }

    /// Listens on all addresses.
    ///
    /// - Parameters:
    ///   - addresses: sockets get mode 0600; a file left behind by a process that is gone is replaced. Port 0 lets the
    ///     kernel choose.
    ///   - token: what callers over TCP show.
    ///   - routes: what can be asked.
    ///   - group: the event loops that serve it.
    ///   - logger: is told of errors inside routes.
    /// - Throws: ``AdminListenerError``; then nothing listens.
    package static func start(
        _ addresses: [AdminAddress],
        token: AdminToken?,
        routes: [AdminRoute],
        on group: any EventLoopGroup,
        logger: Logger
    ) async throws(AdminListenerError) -> AdminListener {
        var bindings: [Binding] = []
        for address in addresses {
            do throws(AdminListenerError) {
                guard token != nil || !address.needsToken else { throw .noToken(address) }
                let responder = AdminResponder(routes, token: address.needsToken ? token : nil, logger: logger)
                bindings.append(try await Binding.bind(address, responder, on: group, logger: logger))
            } catch {
                for binding in bindings { await binding.close() }
                throw error
            }
        }
        return AdminListener(bindings)
    }

    /// Ends all connections, and removes the sockets.
    package func stop() async {
        for binding in bindings { await binding.close() }
    }
}

/// Why nothing can be listened on.
package enum AdminListenerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A TCP address without a token.
    case noToken(AdminAddress)
    /// A process answers there already.
    case inUse(AdminAddress)
    /// A file is there that is no socket.
    case notASocket(String)
    /// A path that is longer than an address of a socket can be.
    case pathTooLong(String, limit: Int)
    /// What the system says.
    case system(AdminAddress, String)

    package var description: String {
        switch self {
        case .noToken(let address): "the admin address \(address) needs a token: give a token file, or use a socket"
        case .inUse(let address): "a process answers at the admin address \(address) already"
        case .notASocket(let path): "\(path) exists and is no socket: it is not replaced"
        case .pathTooLong(let path, let limit): "the path of the admin socket \(path) has more than \(limit) octets"
        case .system(let address, let message): "cannot listen on the admin address \(address): \(message)"
        }
    }
}

import Addressing
import DNSWire
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import ZoneFile

/// The sockets that a proxy listens at: those of HTTP, which stay, and those of the pools with a port of their own,
/// which come and go with their pools.
final class Listeners: Sendable {
    private struct Open {
        var channel: any Channel
        /// The pool whose socket it is; `nil` for HTTP.
        var pool: DomainName?
    }

    private struct State {
        var open: [ListeningSocket: Open] = [:]
        /// Sockets being opened for pools.
        var pending: [ListeningSocket: DomainName] = [:]
        /// Sockets of another process, not yet used.
        var inherited: [ListeningSocket: CInt] = [:]
        /// The addresses of HTTP, at which the pools listen too.
        var addresses: [IPAddress] = []
        var isClosed = false
    }

    private let core: ProxyCore
    private let group: MultiThreadedEventLoopGroup
    private let state: Mutex<State>

    /// - Parameter inherited: descriptors of sockets that listen already; those not asked for are closed by
    ///   `closeUnused()`.
    init(core: ProxyCore, group: MultiThreadedEventLoopGroup, inherited: [ListeningSocket: CInt] = [:]) {
        self.core = core
        self.group = group
        state = Mutex(State(inherited: inherited))
    }

    // MARK: - Opening

    /// Listens for HTTP.
    ///
    /// - Returns: the endpoints, with the ports that the system chose in place of 0.
    func openHTTP(at endpoints: [Endpoint]) async throws(RegionProxyError) -> [Endpoint] {
        var opened: [Endpoint] = []
        for endpoint in endpoints {
            do {
                let channel = try await HTTPListener.bootstrap(on: group, core: core)
                    .listen(at: endpoint, inherited: takeInherited(ListeningSocket(.tcp, endpoint))).get()
                let actual = Endpoint(channel.localAddress) ?? endpoint
                opened.append(actual)
                keep(channel, ListeningSocket(.tcp, actual), pool: nil)
            } catch {
                throw RegionProxyError(listeningAt: endpoint, error)
            }
        }
        state.withLock { $0.addresses = opened.map(\.address) }
        return opened
    }

    /// Listens for the pools that have a port of their own.
    func openPools(_ pools: [PoolEntry]) async throws(RegionProxyError) {
        for (socket, pool) in wanted(pools) {
            state.withLock { $0.pending[socket] = pool }
            do {
                keep(try await open(socket, pool).get(), socket, pool: pool)
            } catch {
                throw RegionProxyError(listeningAt: socket.endpoint, error)
            }
        }
    }

    /// Opens and closes sockets so that they are those of `pools`; what cannot be opened is logged.
    func replacePools(_ pools: [PoolEntry]) {
        let wanted = wanted(pools)
        let (opening, closing) = state.withLock { state -> ([ListeningSocket: DomainName], [any Channel]) in
            guard !state.isClosed else { return ([:], []) }
            let gone = state.open.filter { $0.value.pool != nil && wanted[$0.key] != $0.value.pool }
            for socket in gone.keys { state.open[socket] = nil }
            let new = wanted.filter { state.open[$0.key] == nil && state.pending[$0.key] != $0.value }
            state.pending = state.pending.filter { wanted[$0.key] == $0.value }
            for (socket, pool) in new { state.pending[socket] = pool }
            return (new, gone.values.map(\.channel))
        }
        let closed = closing.map { $0.close() }
        // A port may go from one pool to another.
        EventLoopFuture.andAllComplete(closed, on: group.next()).whenComplete { [self] _ in
            for (socket, pool) in opening {
                open(socket, pool).whenComplete { [self] result in
                    switch result {
                    case .success(let channel): keep(channel, socket, pool: pool)
                    case .failure(let error):
                        state.withLock { $0.pending[socket] = nil }
                        let error = RegionProxyError(listeningAt: socket.endpoint, error)
                        core.logger.error("pool \(pool.readable): \(error)")
                    }
                }
            }
        }
    }

    private func open(_ socket: ListeningSocket, _ pool: DomainName) -> EventLoopFuture<any Channel> {
        let inherited = takeInherited(socket)
        switch socket.kind {
        case .tcp:
            return StreamListener.bootstrap(on: group, core: core, pool: pool)
                .listen(at: socket.endpoint, inherited: inherited)
        case .udp:
            return DatagramListener.bootstrap(on: group, core: core, pool: pool, at: socket.endpoint)
                .listen(at: socket.endpoint, inherited: inherited)
        }
    }

    /// The sockets that pools are to have.
    private func wanted(_ pools: [PoolEntry]) -> [ListeningSocket: DomainName] {
        let addresses = state.withLock { $0.addresses }
        var wanted: [ListeningSocket: DomainName] = [:]
        for pool in pools {
            let transport = pool.record.transport
            guard let port = transport.port, transport.mode != .http else { continue }
            for address in addresses {
                let socket = ListeningSocket(transport.mode == .udp ? .udp : .tcp, Endpoint(address, port: port))
                if wanted[socket] == nil {
                    wanted[socket] = pool.record.name
                } else {
                    core.logger.error("pool \(pool.record.name.readable): another pool listens at \(socket.text)")
                }
            }
        }
        return wanted
    }

    /// Keeps an open socket, unless it is not wanted any more.
    private func keep(_ channel: any Channel, _ socket: ListeningSocket, pool: DomainName?) {
        let isKept = state.withLock { state in
            guard !state.isClosed, pool == nil || state.pending[socket] == pool else { return false }
            state.pending[socket] = nil
            state.open[socket] = Open(channel: channel, pool: pool)
            return true
        }
        if !isKept { channel.close(promise: nil) }
    }

    private func takeInherited(_ socket: ListeningSocket) -> CInt? {
        state.withLock { $0.inherited.removeValue(forKey: socket) }
    }

    // MARK: - Handing over and closing

    /// Accepts from sockets of another process, which does so no more.
    func acceptFromInherited() {
        for (_, channel) in all { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
    }

    /// Accepts no more and leaves the sockets open, with what waits there. What was accepted has reached its event
    /// loop when the future succeeds.
    func pause(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let channels = all.map(\.channel)
        let paused = channels.map { $0.setOption(.autoRead, value: false) }
        // An accepted connection goes to its own event loop and back to that of the socket before it is known.
        let loops = Array(group.makeIterator()) as [any EventLoop] + channels.map(\.eventLoop)
        return loops.reduce(EventLoopFuture.andAllComplete(paused, on: eventLoop)) { before, loop in
            before.flatMap { loop.submit {} }.hop(to: eventLoop)
        }
    }

    /// The open sockets and their channels.
    var all: [(socket: ListeningSocket, channel: any Channel)] {
        state.withLock { state in
            state.open.map { ($0.key, $0.value.channel) }.sorted { $0.0.text < $1.0.text }
        }
    }

    /// Closes inherited sockets that nobody asked for.
    func closeUnused() {
        let unused = state.withLock { state in
            defer { state.inherited = [:] }
            return state.inherited
        }
        for (socket, descriptor) in unused {
            core.logger.info("not taken over: nothing is configured at \(socket.text)")
            Glibc.close(descriptor)
        }
    }

    /// Listens no more. Sockets that another process has too stay open there.
    func closeAll() async {
        let channels = state.withLock { state in
            state.isClosed = true
            defer { state.open = [:] }
            return state.open.values.map(\.channel)
        }
        for channel in channels { try? await channel.close() }
        closeUnused()
    }
}

extension ServerBootstrap {
    /// Listens at an endpoint, or with a socket that already does.
    ///
    /// From the latter nothing is accepted yet, since the other process may still do so.
    fileprivate func listen(at endpoint: Endpoint, inherited: CInt?) -> EventLoopFuture<any Channel> {
        guard let inherited else { return bind(host: "\(endpoint.address)", port: Int(endpoint.port)) }
        return serverChannelOption(.autoRead, value: false).withBoundSocket(inherited)
    }
}

extension DatagramBootstrap {
    /// Receives at an endpoint, or with a socket that already does; from the latter nothing yet.
    fileprivate func listen(at endpoint: Endpoint, inherited: CInt?) -> EventLoopFuture<any Channel> {
        guard let inherited else { return bind(host: "\(endpoint.address)", port: Int(endpoint.port)) }
        return channelOption(.autoRead, value: false).withBoundSocket(inherited)
    }
}

import Addressing
import DNSWire
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TCPTransport
import ZoneFile

/// The sockets that a proxy listens at: those of HTTP, which stay, and those of the pools with a port of their own,
/// which come and go with their pools.
final class Listeners: Sendable {
    private struct Open {
        var source: Source
        /// The pool whose socket it is; `nil` for HTTP.
        var pool: DomainName?
    }

    /// What listens.
    enum Source: Sendable {
        case stream(Listener)
        case datagram(any Channel)

        func close() async {
            switch self {
            case .stream(let listener): await listener.close()
            case .datagram(let channel): try? await channel.close()
            }
        }
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
            let core = core
            let listener = try listen(at: endpoint) { descriptor, source, resources in
                DownstreamHandler.accept(descriptor, from: source, core: core, resources: resources)
            }
            opened.append(listener.endpoint)
            keep(.stream(listener), ListeningSocket(.tcp, listener.endpoint), pool: nil)
        }
        state.withLock { $0.addresses = opened.map(\.address) }
        return opened
    }

    /// Listens for the pools that have a port of their own.
    func openPools(_ pools: [PoolEntry]) async throws(RegionProxyError) {
        for (socket, pool) in wanted(pools) {
            state.withLock { $0.pending[socket] = pool }
            keep(try await open(socket, pool), socket, pool: pool)
        }
    }

    /// Opens and closes sockets so that they are those of `pools`; what cannot be opened is logged.
    func replacePools(_ pools: [PoolEntry]) {
        let wanted = wanted(pools)
        let (opening, closing) = state.withLock { state -> ([ListeningSocket: DomainName], [Source]) in
            guard !state.isClosed else { return ([:], []) }
            let gone = state.open.filter { $0.value.pool != nil && wanted[$0.key] != $0.value.pool }
            for socket in gone.keys { state.open[socket] = nil }
            let new = wanted.filter { state.open[$0.key] == nil && state.pending[$0.key] != $0.value }
            state.pending = state.pending.filter { wanted[$0.key] == $0.value }
            for (socket, pool) in new { state.pending[socket] = pool }
            return (new, gone.values.map(\.source))
        }
        guard !opening.isEmpty || !closing.isEmpty else { return }
        Task {
            // A port may go from one pool to another.
            for source in closing { await source.close() }
            for (socket, pool) in opening {
                do throws(RegionProxyError) {
                    keep(try await open(socket, pool), socket, pool: pool)
                } catch {
                    state.withLock { $0.pending[socket] = nil }
                    core.logger.error("pool \(pool.readable): \(error)")
                }
            }
        }
    }

    private func open(_ socket: ListeningSocket, _ pool: DomainName) async throws(RegionProxyError) -> Source {
        switch socket.kind {
        case .tcp:
            let core = core
            let listener = try listen(at: socket.endpoint) { descriptor, source, resources in
                StreamHandler.accept(descriptor, from: source, pool: pool, core: core, resources: resources)
            }
            return .stream(listener)
        case .udp:
            do {
                let bootstrap = DatagramListener.bootstrap(on: group, core: core, pool: pool, at: socket.endpoint)
                let inherited = takeInherited(socket)
                return .datagram(try await bootstrap.listen(at: socket.endpoint, inherited: inherited).get())
            } catch {
                throw RegionProxyError(listeningAt: socket.endpoint, error)
            }
        }
    }

    /// Listens at an endpoint, or with a socket that already does; from the latter nothing is accepted yet, since the
    /// other process may still do so.
    ///
    /// - Parameter accept: what is done with a connection, on one of the loops.
    private func listen(
        at endpoint: Endpoint,
        accept: @escaping @Sendable (CInt, Endpoint?, LoopResources) -> Void
    ) throws(RegionProxyError) -> Listener {
        let logger = core.logger
        let acceptors = core.loops.map { bound in
            bound.carry { resources in
                Acceptor(loop: resources.loop) { error in
                    logger.error("connections wait at \(endpoint): \(error)")
                } accepted: { descriptor, source in
                    accept(descriptor, source, resources)
                }
            }
        }
        // Connections have these from their listener, without a system call each.
        let options: [InheritedOption] = [.noDelay, .notSentLowWater(262_144)]
        if let inherited = takeInherited(ListeningSocket(.tcp, endpoint)) {
            return Listener(inherited, endpoint, options: options, loops: acceptors)
        }
        do throws(SocketError) {
            let listener = try Listener.bind(endpoint, options: options, loops: acceptors)
            listener.start()
            return listener
        } catch {
            throw RegionProxyError.cannotListen(endpoint, cause: error.description)
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
    private func keep(_ source: Source, _ socket: ListeningSocket, pool: DomainName?) {
        let isKept = state.withLock { state in
            guard !state.isClosed, pool == nil || state.pending[socket] == pool else { return false }
            state.pending[socket] = nil
            state.open[socket] = Open(source: source, pool: pool)
            return true
        }
        if !isKept { Task { await source.close() } }
    }

    private func takeInherited(_ socket: ListeningSocket) -> CInt? {
        state.withLock { $0.inherited.removeValue(forKey: socket) }
    }

    // MARK: - Handing over and closing

    /// Accepts from sockets of another process, which does so no more.
    func acceptFromInherited() {
        for (_, source) in all {
            switch source {
            case .stream(let listener): listener.start()
            case .datagram(let channel): channel.setOption(.autoRead, value: true).whenFailure { _ in }
            }
        }
    }

    /// Accepts no more and leaves the sockets open, with what waits there. What was accepted has reached its loop when
    /// this returns.
    func pause() async {
        for (_, source) in all {
            switch source {
            case .stream(let listener): await listener.pause()
            case .datagram(let channel): try? await channel.setOption(.autoRead, value: false).get()
            }
        }
    }

    /// The open sockets.
    var all: [(socket: ListeningSocket, source: Source)] {
        state.withLock { state in
            state.open.map { ($0.key, $0.value.source) }.sorted { $0.0.text < $1.0.text }
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
        let sources = state.withLock { state in
            state.isClosed = true
            defer { state.open = [:] }
            return state.open.values.map(\.source)
        }
        for source in sources { await source.close() }
        closeUnused()
    }
}

extension DatagramBootstrap {
    /// Receives at an endpoint, or with a socket that already does; from the latter nothing yet.
    fileprivate func listen(at endpoint: Endpoint, inherited: CInt?) -> EventLoopFuture<any Channel> {
        guard let inherited else { return bind(host: "\(endpoint.address)", port: Int(endpoint.port)) }
        return channelOption(.autoRead, value: false).withBoundSocket(inherited)
    }
}

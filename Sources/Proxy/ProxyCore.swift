import Addressing
import Balancing
import DNSWire
import Logging
import NIOCore
import Synchronization
import Telemetry
import ZoneFile

/// What the connections of a proxy share: its limits, its pools and its counters.
final class ProxyCore: Sendable {
    let limits: ProxyLimits
    let trusted: [IPPrefix]
    /// Peers whose connections begin with a PROXY protocol header.
    private let proxyHeaderPeers: [IPPrefix]
    let logger: Logger
    let counters = ProxyCounters()
    let roundTrips = RoundTripMemory()
    /// The Host of HTTP/1.0 requests that have none: the region's name.
    let fallbackAuthority: [UInt8]
    /// Clients' connections open at present.
    let openClients = Atomic<Int>(0)
    /// Set when the proxy stops: connections end with their present response.
    let isStopping = Atomic<Bool>(false)

    private let pools = Mutex<[ServerPool]>([])
    /// Pools that are gone and still have requests in progress.
    fileprivate let leavingPools = Mutex<[ServerPool]>([])
    fileprivate let loops: [ObjectIdentifier: NIOLoopBoundBox<LoopResources>]

    init(
        region: DomainName,
        limits: ProxyLimits,
        trusted: [IPPrefix],
        proxyHeaderPeers: [IPPrefix],
        roundTrips settings: RoundTripSettings,
        logger: Logger,
        group: any EventLoopGroup
    ) {
        self.limits = limits
        self.trusted = trusted
        self.proxyHeaderPeers = proxyHeaderPeers
        self.logger = logger
        fallbackAuthority = Array(region.readable.utf8)
        var loops: [ObjectIdentifier: NIOLoopBoundBox<LoopResources>] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = .makeBoxSendingValue(
                LoopResources(
                    limits: limits,
                    roundTrips: ClientRoundTrips(roundTrips, settings: settings)
                ),
                as: LoopResources.self,
                eventLoop: eventLoop
            )
        }
        self.loops = loops
    }

    /// Looks after what is due with time alone in all pools.
    func tickPools() {
        let leaving = leavingPools.withLock { pools in
            pools.removeAll { $0.summary.status.requests == 0 }
            return pools
        }
        let overdue = Set((allPools + leaving).flatMap { $0.tick() })
        guard !overdue.isEmpty else { return }
        onEveryLoop { resources in
            for client in Array(resources.clients.values) { client.endDrained(overdue) }
            for stream in Array(resources.streams.values) { stream.endDrained(overdue) }
            for listener in resources.datagrams.values { listener.endDrained(overdue) }
        }
    }

    /// The pools, in the order of the zone.
    var allPools: [ServerPool] { pools.withLock { $0 } }

    func setPools(_ updated: [ServerPool]) { pools.withLock { $0 = updated } }

    /// The pool that serves requests: that of the service `http`, else the first of the mode `http`.
    var servingPool: ServerPool? {
        pools.withLock { pools in
            pools.first { $0.mode == .http && $0.service == "http" } ?? pools.first { $0.mode == .http }
        }
    }

    /// The pool of that owner name and mode.
    func pool(named name: DomainName, mode: PoolTransport.Mode) -> ServerPool? {
        pools.withLock { pools in pools.first { $0.name == name && $0.mode == mode } }
    }

    /// Whether a connection from `peer` must begin with a PROXY protocol header.
    func expectsProxyHeader(from peer: Endpoint?) -> Bool {
        guard !proxyHeaderPeers.isEmpty, let peer else { return false }
        return proxyHeaderPeers.contains { $0.contains(peer.address) }
    }

    /// Whether a connection from `peer` is that of a proxy in front, which has clients of its own.
    func isRelay(_ peer: Endpoint?) -> Bool {
        guard let peer else { return false }
        return trusted.contains { $0.contains(peer.address) } || expectsProxyHeader(from: peer)
    }

    /// Takes a place for a client's connection.
    ///
    /// - Returns: whether there was one.
    func admitClient() -> Bool {
        guard openClients.add(1, ordering: .relaxed).newValue <= limits.clients else {
            openClients.subtract(1, ordering: .relaxed)
            counters.count(BreakOff.tooManyClients)
            return false
        }
        counters.countClient()
        return true
    }

    /// What the current event loop keeps for its connections.
    func resources(on eventLoop: any EventLoop) -> LoopResources? {
        loops[ObjectIdentifier(eventLoop)]?.value
    }

    /// Runs `body` on every event loop with what that loop keeps.
    func onEveryLoop(_ body: @escaping @Sendable (LoopResources) -> Void) {
        for bound in loops.values {
            bound.eventLoop.execute { body(bound.value) }
        }
    }
}

/// What one event loop keeps for its connections; confined to that loop.
final class LoopResources {
    let buffers = BufferStack()
    var date = DateLine()
    var idle: IdleConnections<UpstreamHandler>
    /// The clients' connections, by the identity of their handlers.
    var clients: [ObjectIdentifier: DownstreamHandler] = [:]
    /// Clients' connections that are passed on octet for octet.
    var streams: [ObjectIdentifier: StreamHandler] = [:]
    /// Listeners whose datagrams are passed on.
    var datagrams: [ObjectIdentifier: DatagramHandler] = [:]

    /// The measuring of the clients' round trips.
    var roundTrips: ClientRoundTrips

    init(limits: ProxyLimits, roundTrips: ClientRoundTrips) {
        self.roundTrips = roundTrips
        idle = IdleConnections(perServer: limits.idlePerServer, total: limits.idleTotal)
    }
}

extension ProxyCore {
    /// Takes up pools: those that stay, by name, keep their servers' state; connections to servers that are gone are
    /// closed as far as they are idle.
    func replacePools(_ entries: [PoolEntry]) {
        let known = Dictionary(allPools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var gone: [Int] = []
        var updated: [ServerPool] = []
        for entry in entries {
            let mode = entry.record.transport.mode
            let pool =
                known[entry.record.name].flatMap { $0.mode == mode ? $0 : nil }
                ?? ServerPool(name: entry.record.name, service: entry.service, mode: mode)
            gone += pool.update(entry)
            updated.append(pool)
        }
        setPools(updated)
        let leaving = known.values.filter { pool in !updated.contains { $0 === pool } }
        gone += leaving.flatMap { $0.retire() }
        leavingPools.withLock { $0 += leaving }
        guard !gone.isEmpty else { return }
        let keys = gone
        onEveryLoop { resources in
            for key in keys {
                for connection in resources.idle.takeAll(server: key) { connection.abandon() }
            }
        }
    }

    /// Folds what the event loops have measured into what is known; the loops only give it away.
    func collectRoundTrips() async {
        for bound in loops.values {
            let batch = try? await bound.eventLoop.submit { bound.value.roundTrips.collect() }.get()
            if let batch { roundTrips.add(batch) }
        }
    }

    /// Closes all connections of clients and all idle ones of servers, and waits until that is done.
    func closeEverything() async {
        for bound in loops.values {
            try? await bound.eventLoop.submit {
                for client in Array(bound.value.clients.values) { client.close() }
                for stream in Array(bound.value.streams.values) { stream.close() }
                for connection in bound.value.idle.takeAll() { connection.abandon() }
            }.get()
        }
    }
}

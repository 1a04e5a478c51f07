import Addressing
import Balancing
import DNSWire
import Logging
import NIOCore
import Synchronization
import TCPTransport
import Telemetry
import ZoneFile

/// What the connections of a proxy share: its limits, its pools and its counters.
final class ProxyCore: Sendable {
    let limits: ProxyLimits
    let times: ProxyTimes
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
    /// Counts up with every change of the pools, so that loops can keep what they have found in them.
    fileprivate let poolsVersion = Atomic<UInt64>(1)
    private let threads: [LoopThread]
    /// What each loop keeps.
    let loops: [LoopBound<LoopResources>]
    private let datagrams: [ObjectIdentifier: NIOLoopBoundBox<DatagramListeners>]

    init(
        region: DomainName,
        limits: ProxyLimits,
        trusted: [IPPrefix],
        proxyHeaderPeers: [IPPrefix],
        roundTrips settings: RoundTripSettings,
        logger: Logger,
        group: any EventLoopGroup
    ) throws(SocketError) {
        self.limits = limits
        times = ProxyTimes(limits)
        self.trusted = trusted
        self.proxyHeaderPeers = proxyHeaderPeers
        self.logger = logger
        fallbackAuthority = Array(region.readable.utf8)
        var threads: [LoopThread] = []
        var datagrams: [ObjectIdentifier: NIOLoopBoundBox<DatagramListeners>] = [:]
        for eventLoop in group.makeIterator() {
            threads.append(try LoopThread(name: "proxy-\(threads.count)"))
            datagrams[ObjectIdentifier(eventLoop)] = .makeBoxSendingValue(
                DatagramListeners(),
                as: DatagramListeners.self,
                eventLoop: eventLoop
            )
        }
        self.threads = threads
        self.datagrams = datagrams
        let memory = roundTrips
        loops = threads.map { thread in
            thread.bind { loop in
                LoopResources(
                    loop: loop,
                    limits: limits,
                    roundTrips: ClientRoundTrips(memory, settings: settings)
                )
            }
        }
    }

    /// Runs the loops.
    func start() throws(SocketError) {
        for thread in threads { try thread.start() }
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
            for client in resources.clients { client.endDrained(overdue) }
        }
        for bound in datagrams.values {
            bound.eventLoop.execute {
                for listener in bound.value.handlers.values { listener.endDrained(overdue) }
            }
        }
    }

    /// The pools, in the order of the zone.
    var allPools: [ServerPool] { pools.withLock { $0 } }

    func setPools(_ updated: [ServerPool]) {
        pools.withLock { $0 = updated }
        poolsVersion.add(1, ordering: .releasing)
    }

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

    /// The listeners of the current event loop whose datagrams are passed on.
    func datagramListeners(on eventLoop: any EventLoop) -> DatagramListeners? {
        datagrams[ObjectIdentifier(eventLoop)]?.value
    }

    /// Runs `body` on every loop with what that loop keeps.
    func onEveryLoop(_ body: @escaping @Sendable (LoopResources) -> Void) {
        for bound in loops {
            bound.mailbox.execute { body(bound.value) }
        }
    }
}

/// What one loop keeps for its connections; confined to that loop.
final class LoopResources {
    let loop: TransportLoop
    var date = DateLine()
    var idle: IdleConnections<UpstreamHandler>
    /// Handlers whose connections have ended, for others.
    var spareClients: [DownstreamHandler] = []
    private var pool: ServerPool?
    private var poolsVersion: UInt64 = 0

    /// The measuring of the clients' round trips.
    var roundTrips: ClientRoundTrips

    /// Handlers kept for later connections.
    static let spareLimit = 256

    init(loop: TransportLoop, limits: ProxyLimits, roundTrips: ClientRoundTrips) {
        self.loop = loop
        self.roundTrips = roundTrips
        idle = IdleConnections(perServer: limits.idlePerServer, total: limits.idleTotal)
    }

    /// The clients' connections.
    var clients: [ClientConnection] { loop.connections.compactMap { $0 as? ClientConnection } }

    /// `ProxyCore.servingPool`, without its lock unless the pools have changed.
    func servingPool(of core: ProxyCore) -> ServerPool? {
        let version = core.poolsVersion.load(ordering: .acquiring)
        if version != poolsVersion {
            pool = core.servingPool
            poolsVersion = version
        }
        return pool
    }
}

/// The listeners of one event loop whose datagrams are passed on; confined to that loop.
final class DatagramListeners {
    var handlers: [ObjectIdentifier: DatagramHandler] = [:]
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

    /// Folds what the loops have measured into what is known; the loops only give it away.
    func collectRoundTrips() async {
        for bound in loops {
            if let batch = await bound.mailbox.submit({ bound.value.roundTrips.collect() }) { roundTrips.add(batch) }
        }
    }

    /// Closes all connections and ends the loops.
    func end() async {
        for bound in loops {
            await bound.mailbox.submit {
                for connection in bound.value.loop.connections { connection.close() }
            }
            // By now all of them have ended.
            await bound.mailbox.submit { bound.value.spareClients = [] }
            await bound.mailbox.stop()
        }
    }
}

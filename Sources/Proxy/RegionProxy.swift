package import Addressing
import Balancing
import DNSWire
package import Health
package import Logging
import NIOCore
package import NIOPosix
import Synchronization
import TCPTransport
package import Telemetry
package import ZoneFile

/// The proxies of a region in this process: listens, chooses a healthy server for each request, and passes it on.
///
/// Requests go to the pool of the service `http`, else to the first. The pools can be replaced while requests are in
/// progress; connections, and the health of servers that stay, are untouched by that.
package final class RegionProxy: Sendable {
    private let core: ProxyCore
    private let monitor: HealthMonitor
    private let group: MultiThreadedEventLoopGroup
    private let listeners: Listeners
    private let keeper: PoolKeeper
    private let ticker: RepeatedTask
    /// Takes from the loops what they measure.
    private let collector: Task<Void, Never>
    private let handover = Mutex<HandoverServer?>(nil)
    private let handoverSignal = HandoverSignal()
    /// The rate of requests, for reports.
    private let requestRate = Mutex(RateWindow(at: .zero))
    private let start = ContinuousClock.now
    /// Tells this run from others in reports.
    private let instance = UInt64.random(in: 0...UInt64.max)
    /// When a stop that is in progress ends at the latest.
    private let stopEnd = Mutex<ContinuousClock.Instant?>(nil)
    /// The endpoints listened at, with the ports that the system chose in place of 0.
    package let endpoints: [Endpoint]

    /// How often is looked for drains that are over, and servers that come back.
    private static let tick = TimeAmount.milliseconds(250)
    /// How often the loops are visited for what they have measured: before they run out of room.
    private static let collection = Duration.seconds(1)

    private init(
        core: ProxyCore,
        monitor: HealthMonitor,
        keeper: PoolKeeper,
        group: MultiThreadedEventLoopGroup,
        listeners: Listeners,
        endpoints: [Endpoint]
    ) {
        self.core = core
        self.monitor = monitor
        self.keeper = keeper
        self.group = group
        self.listeners = listeners
        ticker = group.next().scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { [core] _ in
            core.tickPools()
        }
        collector = Task { [core] in
            while (try? await Task.sleep(for: Self.collection)) != nil { await core.collectRoundTrips() }
        }
        self.endpoints = endpoints
    }

    /// Starts the proxies of `region`.
    ///
    /// Returns when all endpoints are listened at; the first checks of the servers are then under way, and until one
    /// has passed, requests are answered with 503. Sockets of another process are listened at only when the first
    /// checks have ended: until then, that process serves.
    ///
    /// - Parameters:
    ///   - pools: the pools of the region.
    ///   - listen: where to listen; without it at the region's addresses and the port of its check.
    ///   - group: whose event loops carry datagrams, checks and lookups; it must outlive the proxy. Connections have
    ///     as many loops of their own.
    ///   - trusted: networks of proxies whose X-Forwarded-*, Forwarded and X-Real-IP fields are kept.
    ///   - proxyHeaderPeers: networks of peers whose connections begin with a PROXY protocol header.
    ///   - roundTrips: how the clients' round trips are measured.
    ///   - predecessor: the process whose sockets are taken over.
    package static func start(
        region: RegionEntry,
        pools: [PoolEntry],
        listen: [Endpoint]? = nil,
        on group: MultiThreadedEventLoopGroup,
        limits: ProxyLimits = ProxyLimits(),
        trusted: [IPPrefix] = [],
        proxyHeaderPeers: [IPPrefix] = [],
        roundTrips: RoundTripSettings = RoundTripSettings(),
        predecessor: HandoverClient? = nil,
        logger: Logger
    ) async throws(RegionProxyError) -> RegionProxy {
        let asked = listen ?? region.listenEndpoints
        guard !asked.isEmpty else { throw .noAddress(region: region.record.name) }
        let core: ProxyCore
        do throws(SocketError) {
            core = try ProxyCore(
                region: region.record.name,
                limits: limits,
                trusted: trusted,
                proxyHeaderPeers: proxyHeaderPeers,
                roundTrips: roundTrips,
                logger: logger,
                group: group
            )
            try core.start()
        } catch {
            throw .cannotRun(cause: error.description)
        }
        let monitor = HealthMonitor(on: group, logger: logger) { [core] change in
            for pool in core.allPools where pool.name.readable == change.id.label {
                pool.setHealthy(change.to == .healthy, at: change.id.endpoint)
            }
        }
        let keeper = PoolKeeper(core: core, monitor: monitor, on: group, logger: logger)
        let listeners = Listeners(core: core, group: group, inherited: predecessor?.sockets ?? [:])
        do throws(RegionProxyError) {
            try keeper.update(pools)
            if predecessor != nil { _ = await keeper.firstChecksEnded(within: Self.firstChecksLimit) }
            let endpoints = try await listeners.openHTTP(at: asked)
            try await listeners.openPools(pools)
            if let predecessor {
                listeners.closeUnused()
                predecessor.confirm()
                listeners.acceptFromInherited()
            }
            return RegionProxy(
                core: core,
                monitor: monitor,
                keeper: keeper,
                group: group,
                listeners: listeners,
                endpoints: endpoints
            )
        } catch {
            keeper.stop()
            await listeners.closeAll()
            await monitor.stop()
            await core.end()
            throw error
        }
    }

    /// How long the first checks may take before sockets of another process are listened at.
    private static let firstChecksLimit = Duration.seconds(5)

    /// Replaces the pools, as after a reload of the zone.
    ///
    /// Servers that stay keep their health; new ones get no request before their first passed check; those that are
    /// gone finish their requests. On an error nothing is changed.
    package func update(pools: [PoolEntry]) throws(RegionProxyError) {
        try keeper.update(pools)
        listeners.replacePools(pools)
    }

    /// Whether the region can serve, as `/lb-health` says it.
    package var health: HealthReport { core.healthReport }

    /// What is reported to name servers.
    ///
    /// - Parameter cursor: what the one who asks has of the round trips; `nil` when it wants to hear nothing of them.
    package func stateReport(since cursor: RoundTripCursor? = nil) async -> StateReport {
        if cursor != nil { await core.collectRoundTrips() }
        let time = ContinuousClock.now - start
        // The count is read under the lock, so that it does not go back from one question to the next.
        let rate = requestRate.withLock { $0.rate(of: core.counters.requests, at: time) }
        let pools = core.healthReport.pools
        return StateReport(
            region: String(decoding: core.fallbackAuthority, as: UTF8.self),
            instance: instance,
            load: StateReport.Load(
                requestsPerSecond: rate,
                activeRequests: UInt32(clamping: pools.reduce(0) { $0 + $1.status.requests + $1.waiting }),
                activeConnections: UInt32(clamping: core.openClients.load(ordering: .relaxed)),
                connectionLimit: UInt32(clamping: core.limits.clients)
            ),
            pools: pools.map { pool in
                StateReport.Pool(
                    name: pool.name.readable,
                    healthy: UInt32(clamping: min(pool.healthy, pool.total)),
                    total: UInt32(clamping: pool.total),
                    activePriority: pool.activePriority
                )
            },
            roundTrips: cursor.map { core.roundTrips.report(since: $0) }
        )
    }

    /// How much is known of round trips.
    package var roundTrips: RoundTripSummary {
        get async {
            await core.collectRoundTrips()
            return core.roundTrips.summary
        }
    }

    /// The state of every server's check.
    package var serverStates: [HealthTarget.ID: HealthState] { monitor.states }

    /// What the proxy has done so far.
    package var counters: ProxyCounters { core.counters }

    /// Waits until servers have been looked up where that is asked for, and every server has been checked once; `false`
    /// when that takes longer than `limit`.
    package func firstChecksEnded(within limit: Duration) async -> Bool {
        await keeper.firstChecksEnded(within: limit)
    }

    // MARK: - Ends

    /// Gives the listening sockets to any process of the same user that asks at `path`.
    package func offerHandover(at path: String) async throws(RegionProxyError) {
        let server = try await HandoverServer.start(
            path: path,
            on: group,
            logger: core.logger,
            sockets: { [listeners] in listeners.all },
            pause: { [listeners] in await listeners.pause() },
            whenTaken: { [handoverSignal] in handoverSignal.send() }
        )
        handover.withLock { $0 = server }
    }

    /// Returns when another process listens in this one's place, or when the task is cancelled.
    ///
    /// - Returns: whether another process does.
    package func waitForHandover() async -> Bool { await handoverSignal.wait() }

    /// Listens no more, lets requests in progress end for at most `ProxyLimits.stop`, and closes what is left.
    ///
    /// After a hand-over the time is `ProxyLimits.drain`, and connections that wait for a request may still carry one:
    /// their clients are not to notice.
    package func stop() async {
        let isHandedOver = handoverSignal.wasSent
        let server = handover.withLock { server in
            defer { server = nil }
            return server
        }
        await server?.stop(removesFile: !isHandedOver)
        ticker.cancel()
        collector.cancel()
        keeper.stop()
        await listeners.closeAll()
        core.isStopping.store(true, ordering: .relaxed)
        // Requests that still come after a hand-over are to go to healthy servers.
        if !isHandedOver { await monitor.stop() }
        core.onEveryLoop { resources in
            for client in resources.clients { client.stop(gently: isHandedOver) }
        }
        let limit = isHandedOver ? core.limits.drain : core.limits.stop
        let end = ContinuousClock.now + limit
        stopEnd.withLock { $0 = min($0 ?? end, end) }
        while core.openClients.load(ordering: .relaxed) > 0, ContinuousClock.now < stopEnd.withLock({ $0 ?? end }) {
            try? await Task.sleep(for: .milliseconds(20))
        }
        await monitor.stop()
        await core.end()
    }

    /// Makes a stop end within `ProxyLimits.stop` from now.
    package func hurry() {
        let end = ContinuousClock.now + core.limits.stop
        stopEnd.withLock { $0 = min($0 ?? end, end) }
        core.onEveryLoop { resources in
            for client in resources.clients { client.stop(gently: false) }
        }
    }

}

extension RegionEntry {
    /// The region's addresses at the port that its check asks.
    var listenEndpoints: [Endpoint] {
        let port: UInt16 =
            switch record.check {
            // These ask at ports where no requests come.
            case .dns, .tern: 80
            default: record.check.regionPort
            }
        return addresses.map { Endpoint($0, port: port) }
    }
}

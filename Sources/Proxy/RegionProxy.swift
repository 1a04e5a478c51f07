package import Addressing
import DNSWire
package import Health
package import Logging
import NIOCore
package import NIOPosix
import Synchronization
package import ZoneFile

/// The proxies of a region in this process: listens, chooses a healthy server for each request, and passes it on.
///
/// Requests go to the pool of the service `http`, else to the first. The pools can be replaced while requests are in
/// progress; connections, and the health of servers that stay, are untouched by that.
package final class RegionProxy: Sendable {
    private let core: ProxyCore
    private let monitor: HealthMonitor
    private let group: MultiThreadedEventLoopGroup
    private let listeners: Mutex<[any Channel]>
    /// The endpoints listened at, with the ports that the system chose in place of 0.
    package let endpoints: [Endpoint]

    private init(
        core: ProxyCore,
        monitor: HealthMonitor,
        group: MultiThreadedEventLoopGroup,
        listeners: [any Channel],
        endpoints: [Endpoint]
    ) {
        self.core = core
        self.monitor = monitor
        self.group = group
        self.listeners = Mutex(listeners)
        self.endpoints = endpoints
    }

    /// Starts the proxies of `region`.
    ///
    /// Returns when all endpoints are listened at; the first checks of the servers are then under way, and until one
    /// has passed, requests are answered with 503.
    ///
    /// - Parameters:
    ///   - pools: the pools of the region.
    ///   - listen: where to listen; without it at the region's addresses and the port of its check.
    ///   - group: whose event loops carry the connections; it must outlive the proxy.
    ///   - trusted: networks of proxies whose X-Forwarded-*, Forwarded and X-Real-IP fields are kept.
    package static func start(
        region: RegionEntry,
        pools: [PoolEntry],
        listen: [Endpoint]? = nil,
        on group: MultiThreadedEventLoopGroup,
        limits: ProxyLimits = ProxyLimits(),
        trusted: [IPPrefix] = [],
        logger: Logger
    ) async throws(RegionProxyError) -> RegionProxy {
        let asked = listen ?? region.listenEndpoints
        guard !asked.isEmpty else { throw .noAddress(region: region.record.name) }
        let core = ProxyCore(
            region: region.record.name,
            limits: limits,
            trusted: trusted,
            logger: logger,
            group: group
        )
        let monitor = HealthMonitor(on: group, logger: logger) { [core] change in
            for pool in core.allPools where pool.name.readable == change.id.label {
                pool.setHealthy(change.to == .healthy, at: change.id.endpoint)
            }
        }
        let listeners: [any Channel]
        do throws(RegionProxyError) {
            let targets = try Self.healthTargets(pools)
            listeners = try await Self.listen(at: asked, on: group, core: core)
            core.replacePools(pools)
            monitor.update(targets: targets)
        } catch {
            await monitor.stop()
            throw error
        }
        let endpoints = zip(asked, listeners).map { endpoint, channel in
            Endpoint(endpoint.address, port: channel.localAddress?.port.map(UInt16.init(clamping:)) ?? endpoint.port)
        }
        return RegionProxy(core: core, monitor: monitor, group: group, listeners: listeners, endpoints: endpoints)
    }

    /// Replaces the pools, as after a reload of the zone.
    ///
    /// Servers that stay keep their health; new ones get no request before their first passed check; those that are
    /// gone finish their requests. On an error nothing is changed.
    package func update(pools: [PoolEntry]) throws(RegionProxyError) {
        let targets = try Self.healthTargets(pools)
        core.replacePools(pools)
        monitor.update(targets: targets)
    }

    /// Whether the region can serve, as `/lb-health` says it.
    package var health: HealthReport { core.healthReport }

    /// The state of every server's check.
    package var serverStates: [HealthTarget.ID: HealthState] { monitor.states }

    /// What the proxy has done so far.
    package var counters: ProxyCounters { core.counters }

    /// Waits until every server has been checked once; `false` when that takes longer than `limit`.
    package func firstChecksEnded(within limit: Duration) async -> Bool {
        await monitor.firstRoundEnded(within: limit)
    }

    /// Listens no more, lets requests in progress end for at most `ProxyLimits.stop`, and closes what is left.
    package func stop() async {
        let listeners = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for listener in listeners { try? await listener.close() }
        core.isStopping.store(true, ordering: .relaxed)
        await monitor.stop()
        core.onEveryLoop { resources in
            for client in Array(resources.clients.values) { client.stop(now: false) }
        }
        let end = ContinuousClock.now + core.limits.stop
        while core.openClients.load(ordering: .relaxed) > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
        await core.closeEverything()
    }

    // MARK: - Parts

    /// A check for each address of each server; the pool's name and the endpoint tell them apart.
    private static func healthTargets(_ pools: [PoolEntry]) throws(RegionProxyError) -> [HealthTarget] {
        var targets: [HealthTarget] = []
        for pool in pools {
            for server in pool.servers {
                for address in server.addresses {
                    let id = HealthTarget.ID(
                        label: pool.record.name.readable,
                        endpoint: Endpoint(address, port: server.port)
                    )
                    do throws(CheckConfigurationError) {
                        targets.append(
                            try HealthTarget(
                                id,
                                check: pool.record.check,
                                schedule: pool.record.schedule,
                                authority: server.target.readable,
                                region: pool.region.readable
                            )
                        )
                    } catch {
                        throw .cannotCheck(pool: pool.record.name, error)
                    }
                }
            }
        }
        return targets
    }

    private static func listen(
        at endpoints: [Endpoint],
        on group: MultiThreadedEventLoopGroup,
        core: ProxyCore
    ) async throws(RegionProxyError) -> [any Channel] {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.notSentLowWater, value: 262_144)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let resources = core.resources(on: channel.eventLoop) else { return }
                    let open = core.openClients.add(1, ordering: .relaxed).newValue
                    guard open <= core.limits.clients else {
                        core.openClients.subtract(1, ordering: .relaxed)
                        throw ChannelError.eof
                    }
                    core.counters.countClient()
                    let handler = DownstreamHandler(core: core, resources: resources)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        var channels: [any Channel] = []
        for endpoint in endpoints {
            do {
                let address = try SocketAddress(ipAddress: "\(endpoint.address)", port: Int(endpoint.port))
                channels.append(try await bootstrap.bind(to: address).get())
            } catch {
                for channel in channels { try? await channel.close() }
                throw RegionProxyError(listeningAt: endpoint, error)
            }
        }
        return channels
    }
}

extension RegionEntry {
    /// The region's addresses at the port that its check asks.
    var listenEndpoints: [Endpoint] {
        let port: UInt16 = if case .dns = record.check { 80 } else { record.check.regionPort }
        return addresses.map { Endpoint($0, port: port) }
    }
}

import Addressing
import DNSWire
import Health
import Logging
import NIOCore
import Synchronization
import ZoneFile

/// Brings together what the zone files say, what is looked up and what is checked: gives the proxy its pools and the
/// monitor its targets whenever one of them changes.
final class PoolKeeper: Sendable {
    private let core: ProxyCore
    private let monitor: HealthMonitor
    private let directory: PoolDirectory
    private let logger: Logger
    /// Changes are made one after another.
    private let turn = Mutex(())

    init(core: ProxyCore, monitor: HealthMonitor, on group: any EventLoopGroup, logger: Logger) {
        self.core = core
        self.monitor = monitor
        self.logger = logger
        directory = PoolDirectory(on: group, logger: logger)
    }

    /// Takes up the pools of the zone files.
    ///
    /// - Throws: when the servers of a pool cannot be checked; nothing is changed then.
    func update(_ pools: [PoolEntry]) throws(RegionProxyError) {
        for pool in pools { _ = try Self.healthTargets(pool) }
        directory.update(pools) { [weak self] isChanged in self?.discovered(isChanged) }
        apply()
    }

    /// Waits until servers have been looked up where that is asked for, and every server has been checked once; `false`
    /// when that takes longer than `limit`.
    func firstChecksEnded(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while !directory.hasAllResults {
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return await monitor.firstRoundEnded(within: max(.zero, ContinuousClock.now.duration(to: end)))
    }

    /// By pool: why its last lookup failed.
    var discoveryFailures: [DomainName: DiscoveryError] { directory.failures }

    /// Looks nothing up any more.
    func stop() { directory.stop() }

    private func discovered(_ isChanged: Bool) {
        if isChanged { apply() }
        let failures = directory.failures
        for pool in core.allPools { pool.noteDiscovery(failures[pool.name].map { "\($0)" }) }
    }

    private func apply() {
        turn.withLock { _ in
            let pools = directory.pools.map(usable)
            core.replacePools(pools)
            monitor.update(targets: pools.flatMap { (try? Self.healthTargets($0)) ?? [] })
        }
    }

    /// The pool without servers that cannot be checked, as one whose name is no host name cannot.
    private func usable(_ pool: PoolEntry) -> PoolEntry {
        var usable = pool
        usable.servers.removeAll { server in
            var one = pool
            one.servers = [server]
            do throws(RegionProxyError) {
                _ = try Self.healthTargets(one)
                return false
            } catch {
                logger.warning("server left out", metadata: ["server": "\(server.target)", "reason": "\(error)"])
                return true
            }
        }
        return usable
    }

    /// A check for each address of each server; the pool's name and the endpoint tell them apart.
    private static func healthTargets(_ pool: PoolEntry) throws(RegionProxyError) -> [HealthTarget] {
        var targets: [HealthTarget] = []
        for server in pool.servers {
            for address in server.addresses {
                let endpoint = Endpoint(address, port: server.port)
                do throws(CheckConfigurationError) {
                    targets.append(
                        try HealthTarget(
                            HealthTarget.ID(label: pool.record.name.readable, endpoint: endpoint),
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
        return targets
    }
}

import DNSWire
import Logging
import NIOCore
import Synchronization
import ZoneFile

/// The pools as the zone files have them, with the servers that are looked up added.
final class PoolDirectory: Sendable {
    private struct State {
        var configured: [PoolEntry] = []
        var discoverers: [DomainName: Discoverer] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let group: any EventLoopGroup
    private let logger: Logger

    init(on group: any EventLoopGroup, logger: Logger) {
        self.group = group
        self.logger = logger
    }

    /// Takes up the pools of the zone files. A pool that is looked up as before keeps the servers found.
    ///
    /// - Parameter onResult: called after every lookup.
    func update(_ pools: [PoolEntry], onResult: @escaping @Sendable (_ isChanged: Bool) -> Void) {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.configured = pools
            var kept: [DomainName: Discoverer] = [:]
            for pool in pools {
                guard let discovery = pool.record.discovery, kept[pool.record.name] == nil else { continue }
                if let known = state.discoverers[pool.record.name], known.discovery == discovery {
                    kept[pool.record.name] = known
                } else {
                    kept[pool.record.name] = Discoverer.start(
                        discovery,
                        label: pool.record.name.readable,
                        on: group,
                        logger: logger,
                        onResult: onResult
                    )
                }
            }
            for (name, discoverer) in state.discoverers where kept[name] !== discoverer { discoverer.stop() }
            state.discoverers = kept
        }
    }

    /// The pools with all their servers: those of the zone file first.
    var pools: [PoolEntry] {
        state.withLock { state in
            state.configured.map { pool in
                var pool = pool
                pool.servers += state.discoverers[pool.record.name]?.result.servers ?? []
                return pool
            }
        }
    }

    /// By pool: why its last lookup failed.
    var failures: [DomainName: DiscoveryError] {
        state.withLock { $0.discoverers.compactMapValues { $0.result.failure } }
    }

    /// Whether every lookup has had a result, and `onResult` has taken it up.
    var hasAllResults: Bool { state.withLock { $0.discoverers.values.allSatisfy(\.hasTold) } }

    /// Looks nothing up any more; what was found stays.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            for discoverer in state.discoverers.values { discoverer.stop() }
        }
    }
}

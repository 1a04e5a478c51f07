import Addressing
import Balancing
import DNSWire
import Health
import NIOCore
import Synchronization
import ZoneFile

/// The servers of one POOL record, from which the server of each request is chosen.
///
/// Shared by all event loops under one short lock, so that weights hold exactly and requests in progress are those of
/// the whole proxy and not of one loop.
final class ServerPool: Sendable {
    private struct State {
        var balancer: Balancer
        var servers: [Int: PooledServer] = [:]
        var healthy: Set<Int> = []
    }

    /// How many servers a pool has, how many of them are healthy, and which tier serves.
    struct Summary: Sendable {
        let healthy: Int
        let total: Int
        /// `nil` when no tier can serve.
        let activePriority: UInt16?
    }

    /// The owner name of the POOL record.
    let name: DomainName
    /// The service label without its underscore.
    let service: String
    /// What is passed on to its servers.
    let mode: PoolTransport.Mode

    private let state: Mutex<State>
    /// Read for each request, without the lock.
    private let proxyProtocolVersion = Atomic<UInt8>(0)
    private static let nextKey = Atomic<Int>(0)

    init(name: DomainName, service: String, mode: PoolTransport.Mode = .http) {
        self.name = name
        self.service = service
        self.mode = mode
        state = Mutex(State(balancer: Balancer(.roundRobin)))
    }

    /// Chooses a server for a request and counts the request as in progress there, until `ended(_:)`.
    ///
    /// - Parameter tried: keys of servers that already failed this request.
    func pick(excluding tried: [Int]) -> PooledServer? {
        state.withLock { state in
            guard let key = state.balancer.pick(excluding: tried), let server = state.servers[key] else { return nil }
            state.balancer.requestBegan(on: key)
            return server
        }
    }

    /// Counts a request as in progress on a server already chosen.
    func began(_ server: PooledServer) {
        state.withLock { $0.balancer.requestBegan(on: server.key) }
    }

    /// Ends what `pick(excluding:)` began.
    func ended(_ server: PooledServer) {
        state.withLock { $0.balancer.requestEnded(on: server.key) }
    }

    /// Takes in what a check found out about the server at `endpoint`.
    func setHealthy(_ isHealthy: Bool, at endpoint: Endpoint) {
        state.withLock { state in
            for server in state.servers.values where server.identity.endpoint == endpoint {
                if isHealthy { state.healthy.insert(server.key) } else { state.healthy.remove(server.key) }
                state.balancer.setEligible(isHealthy, server: server.key)
            }
        }
    }

    /// What each connection to a server begins with.
    var proxyProtocol: PoolTransport.ProxyProtocol? {
        switch proxyProtocolVersion.load(ordering: .relaxed) {
        case 1: .v1
        case 2: .v2
        default: nil
        }
    }

    private func setProxyProtocol(_ version: PoolTransport.ProxyProtocol?) {
        let code: UInt8 =
            switch version {
            case .v1: 1
            case .v2: 2
            case nil: 0
            }
        proxyProtocolVersion.store(code, ordering: .relaxed)
    }

    /// What `/lb-health` and `tern status` say.
    var summary: Summary {
        state.withLock {
            Summary(
                healthy: $0.healthy.count,
                total: $0.servers.count,
                activePriority: $0.balancer.activePriority
            )
        }
    }

    /// Replaces the servers by those of `entry`.
    ///
    /// Servers that stay keep their health and their requests in progress; new ones are given no request before their
    /// first passed check, unless the pool has none; those that are gone finish what they have.
    ///
    /// - Returns: the keys of the servers that are gone.
    func update(_ entry: PoolEntry) -> [Int] {
        setProxyProtocol(entry.record.transport.proxyProtocol)
        return state.withLock { state in
            let known = Dictionary(
                state.servers.values.map { ($0.identity, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            // A check belongs to an endpoint: another target name for it is no reason to wait for another result.
            let healthyEndpoints = Set(
                state.servers.values.filter { state.healthy.contains($0.key) }.map(\.identity.endpoint)
            )
            let isUnchecked = entry.record.check == .none
            var servers: [Int: PooledServer] = [:]
            var balanced: [BalancedServer] = []
            for record in entry.servers {
                for address in record.addresses {
                    let identity = PooledServer.Identity(
                        target: record.target,
                        endpoint: Endpoint(address, port: record.port)
                    )
                    guard let server = known[identity] ?? Self.newServer(identity), servers[server.key] == nil
                    else { continue }
                    servers[server.key] = server
                    if isUnchecked || healthyEndpoints.contains(identity.endpoint) { state.healthy.insert(server.key) }
                    balanced.append(
                        BalancedServer(
                            key: server.key,
                            priority: record.priority,
                            weight: record.weight,
                            isEligible: state.healthy.contains(server.key)
                        )
                    )
                }
            }
            let gone = state.servers.keys.filter { servers[$0] == nil }
            state.healthy.formIntersection(servers.keys)
            let algorithm = BalancingAlgorithm(entry.record.balance)
            if algorithm == state.balancer.algorithm {
                state.balancer.update(servers: balanced)
            } else {
                var balancer = Balancer(algorithm, servers: balanced)
                for key in servers.keys {
                    for _ in 0..<state.balancer.requestsInProgress(on: key) { balancer.requestBegan(on: key) }
                }
                state.balancer = balancer
            }
            state.servers = servers
            return gone
        }
    }

    private static func newServer(_ identity: PooledServer.Identity) -> PooledServer? {
        let endpoint = identity.endpoint
        guard let address = try? SocketAddress(ipAddress: "\(endpoint.address)", port: Int(endpoint.port))
        else { return nil }
        return PooledServer(
            key: nextKey.add(1, ordering: .relaxed).newValue,
            identity: identity,
            address: address
        )
    }
}

extension BalancingAlgorithm {
    init(_ balance: PoolRecord.Balance) {
        switch balance {
        case .roundRobin: self = .roundRobin
        case .leastConnections: self = .leastConnections
        }
    }
}

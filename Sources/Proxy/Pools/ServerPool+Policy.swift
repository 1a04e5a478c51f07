import Addressing
import Balancing
import Synchronization
import ZoneFile

extension BalancingPolicy {
    /// What a POOL record says of the choice of servers.
    init(_ record: PoolRecord) {
        self.init(
            algorithm: BalancingAlgorithm(record.balance),
            slowStart: record.slowStart,
            maximumRequests: record.maximumConnections,
            loadBound: record.bound,
            overprovisioning: record.overprovision,
            panic: record.panic,
            ejection: EjectionPolicy(
                failuresInARow: record.ejection.failuresInARow,
                successRate: record.ejection.successRate,
                time: record.ejection.time,
                maximumShare: record.ejection.maximumShare
            )
        )
    }
}

extension BalancingAlgorithm {
    /// The algorithm that `balance=` names.
    init(_ balance: PoolRecord.Balance) {
        self =
            switch balance {
            case .roundRobin: .roundRobin
            case .random: .random
            case .leastConnections: .leastConnections
            case .leastResponseTime: .leastResponseTime
            case .twoChoices: .twoChoices
            case .sourceHash, .rendezvous: .rendezvous
            case .ring: .ring
            case .maglev: .maglev
            }
    }
}

extension ServerPool {
    /// Chooses a server for a flow of datagrams, and counts it as in progress there; nobody waits. Algorithms with a key go
    /// by the client's address.
    func pick(excluding tried: [Int] = [], from client: IPAddress? = nil) -> PooledServer? {
        let key = client.map(ClientIdentity.hash(of:)) ?? 0
        guard case .server(let server) = place(excluding: tried, key: key) else { return nil }
        return server
    }

    /// What `/lb-health` and `tern status` say.
    var summary: HealthReport.Pool {
        state.withLock {
            HealthReport.Pool(
                name: name,
                status: $0.core.balancer.status,
                waiting: $0.core.waiting,
                counts: $0.core.counts,
                discoveryFailure: $0.discoveryFailure
            )
        }
    }
}

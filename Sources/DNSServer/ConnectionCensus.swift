import Addressing
import Synchronization

/// Counts open TCP connections, in all and by client address, and refuses those beyond the limits.
final class ConnectionCensus: Sendable {
    private struct Counts {
        var total = 0
        var byClient: [IPAddress: Int] = [:]
    }

    private let limits: TCPLimits
    private let counts = Mutex(Counts())

    init(_ limits: TCPLimits) {
        self.limits = limits
    }

    /// Counts a new connection.
    ///
    /// - Returns: `false`, and nothing is counted, when it is one too many.
    func enter(_ client: IPAddress) -> Bool {
        counts.withLock { counts in
            let own = counts.byClient[client, default: 0]
            guard counts.total < limits.maximumConnections, own < limits.maximumConnectionsPerClient else {
                return false
            }
            counts.total += 1
            counts.byClient[client] = own + 1
            return true
        }
    }

    /// Forgets a connection that was counted.
    func leave(_ client: IPAddress) {
        counts.withLock { counts in
            counts.total -= 1
            let own = counts.byClient[client, default: 0] - 1
            counts.byClient[client] = own > 0 ? own : nil
        }
    }
}

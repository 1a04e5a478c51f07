@testable import Balancing

extension Balancer {
    /// A balancer of servers 0, 1, ... of one tier with these weights.
    init(_ algorithm: BalancingAlgorithm, weights: [UInt16]) {
        self.init(algorithm, servers: weights.enumerated().map { BalancedServer(key: $0.offset, weight: $0.element) })
    }

    init(_ algorithm: BalancingAlgorithm, servers: [BalancedServer] = []) {
        self.init(BalancingPolicy(algorithm: algorithm), servers: servers)
    }

    /// The server of a request, in a world where no time passes.
    mutating func pick(excluding tried: [Int] = [], key: UInt64 = 0) -> Int? {
        server(excluding: tried, key: key, at: .start)
    }

    /// The server of a request.
    mutating func server(excluding tried: [Int] = [], key: UInt64 = 0, at now: Moment) -> Int? {
        guard case .server(let key) = pick(excluding: tried, key: key, at: now) else { return nil }
        return key
    }

    mutating func update(servers: [BalancedServer]) { update(policy, servers: servers, at: .start) }
}

extension Moment {
    /// So many seconds after the start.
    static func seconds(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }
}

extension [Int] {
    /// By key: its part of the picks.
    var shares: [Int: Double] {
        Dictionary(grouping: self) { $0 }.mapValues { Double($0.count) / Double(count) }
    }
}

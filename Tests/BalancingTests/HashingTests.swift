import Testing

@testable import Balancing

/// What the algorithms with a key have in common.
@Suite struct HashingTests {
    private static let algorithms: [BalancingAlgorithm] = [.rendezvous, .ring, .maglev]
    private static let keyCount: UInt64 = 8000

    private func owners(_ balancer: inout Balancer, keys: UInt64 = keyCount) -> [Int] {
        (0..<keys).compactMap { balancer.pick(key: mix($0)) }
    }

    private func servers(_ count: Int, weight: UInt16 = 10) -> [BalancedServer] {
        (0..<count).map { BalancedServer(key: $0, identity: UInt64($0) * 7919, weight: weight) }
    }

    @Test(arguments: algorithms, 1...4 as ClosedRange<UInt64>)
    func weightsHoldWithinOnePercentOfAll(algorithm: BalancingAlgorithm, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 2...12, using: &random)).map { _ in UInt16.random(in: 1...100, using: &random)
        }
        let sum = weights.reduce(0) { $0 + Int($1) }
        var balancer = Balancer(algorithm, weights: weights)
        let shares = owners(&balancer, keys: 30_000).shares
        for (key, weight) in weights.enumerated() {
            #expect(abs(shares[key, default: 0] - Double(weight) / Double(sum)) < 0.01)
        }
    }

    /// Maglev's places are those of the weights to a place and a half.
    @Test func maglevsTableHoldsWeightsWithinOnePercentOfEach() {
        let weights = [7, 100, 33, 250, 1, 60]
        let table = MaglevTable(
            weights.enumerated().map { HashedServer(identity: mix(UInt64($0.offset)), weight: $0.element) }
        )
        var counts = [Int](repeating: 0, count: weights.count)
        // One key in the middle of each place.
        for place in 0..<UInt64(MaglevTable.size) {
            let width = UInt64.max / UInt64(MaglevTable.size)
            let key = width * place + width / 2
            if let owner = table.first(from: key, where: { _ in true }) { counts[owner] += 1 }
        }
        let sum = Double(weights.reduce(0, +))
        for (count, weight) in zip(counts, weights) {
            let expected = Double(weight) / sum * Double(MaglevTable.size)
            #expect(abs(Double(count) - expected) < max(3, 0.01 * expected))
        }
    }

    @Test(arguments: algorithms)
    func aKeyStaysWithItsServer(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(algorithm, servers: servers(7))
        let before = owners(&balancer)
        #expect(owners(&balancer) == before)
        // The order in which servers are listed, and another process's numbers for them, mean nothing.
        var other = Balancer(
            algorithm,
            servers: servers(7).reversed().map { server in
                var server = server
                server.key += 100
                return server
            }
        )
        #expect(owners(&other) == before.map { $0 + 100 } || algorithm == .maglev)
        #expect(zip(owners(&other), before).count { $0 == $1 + 100 } > before.count * 99 / 100)
    }

    /// A server that goes moves its own keys and, with Maglev, few more; one that comes takes its part and no more.
    @Test(arguments: algorithms, [3, 10, 15])
    func aChangeMovesFewKeys(algorithm: BalancingAlgorithm, count: Int) {
        var balancer = Balancer(algorithm, servers: servers(count))
        let before = owners(&balancer)
        balancer.update(servers: servers(count + 1))
        let after = owners(&balancer)
        let slack = algorithm == .maglev ? Int(Self.keyCount) / 20 : 0
        let between = zip(before, after).count { $0 != $1 && $1 != count }
        #expect(between <= slack)
        let taken = Double(after.count { $0 == count }) / Double(Self.keyCount)
        #expect(abs(taken - 1 / Double(count + 1)) < 0.02)
        balancer.update(servers: servers(count))
        #expect(owners(&balancer) == before)
    }

    @Test(arguments: algorithms)
    func aServerThatFailsMovesItsOwnKeysAndSpreadsThem(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(algorithm, servers: servers(5))
        let before = owners(&balancer)
        balancer.setCondition(.unhealthy, server: 2, at: .start)
        let after = owners(&balancer)
        #expect(zip(before, after).allSatisfy { $0 == 2 ? $1 != 2 : $0 == $1 })
        let heirs = zip(before, after).filter { $0.0 == 2 }.map(\.1).shares
        #expect(heirs.count == 4)
        for share in heirs.values { #expect(abs(share - 0.25) < 0.06) }
        balancer.setCondition(.healthy, server: 2, at: .start)
        #expect(owners(&balancer) == before)
    }

    @Test(arguments: algorithms)
    func aWeightThatGrowsTakesKeysAndGivesNone(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(algorithm, servers: servers(6))
        let before = owners(&balancer)
        var grown = servers(6)
        grown[3].weight = 15
        balancer.update(servers: grown)
        let after = owners(&balancer)
        let slack = algorithm == .maglev ? Int(Self.keyCount) / 12 : 0
        #expect(zip(before, after).count { $0 != $1 && $1 != 3 } <= slack)
        #expect(abs((after.shares[3] ?? 0) - 15.0 / 65) < 0.02)
    }

    /// All requests have one key, or few: the busiest server stays at ceil(c x (m + 1) x w / W).
    @Test(arguments: algorithms, [1.05, 1.25, 2.0])
    func loadsStayBounded(algorithm: BalancingAlgorithm, factor: Double) {
        var random = SeededGenerator(seed: 5)
        let weights: [UInt16] = [10, 20, 10, 40, 5]
        var balancer = Balancer(
            BalancingPolicy(algorithm: algorithm, loadBound: factor),
            servers: weights.enumerated().map { BalancedServer(key: $0.offset, weight: $0.element) }
        )
        var inProgress: [Int] = []
        for step in 0..<4000 {
            guard let key = balancer.pick(key: mix(UInt64(step % 3))) else {
                Issue.record("no server was given")
                return
            }
            let bound = (factor * Double(inProgress.count + 1) * Double(weights[key]) / 85).rounded(.up)
            balancer.requestBegan(on: key)
            inProgress.append(key)
            #expect(Double(balancer.requestsInProgress(on: key)) <= bound)
            if inProgress.count > 200 || step % 5 == 0 {
                let index = Int.random(in: 0..<inProgress.count, using: &random)
                balancer.requestEnded(on: inProgress.remove(at: index), .cancelled, at: .start)
            }
        }
        #expect(Set(inProgress).count >= 3)
    }

    @Test(arguments: algorithms)
    func withoutLoadTheBoundChangesNothing(algorithm: BalancingAlgorithm) {
        var free = Balancer(algorithm, servers: servers(5))
        var bounded = Balancer(BalancingPolicy(algorithm: algorithm, loadBound: 1.25), servers: servers(5))
        #expect(owners(&free) == owners(&bounded))
    }

    @Test(arguments: algorithms)
    func weightsOfAnySizeAreTaken(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(algorithm, weights: [65_535, 1, 30_000])
        let shares = owners(&balancer).shares
        #expect(abs((shares[0] ?? 0) - 65_535.0 / 95_536) < 0.015)
        var one = Balancer(algorithm, weights: [1])
        #expect(Set(owners(&one, keys: 100)) == [0])
        var many = Balancer(algorithm, servers: servers(700, weight: 1))
        #expect(Set(owners(&many)).count > 650)
    }
}

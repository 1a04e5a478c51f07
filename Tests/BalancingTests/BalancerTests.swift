import Balancing
import Testing

@Suite struct BalancerTests {
    private static let algorithms = BalancingAlgorithm.allCases

    /// Two servers in tier 0, one in tier 1, one in tier 7.
    private static let tiered = [
        BalancedServer(key: 30, priority: 7), BalancedServer(key: 10, priority: 0),
        BalancedServer(key: 20, priority: 1),
        BalancedServer(key: 11, priority: 0),
    ]

    private func picks(_ balancer: inout Balancer, _ count: Int = 60) -> Set<Int> {
        Set((0..<UInt64(count)).compactMap { balancer.pick(key: $0 &* 0x9E37_79B9_7F4A_7C15) })
    }

    @Test(arguments: algorithms)
    func anEmptyPoolGivesNothing(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(algorithm)
        #expect(balancer.pick() == nil)
        #expect(balancer.activePriority == nil)
    }

    @Test(arguments: algorithms)
    func withoutSpillATierServesOnlyWhenThoseBeforeItCannot(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(BalancingPolicy(algorithm: algorithm, overprovisioning: 100), servers: Self.tiered)
        let steps: [(change: Int, isHealthy: Bool, given: Set<Int>, priority: UInt16?)] = [
            (10, true, [10, 11], 0), (10, false, [11], 0), (11, false, [20], 1), (20, false, [30], 7),
            (30, false, [], nil), (20, true, [20], 1), (11, true, [11], 0),
        ]
        for step in steps {
            balancer.setCondition(step.isHealthy ? .healthy : .unhealthy, server: step.change, at: .start)
            #expect(picks(&balancer) == step.given)
            #expect(balancer.activePriority == step.priority)
        }
    }

    @Test(arguments: algorithms)
    func anExcludedServerIsNeverGivenAndItsTierGoesOnToTheNext(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(algorithm, servers: Self.tiered)
        for _ in 0..<5 {
            #expect(balancer.pick(excluding: [10]) == 11)
            #expect(balancer.pick(excluding: [10, 11]) == 20)
            #expect(balancer.pick(excluding: [20, 11, 10]) == 30)
            #expect(balancer.pick(excluding: [20, 11, 10, 30]) == nil)
        }
        #expect(picks(&balancer) == [10, 11])
    }

    @Test(arguments: algorithms)
    func weightZeroDrainsBesideOthersAndIsEqualAmongZeros(algorithm: BalancingAlgorithm) {
        var balancer = Balancer(
            algorithm,
            servers: [
                BalancedServer(key: 1, weight: 0), BalancedServer(key: 2, weight: 3),
                BalancedServer(key: 3, priority: 1, weight: 0), BalancedServer(key: 4, priority: 1, weight: 0),
            ]
        )
        #expect(picks(&balancer) == [2])
        // The draining server does not step in for the one that failed: the next tier does, all of it.
        balancer.setCondition(.unhealthy, server: 2, at: .start)
        #expect(picks(&balancer) == [3, 4])
    }

    /// Least connections leaves a server idle for as long as the others carry less for their weight, so its weights
    /// are kept close for the 50 requests in progress.
    @Test(arguments: [(BalancingAlgorithm.roundRobin, 200 as UInt16), (.leastConnections, 2)])
    func noServerStarves(algorithm: BalancingAlgorithm, heaviest: UInt16) {
        var random = SeededGenerator(seed: 7)
        let servers = (0..<20).map {
            BalancedServer(key: $0 * 1000 - 5000, weight: UInt16.random(in: 1...heaviest, using: &random))
        }
        let sum = servers.reduce(0) { $0 + Int($1.weight) }
        var balancer = Balancer(algorithm, servers: servers)
        // With requests that come and go and exclusions at random, everyone is given within two rounds of all weights.
        var inProgress: [Int] = []
        var given: Set<Int> = []
        for _ in 0..<200 + 2 * sum {
            let tried = Bool.random(using: &random) ? servers.randomElement(using: &random).map { [$0.key] } ?? [] : []
            guard let key = balancer.pick(excluding: tried) else { continue }
            #expect(!tried.contains(key))
            given.insert(key)
            balancer.requestBegan(on: key)
            inProgress.append(key)
            if inProgress.count > 50 {
                balancer.requestEnded(
                    on: inProgress.remove(at: Int.random(in: 0..<inProgress.count, using: &random)),
                    .cancelled,
                    at: .start
                )
            }
        }
        #expect(given.count == servers.count)
    }

    @Test func anUpdateThatChangesNothingKeepsTheTurn() {
        let servers = [BalancedServer(key: 1), BalancedServer(key: 2), BalancedServer(key: 3)]
        var balancer = Balancer(.roundRobin, servers: servers)
        var picks: [Int?] = []
        for _ in 0..<6 {
            picks.append(balancer.pick())
            balancer.update(servers: servers)
        }
        #expect(picks == [1, 2, 3, 1, 2, 3])
    }

    @Test func anUpdateTakesTheNewServersAndWeights() {
        var balancer = Balancer(.roundRobin, servers: [BalancedServer(key: 1), BalancedServer(key: 2)])
        _ = balancer.pick()
        balancer.update(servers: [BalancedServer(key: 3, weight: 3), BalancedServer(key: 2, weight: 1)])
        let picks = (0..<8).compactMap { _ in balancer.pick() }
        #expect(picks.count { $0 == 3 } == 6)
        #expect(picks.count { $0 == 2 } == 2)
        balancer.update(servers: [])
        #expect(balancer.pick() == nil)
    }

    @Test func requestsInProgressOutliveUpdates() {
        var balancer = Balancer(.leastConnections, servers: [BalancedServer(key: 1), BalancedServer(key: 2)])
        for _ in 0..<3 { balancer.requestBegan(on: 1) }
        balancer.update(servers: [BalancedServer(key: 2), BalancedServer(key: 4)])
        #expect(picks(&balancer) == [2, 4])
        balancer.requestEnded(on: 1, .cancelled, at: .start)
        balancer.update(servers: [BalancedServer(key: 2), BalancedServer(key: 1)])
        #expect(balancer.requestsInProgress(on: 1) == 2)
        #expect(picks(&balancer) == [2])
        for _ in 0..<5 { balancer.requestEnded(on: 1, .cancelled, at: .start) }
        #expect(balancer.requestsInProgress(on: 1) == 0)
        #expect(picks(&balancer) == [1, 2])
    }

    @Test func unknownKeysAreIgnoredAndOfEqualKeysTheFirstCounts() {
        var balancer = Balancer(
            .roundRobin,
            servers: [BalancedServer(key: 1, condition: .unknown), BalancedServer(key: 1, priority: 1)]
        )
        balancer.requestBegan(on: 9)
        balancer.requestEnded(on: 9, .cancelled, at: .start)
        balancer.setCondition(.healthy, server: 9, at: .start)
        #expect(balancer.pick() == nil)
        balancer.setCondition(.healthy, server: 1, at: .start)
        #expect(balancer.activePriority == 0)
    }
}

import Testing

@testable import Balancing

/// Backup tiers, panic and slow start.
@Suite struct SpillTests {
    /// Four servers in tier 0 (keys 0...3), four in tier 1 (4...7).
    private static let servers = (0..<8).map { BalancedServer(key: $0, priority: $0 < 4 ? 0 : 1) }

    /// The healthy servers of both tiers, and the part of the requests that tier 0 gets.
    @Test(arguments: [
        (4, 4, 1.0), (3, 4, 1.0), (2, 4, 0.7), (1, 4, 0.35), (0, 4, 0.0), (1, 0, 1.0), (1, 1, 0.5), (2, 1, 0.7),
        (2, 0, 1.0),
    ])
    func aTierCarriesItsHealthyPartAndTheRestGoesOn(first: Int, second: Int, share: Double) {
        for algorithm in BalancingAlgorithm.allCases {
            var balancer = Balancer(algorithm, servers: Self.servers)
            for key in first..<4 { balancer.setCondition(.unhealthy, server: key, at: .start) }
            for key in second..<4 { balancer.setCondition(.unhealthy, server: key + 4, at: .start) }
            let picks = (0..<2000 as Range<UInt64>).compactMap { balancer.pick(key: mix($0)) }
            #expect(picks.count == 2000)
            #expect(abs(Double(picks.count { $0 < 4 }) / 2000 - share) < 0.03, "\(algorithm)")
        }
    }

    @Test func withTurnsTheSpillIsExact() {
        var balancer = Balancer(.roundRobin, servers: Self.servers)
        for key in 0..<2 { balancer.setCondition(.unhealthy, server: key, at: .start) }
        let picks = (0..<100).compactMap { _ in balancer.pick() }
        #expect((70...71).contains(picks.count { $0 < 4 }))
        // No run of more than three of the tier that has 70 %.
        #expect((picks.split { $0 >= 4 }.map(\.count).max() ?? 0) <= 3)
    }

    @Test func aServerThatIsNotYetCheckedSpillsNothing() {
        var servers = Self.servers
        for key in 2..<4 { servers[key].condition = .unknown }
        var balancer = Balancer(.roundRobin, servers: servers)
        #expect((0..<100).allSatisfy { _ in (balancer.pick() ?? 9) < 2 })
    }

    @Test func aFullTierOverflowsAndThenAllAreFull() {
        var balancer = Balancer(BalancingPolicy(maximumRequests: 2), servers: Self.servers)
        var counts = [Int](repeating: 0, count: 8)
        for _ in 0..<16 {
            guard let key = balancer.pick() else { break }
            balancer.requestBegan(on: key)
            counts[key] += 1
            if counts[..<4].reduce(0, +) < 8 { #expect(key < 4) }
        }
        #expect(counts == Array(repeating: 2, count: 8))
        #expect(balancer.pick(at: .start) == .full)
        #expect(balancer.pick(excluding: Array(0..<8), at: .start) == .none)
        balancer.requestEnded(on: 6, .cancelled, at: .start)
        #expect(balancer.pick() == 6)
    }

    @Test func weightIsWhatIsHealthyOfATier() {
        var balancer = Balancer(
            .roundRobin,
            servers: [
                BalancedServer(key: 0, weight: 90), BalancedServer(key: 1, weight: 10),
                BalancedServer(key: 2, priority: 1),
            ]
        )
        balancer.setCondition(.unhealthy, server: 1, at: .start)
        #expect((0..<50).allSatisfy { _ in balancer.pick() == 0 })
        balancer.setCondition(.healthy, server: 1, at: .start)
        balancer.setCondition(.unhealthy, server: 0, at: .start)
        #expect((0..<100).count { _ in balancer.pick() == 1 } == 14)
    }

    // MARK: - Panic

    @Test func belowTheShareAllThatHaveBeenCheckedAreGiven() {
        var servers = Self.servers
        servers[3].condition = .unknown
        var balancer = Balancer(BalancingPolicy(panic: 0.5), servers: servers)
        func given() -> Set<Int> { Set((0..<40).compactMap { _ in balancer.pick() }) }
        for key in 4..<7 { balancer.setCondition(.unhealthy, server: key, at: .start) }
        #expect(!balancer.isPanicking)
        for key in 0..<1 { balancer.setCondition(.unhealthy, server: key, at: .start) }
        // Three of seven.
        #expect(balancer.isPanicking)
        #expect(given() == [0, 1, 2])
        #expect(balancer.status.isPanicking)
        #expect(balancer.activePriority == 0)
        for key in [1, 2, 7] { balancer.setCondition(.unhealthy, server: key, at: .start) }
        #expect(given() == [0, 1, 2])
        #expect(balancer.activePriority == nil)
        for key in [0, 1, 2, 7] { balancer.setCondition(.healthy, server: key, at: .start) }
        #expect(!balancer.isPanicking)
    }

    @Test func withoutPanicNothingUnhealthyIsGiven() {
        var balancer = Balancer(.roundRobin, servers: Self.servers)
        for key in 0..<8 { balancer.setCondition(.unhealthy, server: key, at: .start) }
        #expect(balancer.pick(at: .start) == .none)
        var unchecked = Balancer(
            BalancingPolicy(panic: 1),
            servers: [BalancedServer(key: 1, condition: .unknown)]
        )
        #expect(unchecked.pick(at: .start) == .none)
    }

    // MARK: - Slow start

    @Test(arguments: BalancingAlgorithm.allCases.filter { $0 != .leastResponseTime })
    func aServerThatComesGrowsIntoItsShare(algorithm: BalancingAlgorithm) {
        let policy = BalancingPolicy(algorithm: algorithm, slowStart: .seconds(100))
        var balancer = Balancer(policy, servers: (0..<3).map { BalancedServer(key: $0) })
        let servers = (0..<4).map { BalancedServer(key: $0, condition: $0 < 3 ? .healthy : .unknown) }
        balancer.update(policy, servers: servers, at: .seconds(1000))
        balancer.setCondition(.healthy, server: 3, at: .seconds(1000))
        // Age, and the share of a server with so much of its weight among three whole ones.
        for (age, portion) in [(0.0, 0.1), (5, 0.1), (25, 0.25), (50, 0.5), (75, 0.75), (101, 1)] {
            let picks = (0..<4000 as Range<UInt64>).compactMap { key -> Int? in
                let server = balancer.server(key: mix(key), at: .seconds(1000 + age))
                // Loads that follow the weights, for those that look at loads.
                if let server, algorithm == .leastConnections || algorithm == .twoChoices {
                    balancer.requestBegan(on: server)
                }
                return server
            }
            for server in picks { balancer.requestEnded(on: server, .cancelled, at: .seconds(1000 + age)) }
            let share = picks.shares[3] ?? 0
            // A key goes to a growing server with that chance, so the others get what it does not take.
            let expected = algorithm == .ring || algorithm == .maglev ? portion / 4 : portion / (3 + portion)
            #expect(abs(share - expected) < 0.025, "\(algorithm) at \(age) s")
        }
    }

    @Test func keysThatAGrowingServerHasGotStayWithIt() {
        for algorithm in [BalancingAlgorithm.ring, .maglev, .rendezvous] {
            let policy = BalancingPolicy(algorithm: algorithm, slowStart: .seconds(100))
            var balancer = Balancer(policy, servers: (0..<4).map { BalancedServer(key: $0) })
            balancer.setCondition(.unhealthy, server: 3, at: .start)
            balancer.setCondition(.healthy, server: 3, at: .start)
            var held: Set<UInt64> = []
            for age in [0.0, 20, 40, 60, 80, 120] {
                let now = Set(
                    (0..<2000 as Range<UInt64>).filter { balancer.server(key: mix($0), at: .seconds(age)) == 3 }
                )
                #expect(held.isSubset(of: now))
                #expect(held.count < now.count)
                held = now
            }
        }
    }

    @Test func whereNobodyElseServesThereIsNoSlowStart() {
        let policy = BalancingPolicy(slowStart: .seconds(100))
        var balancer = Balancer(
            policy,
            servers: [BalancedServer(key: 0, condition: .unknown), BalancedServer(key: 1, priority: 1)]
        )
        balancer.setCondition(.healthy, server: 0, at: .start)
        #expect(!balancer.slots[0].slowStart.isGrowing)
        // An update that changes nothing does not begin it anew, nor end it.
        balancer.update(
            policy,
            servers: [BalancedServer(key: 0), BalancedServer(key: 2)],
            at: .start
        )
        #expect(balancer.slots[1].slowStart.isGrowing)
        balancer.update(policy, servers: [BalancedServer(key: 0), BalancedServer(key: 2)], at: .seconds(50))
        _ = balancer.pick(at: .seconds(50))
        #expect(balancer.slots[1].slowStart.portion == 512)
    }
}

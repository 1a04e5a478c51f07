import Testing

@testable import Balancing

/// The algorithms that draw lots or look at response times.
@Suite struct LoadAwareTests {
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func randomRespectsWeightsWithinOnePercent(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt16.random(in: 1...100, using: &random)
        }
        let sum = weights.reduce(0) { $0 + Int($1) }
        var balancer = Balancer(
            BalancingPolicy(algorithm: .random),
            servers: weights.enumerated().map { BalancedServer(key: $0.offset, weight: $0.element) },
            seed: seed
        )
        let shares = (0..<30_000).compactMap { _ in balancer.pick() }.shares
        for (key, weight) in weights.enumerated() {
            #expect(abs(shares[key, default: 0] - Double(weight) / Double(sum)) < 0.01)
        }
    }

    /// Requests that stay fill the pool by weight, and far more evenly than random choice would.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func twoChoicesFillThePoolByWeight(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt16.random(in: 1...100, using: &random)
        }
        let sum = weights.reduce(0) { $0 + Int($1) }
        var balancer = Balancer(.twoChoices, weights: weights)
        for _ in 0..<10_000 {
            guard let key = balancer.pick() else { break }
            balancer.requestBegan(on: key)
        }
        for (key, weight) in weights.enumerated() {
            let share = Double(balancer.requestsInProgress(on: key)) / 10_000
            #expect(abs(share - Double(weight) / Double(sum)) < 0.01)
        }
    }

    @Test func theIdleOneOfTwoIsTaken() {
        var balancer = Balancer(.twoChoices, weights: [1, 1])
        balancer.requestBegan(on: 0)
        for _ in 0..<50 { #expect(balancer.pick() == 1) }
        for _ in 0..<50 { #expect(balancer.pick(excluding: [1]) == 0) }
    }

    // MARK: - Least response time

    /// Runs requests one after another, each answered before the next.
    private func run(
        _ balancer: inout Balancer,
        from start: Double,
        seconds: Double,
        every gap: Double,
        answer: (Int, Double) -> RequestOutcome
    ) -> [Int] {
        var picks: [Int] = []
        var time = start
        while time < start + seconds {
            guard let key = balancer.server(at: .seconds(time)) else { break }
            balancer.requestBegan(on: key)
            balancer.requestEnded(on: key, answer(key, time), at: .seconds(time))
            picks.append(key)
            time += gap
        }
        return picks
    }

    @Test func theFastServerGetsMostAndTheSlowOneIsNotForgotten() {
        var balancer = Balancer(.leastResponseTime, weights: [1, 1, 1])
        let picks = run(&balancer, from: 0, seconds: 300, every: 0.01) { key, _ in
            .success(nanoseconds: key == 2 ? 200_000_000 : 2_000_000)
        }
        let shares = picks.shares
        #expect((shares[2] ?? 0) > 0)
        #expect((shares[2] ?? 0) < 0.02)
    }

    /// A server that was slow once and has recovered gets its part again within a minute and a half: ln(1000) x 10 s
    /// until a second has decayed to a millisecond.
    @Test func aServerThatWasSlowOnceDoesNotStarve() {
        var balancer = Balancer(.leastResponseTime, weights: [1, 1, 1, 1, 1])
        _ = run(&balancer, from: 0, seconds: 20, every: 0.01) { key, _ in
            .success(nanoseconds: key == 4 ? 1_000_000_000 : 1_000_000)
        }
        let picks = run(&balancer, from: 20, seconds: 100, every: 0.01) { _, _ in .success(nanoseconds: 1_000_000) }
        let late = picks.suffix(2000).shares
        #expect(late.count == 5)
        for share in late.values { #expect(share > 0.1) }
    }

    @Test func oneThatFailsAtOnceDoesNotLookFast() {
        var balancer = Balancer(.leastResponseTime, weights: [1, 1])
        let picks = run(&balancer, from: 0, seconds: 30, every: 0.01) { key, _ in
            key == 0 ? .failure : .success(nanoseconds: 20_000_000)
        }
        #expect((picks.shares[0] ?? 0) < 0.05)
    }

    @Test func aServerThatHasNotAnsweredYetGetsOneRequest() {
        var balancer = Balancer(.leastResponseTime, weights: [1, 1])
        balancer.requestBegan(on: 1)
        balancer.requestEnded(on: 1, .success(nanoseconds: 5_000_000), at: .start)
        #expect(balancer.pick() == 0)
        balancer.requestBegan(on: 0)
        for _ in 0..<20 {
            #expect(balancer.pick() == 1)
            balancer.requestBegan(on: 1)
        }
    }

    @Test func peaksCountAtOnceAndDecay() {
        var average = PeakEWMA()
        #expect(average.value(at: .start) == nil)
        average.observe(nanoseconds: 1000, at: .start)
        average.observe(nanoseconds: 9000, at: .seconds(1))
        #expect(average.value(at: .seconds(1)) == 9000)
        average.observe(nanoseconds: 1000, at: .seconds(11))
        let expected = 9000 * 0.36788 + 1000 * 0.63212
        #expect(abs((average.value(at: .seconds(11)) ?? 0) - expected) < 1)
        #expect((average.value(at: .seconds(111)) ?? 1e9) < 1)
    }

    @Test func requestsAreSpreadByResponseTimeAndWeight() {
        // Each server answers in 10 ms, however many requests it has; the one of weight 3 gets three times as many.
        var balancer = Balancer(.leastResponseTime, weights: [3, 1])
        var ends: [(time: Double, key: Int, start: Double)] = []
        var counts = [0, 0]
        for step in 0..<8000 {
            let time = Double(step) * 0.0005
            for end in ends where end.time <= time {
                let outcome = RequestOutcome.success(nanoseconds: Int64((end.time - end.start) * 1e9))
                balancer.requestEnded(on: end.key, outcome, at: .seconds(time))
            }
            ends.removeAll { $0.time <= time }
            guard let key = balancer.server(at: .seconds(time)) else { continue }
            balancer.requestBegan(on: key)
            counts[key] += 1
            ends.append((time + 0.010, key, time))
        }
        #expect(abs(Double(counts[0]) / 8000 - 0.75) < 0.03)
    }
}

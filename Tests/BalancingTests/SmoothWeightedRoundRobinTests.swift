import Balancing
import Testing

@Suite struct SmoothWeightedRoundRobinTests {
    /// Servers 0, 1, ... of one tier with these weights.
    private func balancer(weights: [UInt16]) -> Balancer {
        Balancer(.roundRobin, weights: weights)
    }

    @Test(arguments: [
        ([5, 1, 1], [0, 0, 1, 0, 2, 0, 0]), ([1, 1, 1], [0, 1, 2]), ([0, 0], [0, 1]), ([0, 3], [1, 1]),
        ([5, 3], [0, 1, 0, 0, 1, 0, 1, 0]), ([65535], [0, 0]),
    ])
    func givesTheKnownSequence(weights: [UInt16], expected: [Int]) {
        var balancer = balancer(weights: weights)
        for _ in 0..<3 { #expect(expected.map { _ in balancer.pick() } == expected) }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func respectsWeightsWithinOnePercent(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt16.random(in: 1...100, using: &random)
        }
        let sum = weights.reduce(0) { $0 + Int($1) }
        var balancer = balancer(weights: weights)
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<10_000 {
            guard let key = balancer.pick() else { break }
            counts[key] += 1
        }
        for (count, weight) in zip(counts, weights) {
            #expect(abs(Double(count) / 10_000 - Double(weight) / Double(sum)) < 0.01)
        }
    }

    /// A server of weight w out of W is never given more than ceil(w / (W - w)) + 1 times running, and waits no longer
    /// than two of its average gaps.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func spreadsEvenly(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 2...10, using: &random)).map { _ in UInt16.random(in: 1...30, using: &random)
        }
        let sum = weights.reduce(0) { $0 + Int($1) }
        var balancer = balancer(weights: weights)
        let picks = (0..<4 * sum).compactMap { _ in balancer.pick() }
        #expect(picks.count == 4 * sum)
        for (key, weight) in weights.enumerated().map({ ($0.offset, Int($0.element)) }) {
            let others = sum - weight
            let runs = picks.split { $0 != key }.map(\.count)
            #expect((runs.max() ?? 0) <= (weight + others - 1) / others + 1)
            let gaps = picks.split(omittingEmptySubsequences: false) { $0 == key }.map(\.count)
            #expect((gaps.max() ?? 0) <= 2 * (sum + weight - 1) / weight)
        }
    }

    @Test func aServerThatComesBackIsNotStarvedByItsOldTurns() {
        var balancer = balancer(weights: [60_000, 1, 1])
        while balancer.pick() != 1 {}
        balancer.setCondition(.unhealthy, server: 0, at: .start)
        let picks = (0..<10).compactMap { _ in balancer.pick() }
        #expect(picks.count { $0 == 1 } == 5)
    }
}

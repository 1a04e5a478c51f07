import Balancing
import Testing

@Suite struct WeightedLeastConnectionsTests {
    private func balancer(weights: [UInt16]) -> Balancer {
        Balancer(.leastConnections, weights: weights)
    }

    @Test(arguments: [
        // Equal weights: the idle one; by weight: the least (requests + 1) / weight.
        ([1, 1, 1], [2, 0, 1], 1), ([1, 1, 1], [1, 1, 0], 2), ([10, 1], [8, 0], 0), ([10, 1], [10, 0], 1),
        ([4, 2], [1, 0], 0), ([0, 1], [0, 50], 1), ([3, 3], [1, 0], 1),
    ])
    func choosesTheLeastLoaded(weights: [UInt16], inProgress: [Int], expected: Int) {
        var balancer = balancer(weights: weights)
        for (key, count) in inProgress.enumerated() {
            for _ in 0..<count { balancer.requestBegan(on: key) }
        }
        #expect(balancer.pick() == expected)
    }

    @Test func equalsTakeTurnsByWeight() {
        var balancer = balancer(weights: [1, 1, 1])
        #expect((0..<6).map { _ in balancer.pick() } == [0, 1, 2, 0, 1, 2])
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func requestsThatStayFillThePoolByWeight(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weights = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt16.random(in: 1...100, using: &random)
        }
        let sum = weights.reduce(0) { $0 + Int($1) }
        var balancer = balancer(weights: weights)
        for _ in 0..<10_000 {
            guard let key = balancer.pick() else { break }
            balancer.requestBegan(on: key)
        }
        for (key, weight) in weights.enumerated() {
            let share = Double(balancer.requestsInProgress(on: key)) / 10_000
            #expect(abs(share - Double(weight) / Double(sum)) < 0.01)
        }
    }

    /// One server answers at a tenth of the others' pace and so gets about a tenth of their requests.
    @Test func aSlowServerGetsLess() {
        var balancer = balancer(weights: [1, 1, 1])
        var ends: [(tick: Int, key: Int)] = []
        var counts = [0, 0, 0]
        for tick in 0..<3000 {
            for end in ends where end.tick <= tick { balancer.requestEnded(on: end.key, .cancelled, at: .start) }
            ends.removeAll { $0.tick <= tick }
            for _ in 0..<2 {
                guard let key = balancer.pick() else { continue }
                balancer.requestBegan(on: key)
                counts[key] += 1
                ends.append((tick + (key == 2 ? 50 : 5), key))
            }
        }
        #expect(counts[2] * 5 < counts[0])
        #expect(counts[2] > 0)
    }
}

import Testing

@testable import Balancing

@Suite struct EjectionTests {
    private func balancer(_ ejection: EjectionPolicy, servers: Int = 4) -> Balancer {
        Balancer(BalancingPolicy(ejection: ejection), servers: (0..<servers).map { BalancedServer(key: $0) })
    }

    /// Lets a server answer.
    private func answer(_ balancer: inout Balancer, _ key: Int, _ isSuccess: Bool, times: Int = 1, at time: Double) {
        for _ in 0..<times {
            balancer.requestBegan(on: key)
            balancer.requestEnded(on: key, isSuccess ? .success(nanoseconds: 1) : .failure, at: .seconds(time))
        }
    }

    private func given(_ balancer: inout Balancer, at time: Double) -> Set<Int> {
        Set((0..<40).compactMap { _ in balancer.server(at: .seconds(time)) })
    }

    @Test func failuresInARowEjectForATimeThatGrows() {
        var balancer = balancer(EjectionPolicy(failuresInARow: 3, time: .seconds(10)))
        answer(&balancer, 1, false, times: 2, at: 0)
        answer(&balancer, 1, true, at: 0)
        answer(&balancer, 1, false, times: 2, at: 0)
        #expect(given(&balancer, at: 0) == [0, 1, 2, 3])
        answer(&balancer, 1, false, at: 0)
        #expect(given(&balancer, at: 0) == [0, 2, 3])
        #expect(balancer.status.ejected == 1)
        #expect(given(&balancer, at: 9.9) == [0, 2, 3])
        #expect(given(&balancer, at: 10) == [0, 1, 2, 3])
        // The second lasts twice as long.
        answer(&balancer, 1, false, times: 3, at: 11)
        #expect(given(&balancer, at: 30.9) == [0, 2, 3])
        #expect(given(&balancer, at: 31) == [0, 1, 2, 3])
        // After long good behaviour it is a first one again.
        answer(&balancer, 1, false, times: 3, at: 200)
        #expect(given(&balancer, at: 209.9) == [0, 2, 3])
        #expect(given(&balancer, at: 210) == [0, 1, 2, 3])
        #expect(balancer.ejections == 3)
    }

    @Test func ejectionsDoNotGrowForEver() {
        var balancer = balancer(EjectionPolicy(failuresInARow: 1, time: .seconds(1)))
        var time = 0.0
        for count in 1...30 {
            answer(&balancer, 0, false, at: time)
            let lasts = Double(min(count, EjectionPolicy.longest))
            #expect(!given(&balancer, at: time + lasts - 0.1).contains(0))
            time += lasts
            #expect(given(&balancer, at: time).contains(0))
        }
    }

    @Test func noMoreThanTheShareAreOut() {
        var balancer = balancer(EjectionPolicy(failuresInARow: 1, maximumShare: 0.5), servers: 6)
        for key in 0..<6 { answer(&balancer, key, false, at: 0) }
        #expect(given(&balancer, at: 0) == [3, 4, 5])
        // One may always be out, but not the last.
        var two = self.balancer(EjectionPolicy(failuresInARow: 1, maximumShare: 0), servers: 2)
        for key in 0..<2 { answer(&two, key, false, at: 0) }
        #expect(given(&two, at: 0) == [1])
        two.setCondition(.unhealthy, server: 0, at: .start)
        answer(&two, 1, false, at: 0)
        #expect(given(&two, at: 0) == [1])
    }

    @Test func aRateFarBelowTheOthersEjects() {
        var balancer = balancer(EjectionPolicy(successRate: 0.9))
        _ = balancer.pick(at: .seconds(0.1))
        for key in 0..<4 {
            answer(&balancer, key, true, times: key == 2 ? 80 : 99, at: 5)
            answer(&balancer, key, false, times: key == 2 ? 20 : 1, at: 5)
        }
        #expect(given(&balancer, at: 9) == [0, 1, 2, 3])
        #expect(given(&balancer, at: 11) == [0, 1, 3])
    }

    @Test func whenAllFailNoneIsToBlame() {
        var balancer = balancer(EjectionPolicy(successRate: 0.9))
        _ = balancer.pick(at: .seconds(0.1))
        for key in 0..<4 {
            answer(&balancer, key, true, times: 50 + key, at: 5)
            answer(&balancer, key, false, times: 50 - key, at: 5)
        }
        #expect(given(&balancer, at: 11) == [0, 1, 2, 3])
    }

    @Test func fewAnswersSayNothing() {
        var balancer = balancer(EjectionPolicy(successRate: 0.9))
        _ = balancer.pick(at: .seconds(0.1))
        for key in 0..<4 { answer(&balancer, key, key != 1, times: key == 1 ? 19 : 50, at: 5) }
        #expect(given(&balancer, at: 11) == [0, 1, 2, 3])
    }

    @Test func whatWasCancelledSaysNothingAndWithoutAPolicyNothingEjects() {
        var balancer = balancer(EjectionPolicy(failuresInARow: 1))
        balancer.requestBegan(on: 1)
        balancer.requestEnded(on: 1, .cancelled, at: .start)
        #expect(given(&balancer, at: 0) == [0, 1, 2, 3])
        var plain = self.balancer(EjectionPolicy())
        answer(&plain, 1, false, times: 100, at: 0)
        #expect(given(&plain, at: 0) == [0, 1, 2, 3])
    }

    @Test func anUpdateKeepsEjections() {
        var balancer = balancer(EjectionPolicy(failuresInARow: 1))
        answer(&balancer, 1, false, at: 0)
        balancer.update(balancer.policy, servers: (0..<5).map { BalancedServer(key: $0) }, at: .seconds(1))
        #expect(given(&balancer, at: 2) == [0, 2, 3, 4])
    }
}

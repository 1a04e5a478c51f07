import CAllocationCounter
import Testing

@testable import Balancing

/// Choosing a server allocates nothing: counted, not assumed.
@Suite struct AllocationTests {
    @Test(arguments: BalancingAlgorithm.allCases)
    func placingAndEndingRequestsAllocatesNothing(algorithm: BalancingAlgorithm) {
        var core = PoolCore<Int>(
            Balancer(
                BalancingPolicy(
                    algorithm: algorithm,
                    slowStart: .seconds(10),
                    maximumRequests: 100,
                    loadBound: 1.25,
                    ejection: EjectionPolicy(failuresInARow: 1000, successRate: 0.5)
                ),
                servers: (0..<8).map { BalancedServer(key: $0, priority: $0 < 5 ? 0 : 1, weight: UInt16($0 + 1)) }
            )
        )
        var before: UInt = 0
        var placed = 0
        for step in 0..<4000 {
            // The first round makes what is made once.
            if step == 1000 { before = tern_allocations_of_thread() }
            let now = Moment(nanoseconds: Int64(step) * 1000)
            if step == 500 { core.balancer.setCondition(.unhealthy, server: 4, at: now) }
            guard case .server(let server) = core.place(key: mix(UInt64(step)), at: now) else { continue }
            placed += 1
            core.ended(on: server, step % 7 == 0 ? .failure : .success(nanoseconds: 1000), at: now)
            if step % 50 == 0 { _ = core.mayRetry(at: now) }
        }
        let after = tern_allocations_of_thread()
        #expect(placed == 4000)
        #expect(after - before == 0)
    }
}

import Testing

@testable import Balancing

@Suite struct PoolCoreTests {
    private func core(_ maximum: Int? = 1, servers: Int = 2, line: Int = 3) -> PoolCore<String> {
        var core = PoolCore<String>(
            Balancer(
                BalancingPolicy(maximumRequests: maximum),
                servers: (0..<servers).map { BalancedServer(key: $0) }
            )
        )
        core.lineLimit = line
        return core
    }

    @Test func whoComesFirstIsServedFirst() {
        var core = core()
        #expect(core.place(at: .start) == .server(0))
        #expect(core.place(at: .start) == .server(1))
        #expect(core.place(at: .start) == .full)
        for name in ["a", "b", "c"] { #expect(core.wait(name, excluding: [], key: 0) != nil) }
        #expect(core.wait("d", excluding: [], key: 0) == nil)
        #expect(core.next(at: .start) == nil)
        core.ended(on: 1, .cancelled, at: .start)
        // Nobody passes those who wait.
        #expect(core.place(at: .start) == .full)
        #expect(core.next(at: .start).map { "\($0.waiter)\($0.server)" } == "a1")
        #expect(core.next(at: .start) == nil)
        for server in 0..<2 { core.ended(on: server, .cancelled, at: .start) }
        #expect(core.next(at: .start)?.waiter == "b")
        #expect(core.next(at: .start)?.waiter == "c")
        #expect(core.waiting == 0)
        #expect(core.counts.waited == 3)
        #expect(core.counts.overflowed == 1)
    }

    @Test func whoLeavesIsPassedOver() {
        var core = core()
        for _ in 0..<2 { _ = core.place(at: .start) }
        let tickets = ["a", "b", "c"].compactMap { core.wait($0, excluding: [], key: 0) }
        #expect(core.leave(tickets[0], timedOut: true) == true)
        #expect(core.leave(tickets[0], timedOut: true) == false)
        #expect(core.leave(tickets[1], timedOut: false) == true)
        #expect(core.counts.timedOut == 1)
        core.ended(on: 0, .cancelled, at: .start)
        #expect(core.next(at: .start)?.waiter == "c")
        #expect(core.leave(tickets[2], timedOut: true) == false)
    }

    @Test func whoHasTriedTheFreeServerLetsAnotherPass() {
        var core = core()
        for _ in 0..<2 { _ = core.place(at: .start) }
        _ = core.wait("a", excluding: [0], key: 0)
        _ = core.wait("b", excluding: [], key: 0)
        core.ended(on: 0, .cancelled, at: .start)
        #expect(core.next(at: .start)?.waiter == "b")
        core.ended(on: 1, .cancelled, at: .start)
        #expect(core.next(at: .start)?.waiter == "a")
    }

    @Test func aServerThatComesServesTheLine() {
        var core = core(servers: 1)
        _ = core.place(at: .start)
        _ = core.wait("a", excluding: [], key: 0)
        #expect(core.next(at: .start) == nil)
        core.balancer.update(core.balancer.policy, servers: (0..<2).map { BalancedServer(key: $0) }, at: .start)
        #expect(core.next(at: .start)?.server == 1)
    }

    @Test func aLongLineKeepsItsOrder() throws {
        var line = WaitingLine<Int>()
        var random = SeededGenerator(seed: 3)
        var expected: [(Int, WaitingTicket)] = []
        for step in 0..<20_000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0...1:
                if let ticket = line.join(step, limit: 300) { expected.append((step, ticket)) }
            case 2:
                guard let index = expected.indices.randomElement(using: &random) else { continue }
                #expect(line.leave(expected.remove(at: index).1) != nil)
            default:
                let served = line.serve(upTo: 1) { $0 }
                #expect(served?.0 == expected.first?.0)
                if !expected.isEmpty { expected.removeFirst() }
            }
            #expect(line.count == expected.count)
        }
    }

    // MARK: - Retries

    @Test func aFifthOfTheRequestsMayBeSentAgain() {
        var budget = RetryBudget(share: 0.2)
        // The reserve is used up first.
        for _ in 0..<100 { #expect(budget.withdraw(at: .start) == true) }
        #expect(budget.withdraw(at: .start) == false)
        for _ in 0..<1000 { budget.deposit(at: .start) }
        var granted = 0
        while budget.withdraw(at: .start) { granted += 1 }
        #expect((199...200).contains(granted))
    }

    @Test func whatWasRefusedAtOnceCostsNothing() {
        var core = core()
        for _ in 0..<1000 { #expect(core.mayRetry(isFree: true, at: .start) == true) }
        #expect(core.mayRetry(at: .start) == true)
        core.retryShare = 0
        #expect(core.mayRetry(isFree: true, at: .start) == false)
        #expect(core.counts.retriesDenied == 1)
    }

    @Test func tokensAreForgottenAndTheReserveFillsUp() {
        var budget = RetryBudget(share: 0.2)
        while budget.withdraw(at: .start) {}
        for _ in 0..<1000 { budget.deposit(at: .start) }
        // Half the window later: a half of 200 and 10 a second.
        var granted = 0
        while budget.withdraw(at: .seconds(5)) { granted += 1 }
        #expect((148...151).contains(granted))
        granted = 0
        while budget.withdraw(at: .seconds(100)) { granted += 1 }
        #expect(granted == 100)
        var none = RetryBudget(share: 0)
        #expect(none.withdraw(at: .start) == false)
    }

    @Test func overALongTimeRetriesStayAFifth() {
        var budget = RetryBudget(share: 0.2)
        var granted = 0
        for step in 0..<100_000 {
            let now = Moment.seconds(Double(step) * 0.001)
            budget.deposit(at: now)
            if budget.withdraw(at: now) { granted += 1 }
        }
        // 1,000 a second for 100 s: a fifth, ten a second, and the first reserve.
        #expect((18_000...21_200).contains(granted))
    }

    @Test func whatDrainsTooLongIsNamed() {
        var core = core(nil, servers: 2)
        for _ in 0..<2 { _ = core.place(at: .start) }
        core.balancer.update(
            core.balancer.policy,
            servers: [BalancedServer(key: 0, weight: 0), BalancedServer(key: 2)],
            at: .seconds(10)
        )
        #expect(core.balancer.status.draining == 2)
        #expect(core.balancer.overdue(at: .seconds(19), limit: .seconds(10)).isEmpty)
        #expect(Set(core.balancer.overdue(at: .seconds(20), limit: .seconds(10))) == [0, 1])
        core.ended(on: 1, .cancelled, at: .seconds(20))
        #expect(core.balancer.overdue(at: .seconds(20), limit: .seconds(10)) == [0])
    }
}

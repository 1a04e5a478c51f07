import Addressing
import Geography
import Telemetry
import Testing

@testable import Steering

/// Who tries what, and what it may cost.
struct TrialBudgetTests {
    private func estimate(_ deviations: [Float], spreads: [Float]? = nil) -> LatencyView.Estimate {
        LatencyView.Estimate(
            means: Array(repeating: 0, count: deviations.count),
            deviations: deviations,
            spreads: spreads
        )
    }

    @Test func whatIsKnownOrSurelyWorseIsNotWorthATrial() {
        func worth(_ gap: Double, _ doubt: Double, shared: Double = 0) -> Double {
            TrialWorth.of(gap: gap, doubts: (doubt, 1), sharedDoubts: (shared, shared > 0 ? 1 : 0))
        }
        #expect(worth(5, 5) > 0)
        #expect(worth(5, 0.5) < 0)
        #expect(worth(100, 20) < 0)
        // One client for a whole country is worth more.
        #expect(worth(100, 50) < 0 && worth(100, 50, shared: 50) > 0)
        #expect(worth(500, 50, shared: 50) < 0)
        #expect(worth(.infinity, 50) <= 0 && worth(.nan, 50) <= 0)
        #expect(TrialWorth.improvement(over: 0, deviation: 0) == 0)
    }

    @Test func costIsBoundedAndWhatIsLeftIsSaved() {
        let prefix = ClientPrefix(IPAddress(v4: 0x0A00_0000))
        var account = TrialBudget.Account()
        var spent: Float = 0
        let periods = 400
        for period in 1...periods {
            var budget = TrialBudget(after: account, TrialWindow(period: period, share: 0.01))
            budget.add(connections: 1000)
            // A tenth of all clients, 30 ms slower: 3 ms of the mean client, more than a period may cost.
            budget.add(.network(prefix), connections: 100, roundTrips: [20, 50], estimate([30, 1]))
            let result = budget.spend()
            account = result.account
            spent += account.spent
            #expect(result.waiting.isEmpty == (account.spent > 0))
        }
        let mean = spent / Float(periods)
        #expect(mean <= 0.5)
        // It has its turn all the same.
        #expect(mean > 0.2)
    }

    @Test func aPeriodIsPaidOnce() {
        let window = TrialWindow(period: 3, share: 0.01)
        var first = TrialBudget(after: TrialBudget.Account(), window)
        first.add(connections: 10)
        let account = first.spend().account
        var second = TrialBudget(after: account, window)
        second.add(connections: 10)
        #expect(second.spend().account.credit == account.credit)
    }

    @Test func bestYieldGoesFirst() {
        let networks = (0..<2).map { ClientPrefix(IPAddress(v4: UInt32($0) << 8)) }
        var budget = TrialBudget(after: TrialBudget.Account(), TrialWindow(period: 1, share: 0.01))
        budget.add(connections: 1000)
        budget.add(.network(networks[0]), connections: 60, roundTrips: [20, 25], estimate([20, 1]))
        budget.add(.network(networks[1]), connections: 60, roundTrips: [20, 25], estimate([40, 1]))
        #expect(budget.spend().waiting == [.network(networks[0])])
    }
}

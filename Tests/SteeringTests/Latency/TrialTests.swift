import Addressing
import Geography
import Telemetry
import Testing
import ZoneFile

@testable import Steering

/// Few clients try a region that may be better, each in its turn, and all answers stay exact.
struct TrialTests {
    /// Clients in Dublin; eu-west is believed to be at 30 ms, eu-north at 34 and not well known, the rest far.
    private static func map(fence: [Area] = [], explores: Bool = true) throws -> SteeringMap {
        let fleet = Fleet(
            ControlRecords(regions: try Samples.regions(), steers: [try Samples.steer(.latency, fence: fence)])
        )
        var view = LatencyView()
        view.areas[LatencyArea(country: CountryCode("IE"))] = LatencyView.Estimate(
            means: [10, 20, 5, 100],
            deviations: [1, 1, 20, 1]
        )
        view.explores = explores
        return SteeringMap(fleet: fleet, atlas: try Samples.atlas(), latency: view)
    }

    private static let share = 0.02

    private func decisions(_ map: SteeringMap, period: Int = 0, _ change: (inout FleetHealth) -> Void = { _ in })
        -> SteeringDecisions
    {
        var health = FleetHealth(allHealthy: map.fleet)
        change(&health)
        return SteeringDecisions(map: map, health: health, trials: TrialWindow(period: period, share: Self.share))
    }

    /// 10.1.0.0/16 in steps of a unit network.
    private static let clients = (0..<16).map { IPAddress(v4: 0x0A01_0000 | UInt32($0) << 12) }

    private func regions(_ decisions: SteeringDecisions, _ client: IPAddress) -> (regions: [Int], isTrial: Bool) {
        let rule = decisions.map.fleet.rules[0]
        let answer = decisions.answers(of: rule)[decisions.resolve(rule: 0, client).answer]
        return (answer.regions, answer.isTrial)
    }

    @Test func everyClientTriesOnceInATurn() throws {
        let map = try Self.map()
        let turns = 4096 / TrialWindow(period: 0, share: Self.share).count
        for client in Self.clients {
            var trials = 0
            for period in 0..<turns {
                let (regions, isTrial) = regions(decisions(map, period: period), client)
                #expect(regions == (isTrial ? [2] : [1]))
                if isTrial { trials += 1 }
            }
            #expect(trials <= 1)
        }
        // The few buckets left over at the end of a turn come first in the next; all others have tried.
        let tried = Self.clients.count { client in
            (0..<turns).contains { regions(decisions(map, period: $0), client).isTrial }
        }
        #expect(tried >= Self.clients.count - 3)
    }

    @Test func nobodyTriesWhereNothingIsToBeLearned() throws {
        let quiet = try Self.map(explores: false)
        for client in Self.clients { #expect(regions(decisions(quiet), client) == ([1], false)) }
        let map = try Self.map()
        // Chicago and Berlin were never measured: exactly what `nearest` gives.
        let (none, shared) = (
            decisions(map), SteeringDecisions(map: quiet, health: FleetHealth(allHealthy: quiet.fleet))
        )
        for text in ["10.2.7.9", "10.3.7.9", "10.4.7.9"] {
            let client = try #require(IPAddress(text))
            #expect(none.resolve(rule: 0, client) == shared.resolve(rule: 0, client))
        }
    }

    @Test func aRegionThatMayNotBeBurdenedIsNotTried() throws {
        let map = try Self.map()
        let region = map.fleet.regions[2]
        let turns = 4096 / TrialWindow(period: 0, share: Self.share).count
        let changes: [(inout FleetHealth) -> Void] = [
            { $0.set(.unhealthy, region: region) }, { $0.set(AdministrativeState.draining, region: region) },
            { $0.set(AdministrativeState.drained, region: region) }, { $0.set(shed: 0.2, region: region) },
        ]
        for change in changes {
            for period in 0..<turns {
                let decisions = decisions(map, period: period, change)
                for client in Self.clients { #expect(!regions(decisions, client).isTrial) }
            }
        }
    }

    @Test func trialsStayInsideTheFence() throws {
        let map = try Self.map(fence: [.country(try #require(CountryCode("IE")))])
        for period in 0..<50 {
            for client in Self.clients { #expect(regions(decisions(map, period: period), client) == ([1], false)) }
        }
    }

    @Test func scopesAreExactAndTrialsLiveShort() throws {
        let map = try Self.map()
        var seen = 0
        for period in 0..<50 {
            let decisions = decisions(map, period: period)
            for client in Self.clients {
                let resolution = decisions.resolve(rule: 0, client)
                #expect(resolution.scope >= 20)
                let other = IPAddress(v4: UInt32(client.bits) | 0xFFF)
                #expect(decisions.resolve(rule: 0, other) == resolution)
                let answer = decisions.answers(of: map.fleet.rules[0])[resolution.answer]
                guard answer.isTrial else { continue }
                seen += 1
                #expect(decisions.lifetime(of: answer, map.fleet.rules[0], limit: 60).seconds == 5)
            }
        }
        #expect(seen > 0)
    }

    @Test func updatingGivesWhatBeginningGives() throws {
        let map = try Self.map()
        var decisions = decisions(map)
        for period in 1..<20 {
            let window = TrialWindow(period: period, share: Self.share)
            decisions = decisions.updated(for: decisions.health, trials: window)
            let anew = SteeringDecisions(map: map, health: decisions.health, trials: window)
            for client in Self.clients {
                #expect(decisions.resolve(rule: 0, client) == anew.resolve(rule: 0, client))
            }
        }
    }

    @Test func explanationSaysSo() throws {
        let map = try Self.map()
        for period in 0..<50 {
            let decisions = decisions(map, period: period)
            guard let client = Self.clients.first(where: { regions(decisions, $0).isTrial }) else { continue }
            let text = decisions.explain(map.fleet.rules[0], client: client, ttl: 60).render()
            #expect(text.contains("tried by a few clients"))
            #expect(text.contains("ms as measured"))
            return
        }
        Issue.record("nobody tried anything")
    }

    @Test(arguments: [(0, 0.0), (1, -1), (7, .nan), (-3, 0.01), (Int.max, 0.5), (Int.min, 1)] as [(Int, Double)])
    func windowsAreInRange(period: Int, share: Double) {
        let window = TrialWindow(period: period, share: share)
        #expect((0..<4096).contains(window.start) && (0...4096).contains(window.count))
        #expect((0..<4096).count { window.contains($0) } == window.count)
    }
}

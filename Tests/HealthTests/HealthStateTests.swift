import DNSWire
import HTTPWire
import Health
import TLSTransport
import Testing
import ZoneFile

@Suite struct HealthStateTests {
    private static let refused = CheckOutcome.failed(.connectionRefused)
    private static let start = ContinuousClock.now

    /// Results written `+` passed, `-` failed, `?` not made; the statuses after each, by their first letter.
    @Test(arguments: [
        (HealthThresholds(fails: 3, passes: 2), "+", "h"),
        (HealthThresholds(fails: 3, passes: 2), "-", "u"),
        (HealthThresholds(fails: 3, passes: 2), "+--+--+---", "hhhhhhhhhu"),
        (HealthThresholds(fails: 3, passes: 2), "-+-+-++", "uuuuuuh"),
        (HealthThresholds(fails: 3, passes: 2), "+---++", "hhhuuh"),
        (HealthThresholds(fails: 1, passes: 1), "+-+-", "huhu"),
        (HealthThresholds(fails: 0, passes: -5, initialPasses: 0), "+-+-", "huhu"),
        (HealthThresholds(fails: 3, passes: 2, initialPasses: 3), "+++", "..h"),
        (HealthThresholds(fails: 3, passes: 2, initialPasses: 3), "++-++", "..uuh"),
        (HealthThresholds(fails: 2, passes: 2), "?+?-?-?", ".hhhhuu"),
        (HealthThresholds(fails: 2, passes: 2), "-?+?+", "uuuuh"),
        // Damped: 1, 2, 4, 8 and no more passes; the first failure after the start is no relapse.
        (HealthThresholds(fails: 1, passes: 1, calm: .seconds(9)), "+-+-++-++++", "huhuuhuuuuh"),
        (HealthThresholds(fails: 1, passes: 1, calm: .seconds(9)), "-+-++-++++-+++++++", "uhuuhuuuuhuuuuuuuu"),
        (
            HealthThresholds(fails: 1, passes: 1, calm: .seconds(9)), "-+-++-++++-++++++++-++++++++",
            "uhuuhuuuuhuuuuuuuuhuuuuuuuuh"
        ),
        // Who was healthy for long begins anew.
        (HealthThresholds(fails: 1, passes: 1, calm: .seconds(4)), "-+-+++++-+", "uhuuhhhhuh"),
        (HealthThresholds(fails: 1, passes: 90, calm: .seconds(9)), "-+", "uu"),
    ])
    func changesByResultsInARow(thresholds: HealthThresholds, results: String, expected: String) {
        var state = HealthState(since: Self.start)
        var statuses = ""
        var now = Self.start
        for result in results {
            now += .seconds(1)
            let before = state.status
            let change =
                switch result {
                case "+": state.record(.passed(.status(200)), thresholds: thresholds, at: now)
                case "-": state.record(Self.refused, thresholds: thresholds, at: now)
                default: state.record(.notMade(.system(errno: 24)), thresholds: thresholds, at: now)
                }
            statuses += state.status == .unknown ? "." : state.status == .healthy ? "h" : "u"
            #expect(change == (before == state.status ? nil : before))
            #expect((state.since == now) == (change != nil))
            #expect(state.lastChecked == now)
        }
        #expect(statuses == expected)
    }

    /// The shortest time to a change after each result, in tenths of a second: every 10 s, 5 s in doubt, less a tenth.
    @Test(arguments: [
        ("", [0]), ("+", [0, 180]), ("+-", [0, 180, 90]), ("+--", [0, 180, 90, 45]), ("+---", [0, 180, 90, 45, 135]),
        ("+---+", [0, 180, 90, 45, 135, 45]), ("+-+?", [0, 180, 90, 180, 180]), ("----", [0, 135, 135, 135, 135]),
    ])
    func tellsHowSoonItCouldChange(results: String, expected: [Int]) {
        let schedule = CheckSchedule(interval: .seconds(10), fails: 3, passes: 2)
        var state = HealthState(since: Self.start)
        var times = [state.shortestTimeToChange(schedule)]
        for result in results {
            let outcome: CheckOutcome =
                result == "+" ? .passed(.connected) : result == "-" ? Self.refused : .notMade(.system(errno: 24))
            _ = state.record(outcome, thresholds: HealthThresholds(fails: 3, passes: 2), at: Self.start)
            times.append(state.shortestTimeToChange(schedule))
        }
        #expect(times.map { Int(($0 / .milliseconds(100)).rounded()) } == expected)
    }

    @Test func remembersCountsAndTheLastResult() {
        var state = HealthState(since: Self.start)
        #expect(state.lastOutcome == nil)
        for outcome in [.passed(.connected), Self.refused, Self.refused, .notMade(.system(errno: 24))] {
            _ = state.record(outcome, thresholds: HealthThresholds(), at: Self.start)
        }
        #expect(state.passes == 1)
        #expect(state.fails == 2)
        #expect(state.failsInARow == 2)
        #expect(state.passesInARow == 0)
        #expect(state.lastOutcome == .notMade(.system(errno: 24)))
    }

    @Test(arguments: [
        ("+", false), ("+-", true), ("+-+", false), ("-", false), ("-+", true), ("-+-", false), ("", false),
    ])
    func isInDoubtWhileTheLastResultSpeaksAgainstTheStatus(results: String, expected: Bool) {
        var state = HealthState(since: Self.start)
        for result in results {
            let outcome = result == "+" ? CheckOutcome.passed(.status(204)) : Self.refused
            _ = state.record(outcome, thresholds: HealthThresholds(), at: Self.start)
        }
        #expect(state.isInDoubt == expected)
    }

    @Test(arguments: [
        (CheckOutcome.passed(.connected), "connected"), (.passed(.status(204)), "status 204"),
        (.failed(.status(503)), "status 503"), (.failed(.connectionRefused), "connection refused"),
        (.failed(.timeout(.milliseconds(500))), "timeout after 500 ms"),
        (.failed(.timeout(.seconds(2.5))), "timeout after 2500 ms"), (.failed(.system(errno: 113)), "no route to host"),
        (.notMade(.system(errno: 24)), "not checked: too many open files"),
        (.passed(.answers(1)), "answered with 1 record"), (.passed(.answers(0)), "answered with 0 records"),
        (.passed(.program("")), "exit status 0"), (.passed(.program("lag 3 s")), "lag 3 s"),
        (.failed(.exitStatus(2, "")), "exit status 2"), (.failed(.exitStatus(2, "lag 90 s")), "lag 90 s"),
        (.failed(.rcode(.refused)), "DNS response REFUSED"),
        (.failed(.rcode(RCode(rawValue: 11))), "DNS response with code 11"),
        (.failed(.tls(.certificate("hostname mismatch"))), "certificate not accepted: hostname mismatch"),
        (.failed(.malformedResponse(.malformedStatusLine)), "malformed response: malformedStatusLine"),
    ])
    func outcomesSayWhatHappened(outcome: CheckOutcome, text: String) {
        #expect(outcome.description == text)
    }
}

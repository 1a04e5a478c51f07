import Addressing
import Telemetry
import Testing

/// A reader takes each change once and in order, and nothing that was said before.
struct RoundTripReadingTests {
    private func table(_ networks: Int) -> RoundTripTable {
        var table = RoundTripTable(capacity: 4096, seed: 1)
        for number in 0..<networks {
            table.add(20_000, from: ClientPrefix(IPAddress(v4: UInt32(number) << 8)), at: 100)
        }
        return table
    }

    @Test func readsInParts() {
        let table = table(250)
        var reading = RoundTripReading()
        var read = 0
        repeat {
            let report = table.report(since: reading.cursor, epoch: 7, now: 100, limit: 100)
            let isNew = reading.accepts(report)
            #expect(isNew)
            read += report.entries.count
            if report.remaining == 0 { break }
        } while read < 1000
        #expect(read == 250)
    }

    /// Which of some reports follow on those before.
    private func taken(_ reports: [RoundTripReport], by reading: inout RoundTripReading) -> [Bool] {
        var taken: [Bool] = []
        for report in reports { taken.append(reading.accepts(report)) }
        return taken
    }

    @Test func whatWasSaidBeforeIsNotTakenAgain() {
        var table = table(3)
        var reading = RoundTripReading()
        let first = table.report(since: reading.cursor, epoch: 7, now: 100)
        let ofFirst = taken([first, first], by: &reading)
        #expect(ofFirst == [true, false])
        table.add(30_000, from: ClientPrefix(IPAddress(v4: 0)), at: 110)
        let second = table.report(since: reading.cursor, epoch: 7, now: 110)
        let ofSecond = taken([second, second, first], by: &reading)
        #expect(ofSecond == [true, false, false])
        // A clock that runs backwards within one run is one of an older report.
        var older = table.report(since: reading.cursor, epoch: 7, now: 110)
        older.now = 90
        let ofOlder = taken([older], by: &reading)
        #expect(ofOlder == [false])
    }

    @Test func anotherRunBeginsAnewAndTheOneBeforeHasEnded() {
        let table = table(3)
        var reading = RoundTripReading()
        let before = table.report(since: .start, epoch: 7, now: 5000)
        // The clock of another run may show anything.
        let after = table.report(since: before.cursor, epoch: 8, now: 100)
        #expect(after.since == 0)
        let all = taken([before, after, before], by: &reading)
        #expect(all == [true, true, false])
        #expect(reading.cursor.epoch == 8)
    }

    @Test func reportOfAnotherRunThatDoesNotBeginAtItsBeginningIsNotTaken() {
        var reading = RoundTripReading()
        var report = table(3).report(since: .start, epoch: 7, now: 100)
        report.since = 1
        let all = taken([report], by: &reading)
        #expect(all == [false])
        #expect(reading.cursor == .start)
    }
}

import Addressing
import DNSWire
import Telemetry
import Testing

@testable import DNSServer

/// What proxies can make a name server believe is bounded.
@Suite struct LatencyScreeningTests {
    private let region: DomainName
    private let start = ContinuousClock.now

    init() throws { region = try DomainName("east.example.com") }

    /// A report on so many networks, each this far.
    private func message(
        _ milliseconds: Double,
        networks: Int = 20,
        from address: UInt32 = 1,
        claim: String = "east.example.com",
        requestsPerSecond: Double = 100,
        clock: UInt32 = 1000,
        age: UInt32 = 0,
        after seconds: Int = 0
    ) -> LatencyInbox.Message {
        let entries = (0..<networks).map { number in
            RoundTripTable.Entry(
                prefix: ClientPrefix(IPAddress(v4: UInt32(number) << 8)),
                digest: RoundTripDigest(UInt32(milliseconds * 1000), at: clock - age)
            )
        }
        return LatencyInbox.Message(
            region: region,
            address: IPAddress(v4: address),
            claim: claim,
            requestsPerSecond: requestsPerSecond,
            report: RoundTripReport(
                epoch: 1,
                since: 0,
                version: UInt64(networks),
                known: UInt32(networks),
                now: clock,
                entries: entries
            ),
            time: start + .seconds(seconds)
        )
    }

    @Test func aProxySpeaksForItsOwnRegionAlone() {
        var screening = LatencyScreening()
        let observations = screening.screen([message(20, claim: "west.example.com")]) { _, _ in 30 }
        #expect(observations.isEmpty)
        #expect(screening.records.values.map(\.refusal) == [.otherRegion])
        let own = screening.screen([message(20)]) { _, _ in 30 }
        #expect(own.count == 20 && own.allSatisfy { $0.region == region })
    }

    @Test func networksAreBoundedByRequests() {
        var screening = LatencyScreening()
        // The first report tells of all the time before.
        let first = screening.screen([message(20, networks: 6000)]) { _, _ in nil }
        #expect(first.count == 6000)
        let quiet = message(20, networks: 6000, requestsPerSecond: 1, after: 10)
        let second = screening.screen([quiet]) { _, _ in nil }
        #expect(second.count == 1040)
        #expect(screening.records.values.map(\.refusal) == [.implausible])
        let busy = message(20, networks: 6000, requestsPerSecond: 500, after: 20)
        let third = screening.screen([busy]) { _, _ in nil }
        #expect(third.count == 6000)
    }

    @Test func clocksOfProxiesDoNotMatter() {
        var screening = LatencyScreening()
        for clock: UInt32 in [100, 1_700_000_000, .max] {
            let observations = screening.screen([message(20, clock: clock, age: 30)]) { _, _ in nil }
            #expect(observations.count == 20 && observations.allSatisfy { $0.age == 30 })
        }
    }

    /// Of three proxies the two that agree are believed, whatever was believed before.
    @Test func oneOfThreeThatContradictsIsLeftOut() {
        var screening = LatencyScreening()
        for liar: UInt32 in 1...3 {
            let messages = (1...3).map { message($0 == liar ? 300 : 80, from: $0) }
            let observations = screening.screen(messages) { _, _ in 300 }
            #expect(observations.count == 40 && observations.allSatisfy { $0.digest.recent == 80_000 })
        }
    }

    /// Of two the one that is as before.
    @Test func oneOfTwoThatContradictsIsLeftOut() {
        var screening = LatencyScreening()
        let observations = screening.screen([message(5, from: 1), message(84, from: 2)]) { _, _ in 80 }
        #expect(observations.count == 20 && observations.allSatisfy { $0.digest.recent == 84_000 })
        #expect(screening.records.values.compactMap(\.refusal) == [.contradicted])
    }

    @Test func aChangeThatAllSeeIsTaken() {
        var screening = LatencyScreening()
        for count: UInt32 in [1, 2, 3, 4] {
            let messages = (1...count).map { message(180 + Double($0), from: $0) }
            let observations = screening.screen(messages) { _, _ in 80 }
            #expect(observations.count == Int(count) * 20)
        }
    }

    @Test func theInboxIsBounded() {
        let inbox = LatencyInbox()
        let message = message(20, networks: 50_000)
        for _ in 0..<12 { inbox.put(message) }
        let taken = inbox.take()
        #expect(taken.messages.count == 10 && taken.lostCount == 2)
        #expect(inbox.take().messages.isEmpty)
    }
}

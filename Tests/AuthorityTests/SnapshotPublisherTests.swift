import Addressing
import Authority
import DNSWire
import Foundation
import Steering
import Synchronization
import Testing

/// Snapshots are replaced while queries are answered; every answer is wholly of one of them.
@Suite struct SnapshotPublisherTests {
    /// Zones in which every answer names the number, so that a mixture shows.
    private static func zones(_ number: Int) throws -> ServedZones {
        try ServedZones(
            """
            @            MX      \(number) mail
            eu           REGION  at=53.34,-6.26
            eu           A       192.0.2.\(number)
            eu           AAAA    2001:db8::\(number)
            www          STEER   failover eu
            alias        CNAME   www
            many         TXT     "\(number)"
            many         TXT     "again \(number)"
            only\(number)  A       192.0.2.\(number)
            """
        )
    }

    private static let questions = [
        "example.com MX", "www.example.com A +subnet=10.1.0.0/16", "alias.example.com AAAA", "many.example.com TXT",
        "only1.example.com A", "only2.example.com A", "x.example.com A",
    ]

    @Test func theNewestIsHandedOut() throws {
        let first = try Self.zones(1).snapshot
        let publisher = SnapshotPublisher(first)
        #expect(publisher.generation == first.generation)
        #expect(publisher.current === first)
        let second = try Self.zones(2).snapshot(generation: 7) { _, _ in }
        publisher.publish(second)
        #expect(publisher.generation == 7)
        #expect(publisher.current === second)
    }

    @Test func aResponderAnswersFromWhatItHasUntilItTakesTheNext() throws {
        let zones = try ServedZones(
            "eu REGION at=1,1\neu A 192.0.2.1\nus REGION at=2,2\nus A 192.0.2.2\nwww STEER failover eu us"
        )
        var responder = Responder(zones.snapshot)
        let question = try Question("www.example.com A").message()
        let client = IPAddress(v4: 1)
        let before = responder.answer(question, from: client, over: .udp)
        let next = try zones.snapshot(generation: 2) { fleet, health in health.set(.unhealthy, region: fleet.regions[0])
        }
        #expect(responder.answer(question, from: client, over: .udp) == before)
        #expect(responder.generation == 1)
        responder.adopt(next)
        #expect(responder.generation == 2)
        #expect(responder.answer(question, from: client, over: .udp)?.suffix(4) == [192, 0, 2, 2])
    }

    @Test func everyAnswerIsOfOneSnapshotWhileTheyAreSwapped() async throws {
        let publisher = SnapshotPublisher(try Self.zones(1).snapshot)
        let messages = try Self.questions.map { try Question($0).message() }
        let client = IPAddress(v4: 0x0A01_0001)
        // What each of the two says.
        var allowed: [[[UInt8]?]] = messages.map { _ in [] }
        for number in [1, 2] {
            var responder = Responder(try Self.zones(number).snapshot)
            for (index, message) in messages.enumerated() {
                allowed[index].append(responder.answer(message, from: client, over: .udp))
            }
        }
        let expected = allowed
        let swaps = 60
        let answerers = (0..<3).map { _ in Answerer(publisher, messages, expected) }
        for answerer in answerers { answerer.start() }
        for round in 0..<swaps {
            // New objects each time, so that those before are freed while they may be in use.
            publisher.publish(try Self.zones(round % 2 + 1).snapshot(generation: UInt64(round + 2)) { _, _ in })
        }
        var tallies: [Answerer.Tally] = []
        for answerer in answerers { tallies.append(await answerer.stop()) }
        #expect(tallies.allSatisfy { $0.wrong == 0 })
        #expect((0...1).allSatisfy { number in tallies.contains { $0.seen[number] > 0 } })
        #expect(publisher.generation == UInt64(swaps + 1))
    }

    /// Answers again and again on a thread of its own, as a worker of the server does.
    private final class Answerer: Sendable {
        /// How many answers were of the first, of the second snapshot, and of neither.
        struct Tally: Sendable {
            var seen = [0, 0]
            var wrong = 0
        }

        private let publisher: SnapshotPublisher
        private let messages: [[UInt8]]
        private let expected: [[[UInt8]?]]
        private let result = Mutex<Tally?>(nil)
        private let isStopping = Atomic(false)

        init(_ publisher: SnapshotPublisher, _ messages: [[UInt8]], _ expected: [[[UInt8]?]]) {
            (self.publisher, self.messages, self.expected) = (publisher, messages, expected)
        }

        func start() {
            let thread = Thread { [self] in
                let tally = run()
                result.withLock { $0 = tally }
            }
            thread.stackSize = 4 << 20
            thread.start()
        }

        func stop() async -> Tally {
            isStopping.store(true, ordering: .relaxed)
            while true {
                if let tally = result.withLock({ $0 }) { return tally }
                try? await Task.sleep(for: .milliseconds(5))
            }
        }

        private func run() -> Tally {
            var responder = Responder(publisher.current)
            var tally = Tally()
            while !isStopping.load(ordering: .relaxed) {
                if publisher.generation != responder.generation { responder.adopt(publisher.current) }
                for (index, message) in messages.enumerated() {
                    let answer = responder.answer(message, from: IPAddress(v4: 0x0A01_0001), over: .udp)
                    if let number = expected[index].firstIndex(of: answer) {
                        tally.seen[number] += 1
                    } else {
                        tally.wrong += 1
                    }
                }
                // The cores are needed by other tests too.
                usleep(200)
            }
            return tally
        }
    }
}

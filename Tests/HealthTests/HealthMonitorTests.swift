import Addressing
import Health
import Logging
import NIOCore
import NIOPosix
import Testing
import ZoneFile

@Suite(.timeLimit(.minutes(1))) struct HealthMonitorTests {
    private static let often = CheckSchedule(
        interval: .milliseconds(20),
        timeout: .milliseconds(20),
        fails: 2,
        passes: 2
    )
    /// For servers that must be found healthy however slow the machine is.
    private static let patient = CheckSchedule(interval: .seconds(30), timeout: .seconds(30))

    private let changes: AsyncStream<HealthChange>
    private let monitor: HealthMonitor

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: HealthChange.self)
        changes = stream
        monitor = Self.monitor { continuation.yield($0) }
    }

    private static func monitor(
        checksAtATime: Int = 64,
        onChange: @escaping @Sendable (HealthChange) -> Void = { _ in }
    ) -> HealthMonitor {
        var logger = Logger(label: "health") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .trace
        return HealthMonitor(
            on: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            checksAtATime: checksAtATime,
            onChange: onChange
        )
    }

    private func target(
        _ server: LoopbackServer,
        label: String = "pool",
        check: CheckTarget = .http(port: nil, path: "/health"),
        schedule: CheckSchedule = patient
    ) throws -> HealthTarget {
        try HealthTarget(.init(label: label, endpoint: server.endpoint), check: check, schedule: schedule)
    }

    @Test func reportsEveryChangeWithItsReason() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let schedule = CheckSchedule(interval: .milliseconds(100), timeout: .milliseconds(100), fails: 2, passes: 2)
        let target = try target(server, schedule: schedule)
        monitor.update(targets: [target])
        #expect(monitor.state(of: target.id)?.status == .unknown)
        // On a busy machine a check may also time out, which makes more changes but no other order.
        var steps: [(to: HealthState.Status, status: Int)] = [(.healthy, 200), (.unhealthy, 503), (.healthy, 204)]
        var last = HealthState.Status.unknown
        for await change in changes {
            #expect(change.id == target.id)
            #expect(change.from == last)
            last = change.to
            guard let step = steps.first, change.to == step.to else { continue }
            let outcome: CheckOutcome =
                step.to == .healthy ? .passed(.status(step.status)) : .failed(.status(step.status))
            #expect(change.reason == outcome || change.reason == .failed(.timeout(.milliseconds(100))))
            steps.removeFirst()
            guard let next = steps.first else { break }
            server.behave(LoopbackServer.response(next.status))
        }
        #expect(steps.isEmpty)
        await monitor.stop()
        try await server.stop()
    }

    @Test func aServerThatGoesAwayBecomesUnhealthy() async throws {
        let server = try await LoopbackServer(.silent)
        monitor.update(targets: [try target(server, check: .tcp(port: nil), schedule: Self.often)])
        var isStopped = false
        for await change in changes {
            if isStopped, change.to == .unhealthy {
                #expect([.failed(.connectionRefused), .failed(.timeout(.milliseconds(20)))].contains(change.reason))
                break
            }
            if !isStopped, change.to == .healthy {
                isStopped = true
                try await server.stop()
            }
        }
        #expect(monitor.states.values.map(\.status) == [.unhealthy])
        await monitor.stop()
    }

    @Test func anUpdateKeepsTheStateOfTargetsThatStay() async throws {
        let (kept, new) = (try await LoopbackServer(LoopbackServer.response(200)), try await LoopbackServer(.silent))
        let first = try target(kept)
        monitor.update(targets: [first])
        #expect(await monitor.firstRoundEnded(within: .seconds(30)))
        let state = try #require(monitor.state(of: first.id))
        #expect(state.status == .healthy)

        // The same target asked otherwise, and another one.
        let changed = try target(kept, check: .http(port: nil, path: "/other"))
        let second = try target(new)
        monitor.update(targets: [changed, second])
        #expect(monitor.state(of: first.id)?.since == state.since)
        #expect(monitor.state(of: first.id)?.status == .healthy)
        #expect(monitor.state(of: second.id)?.status == .unknown)
        while !kept.requests.contains(where: { $0.hasPrefix("GET /other ") }) {
            try await Task.sleep(for: .milliseconds(2))
        }

        monitor.update(targets: [second])
        #expect(monitor.states.keys.map(\.self) == [second.id])
        await monitor.stop()
        #expect(monitor.states.isEmpty)
        try await kept.stop()
        try await new.stop()
    }

    @Test func anUpdateThatChangesNothingStartsNoCheck() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let target = try target(server)
        monitor.update(targets: [target])
        #expect(await monitor.firstRoundEnded(within: .seconds(30)))
        for _ in 0..<3 { monitor.update(targets: [target]) }
        let other = try self.target(server, label: "other")
        monitor.update(targets: [target, other])
        #expect(await monitor.firstRoundEnded(within: .seconds(30)))
        #expect(server.requests.count == 2)
        await monitor.stop()
        try await server.stop()
    }

    @Test func aTargetAskedNothingIsHealthyAtOnce() async throws {
        let server = try await LoopbackServer(.silent)
        let target = try target(server, check: .none)
        monitor.update(targets: [target])
        #expect(monitor.state(of: target.id)?.status == .healthy)
        #expect(await monitor.firstRoundEnded(within: .seconds(30)))
        for await change in changes {
            #expect(change.id == target.id && change.from == .unknown && change.to == .healthy && change.reason == nil)
            break
        }
        await monitor.stop()
        try await server.stop()
    }

    @Test func theWaitForTheFirstRoundIsBounded() async throws {
        let server = try await LoopbackServer(.silent)
        monitor.update(targets: [try target(server)])
        #expect(await monitor.firstRoundEnded(within: .milliseconds(20)) == false)
        async let waiting = monitor.firstRoundEnded(within: .seconds(600))
        await monitor.stop()
        #expect(await waiting == false)
        try await server.stop()
    }

    /// With one place for all checks of an event loop, each of many silent targets still gets its turn.
    @Test func checksBeyondTheLimitWaitTheirTurn() async throws {
        let server = try await LoopbackServer(.silent)
        let narrow = Self.monitor(checksAtATime: 1)
        let schedule = CheckSchedule(interval: .milliseconds(50), timeout: .milliseconds(10))
        let targets = try (0..<40).map { try target(server, label: "pool\($0)", schedule: schedule) }
        narrow.update(targets: targets)
        #expect(await narrow.firstRoundEnded(within: .seconds(30)))
        #expect(narrow.states.values.allSatisfy { $0.lastOutcome == .failed(.timeout(.milliseconds(10))) })
        // Ending targets that check or wait must leave the place to the others.
        narrow.update(targets: Array(targets.prefix(10)))
        let before = narrow.states.mapValues(\.fails)
        while !narrow.states.allSatisfy({ $0.value.fails > (before[$0.key] ?? 0) }) {
            try await Task.sleep(for: .milliseconds(2))
        }
        await narrow.stop()
        try await server.stop()
    }

    @Test func stopEndsTheChecksInProgressAndLetsGoOfEverything() async throws {
        final class Token: Sendable {}
        let server = try await LoopbackServer(.silent)
        weak var token: Token?
        do {
            let held = Token()
            token = held
            let monitor = Self.monitor { _ in withExtendedLifetime(held) {} }
            monitor.update(targets: try (0..<20).map { try target(server, label: "pool\($0)") })
            while server.openCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
            await monitor.stop()
            monitor.update(targets: [try target(server)])
            #expect(monitor.states.isEmpty)
        }
        // What is left is the end of the connections and of the event loops' last jobs.
        while server.openCount > 0 || token != nil { try await Task.sleep(for: .milliseconds(2)) }
        try await server.stop()
    }
}

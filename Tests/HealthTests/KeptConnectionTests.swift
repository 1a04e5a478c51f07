import Addressing
import NIOCore
import NIOPosix
import TLSTransport
import Testing
import ZoneFile

@testable import Health

@Suite(.timeLimit(.minutes(1))) struct KeptConnectionTests {
    private static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// Asks a server again and again through one checker, calling `before` with the number of each check.
    private func outcomes(
        of server: LoopbackServer,
        count: Int,
        isSecure: Bool = false,
        interval: Duration = .seconds(5),
        budget: Int = 8,
        before: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> [CheckOutcome] {
        let subject = CheckRequest.Subject(
            endpoint: server.endpoint,
            authority: "www.example.test",
            region: "",
            tls: try TLSClientContext(trust: .file(TestCertificates.authority.certificate))
        )
        let check = isSecure ? CheckTarget.https(port: nil, path: "/") : .http(port: nil, path: "/")
        let request = try CheckRequest(check, of: subject, schedule: CheckSchedule(interval: interval))
        let promise = Self.eventLoop.makePromise(of: [CheckOutcome].self)
        Self.eventLoop.execute {
            let budget = ConnectionBudget(budget)
            guard let checker = request.checker(on: Self.eventLoop, timeout: .seconds(20), budget: budget) else {
                return
            }
            var outcomes: [CheckOutcome] = []
            func next() {
                guard outcomes.count < count else {
                    checker.stop()
                    promise.succeed(outcomes)
                    return
                }
                before(outcomes.count)
                checker.check { outcome in
                    outcomes.append(outcome)
                    // What is left of the response, or the end of the connection, comes before the next check.
                    Self.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(2)) { next() }
                }
            }
            next()
        }
        let outcomes = try await promise.futureResult.get()
        while server.openCount > 0 { try await Task.sleep(for: .milliseconds(2)) }
        try? await server.stop()
        return outcomes
    }

    private static let passed = CheckOutcome.passed(.status(200))

    @Test(arguments: [false, true]) func aConnectionIsKeptForManyChecksAndRenewed(isSecure: Bool) async throws {
        let server = try await LoopbackServer(
            LoopbackServer.response(200),
            certificate: isSecure ? TestCertificates.valid : nil
        )
        let outcomes = try await outcomes(of: server, count: 101, isSecure: isSecure)
        #expect(outcomes == Array(repeating: Self.passed, count: 101))
        #expect(server.requests.count == 101)
        #expect((3...5).contains(server.usedCount))
    }

    @Test(arguments: [(0, Duration.seconds(5)), (8, .seconds(31))])
    func noConnectionIsKeptWithoutAPlaceOrForTooLong(budget: Int, interval: Duration) async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let outcomes = try await outcomes(of: server, count: 5, interval: interval, budget: budget)
        #expect(outcomes == Array(repeating: Self.passed, count: 5))
        #expect(server.usedCount == 5)
    }

    /// Whether the server closes after its response or instead of the second one, it is not unhealthy.
    @Test(arguments: [
        LoopbackServer.Manner.answerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        .answerOnce("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ])
    func aServerMayCloseAKeptConnection(manner: LoopbackServer.Manner) async throws {
        let server = try await LoopbackServer(manner)
        let outcomes = try await outcomes(of: server, count: 6)
        #expect(outcomes == Array(repeating: Self.passed, count: 6))
        #expect(server.usedCount == 6)
    }

    @Test func aServerThatAcceptsNoNewConnectionFailsDespiteAKeptOne() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let outcomes = try await outcomes(of: server, count: 20) { number in if number == 1 { server.stopAccepting() } }
        #expect(outcomes.first == Self.passed)
        #expect(outcomes.dropFirst().contains(.failed(.connectionRefused)))
    }

    @Test func aServerThatFailsIsNotHiddenByAKeptConnection() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let outcomes = try await outcomes(of: server, count: 4) { number in
            if number == 2 { server.behave(.close) }
            if number == 3 { server.behave(LoopbackServer.response(503)) }
        }
        #expect(outcomes == [Self.passed, Self.passed, .failed(.closedEarly), .failed(.status(503))])
    }

    @Test func octetsThatNobodyAskedForEndTheConnection() async throws {
        let server = try await LoopbackServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay"))
        let outcomes = try await outcomes(of: server, count: 3)
        #expect(outcomes == Array(repeating: Self.passed, count: 3))
        #expect(server.usedCount == 3)
    }

    /// A response whose body does not end in time for the next check.
    @Test func anUnfinishedResponseIsNotWaitedFor() async throws {
        let server = try await LoopbackServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"))
        let outcomes = try await outcomes(of: server, count: 3)
        #expect(outcomes == Array(repeating: Self.passed, count: 3))
        #expect(server.usedCount == 3)
    }
}

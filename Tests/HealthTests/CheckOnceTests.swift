import Addressing
import Glibc
import HTTPWire
import Health
import NIOCore
import NIOPosix
import Testing
import ZoneFile

@Suite(.timeLimit(.minutes(1))) struct CheckOnceTests {
    private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    /// Generous where the answer must come, short where it must not.
    private func check(
        _ check: CheckTarget,
        at endpoint: Endpoint,
        timeout: Duration = .seconds(20),
        authority: String? = nil
    ) throws -> EventLoopFuture<CheckOutcome?> {
        let target = try HealthTarget(
            .init(label: "probe", endpoint: endpoint),
            check: check,
            schedule: CheckSchedule(interval: .seconds(60), timeout: timeout),
            authority: authority
        )
        return target.checkOnce(on: eventLoop)
    }

    /// An endpoint where nobody listens any more.
    private func deadEndpoint() async throws -> Endpoint {
        let server = try await LoopbackServer(.silent)
        try await server.stop()
        return server.endpoint
    }

    @Test func tcpPassesWhenAConnectionIsAccepted() async throws {
        let server = try await LoopbackServer(.silent)
        #expect(try await check(.tcp(port: nil), at: server.endpoint).get() == .passed(.connected))
        let otherPort = Endpoint(server.endpoint.address, port: 1)
        #expect(try await check(.tcp(port: server.endpoint.port), at: otherPort).get() == .passed(.connected))
        try await server.stop()
    }

    @Test func aTargetAskedNothingHasNoResult() async throws {
        #expect(try await check(.none, at: Endpoint(IPAddress(v4: 0x7f00_0001), port: 9)).get() == nil)
    }

    @Test(arguments: [CheckTarget.tcp(port: nil), .http(port: nil, path: "/")])
    func aClosedPortIsRefused(target: CheckTarget) async throws {
        let endpoint = try await deadEndpoint()
        #expect(try await check(target, at: endpoint).get() == .failed(.connectionRefused))
    }

    @Test(arguments: [
        (200, CheckOutcome.passed(.status(200))), (204, .passed(.status(204))), (299, .passed(.status(299))),
        (301, .failed(.status(301))), (404, .failed(.status(404))), (503, .failed(.status(503))),
        (101, .failed(.status(101))),
    ])
    func httpPassesByStatus(status: Int, expected: CheckOutcome) async throws {
        let server = try await LoopbackServer(LoopbackServer.response(status))
        #expect(try await check(.http(port: nil, path: "/health"), at: server.endpoint).get() == expected)
        try await server.stop()
    }

    @Test func httpSendsOneWholeRequest() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let path = CheckTarget.http(port: nil, path: "/lb-health?a=b")
        _ = try await check(path, at: server.endpoint, authority: "www.example.com").get()
        _ = try await check(path, at: server.endpoint).get()
        let requests = server.requests
        try #require(requests.count == 2)
        #expect(requests[0].hasPrefix("GET /lb-health?a=b HTTP/1.1\r\nHost: www.example.com\r\n"))
        #expect(requests[0].contains("\r\nUser-Agent: tern-health\r\n"))
        #expect(requests[0].hasSuffix("\r\nAccept: */*\r\n\r\n"))
        #expect(requests[1].contains("\r\nHost: \(server.endpoint)\r\n"))
        try await server.stop()
    }

    @Test(arguments: [
        (LoopbackServer.Manner.answerAndClose("HTTP/1.1 200 OK\r\n\r\nbody"), CheckOutcome.passed(.status(200))),
        (.answer("HTTP/1.0 200\r\n\r\n"), .passed(.status(200))),
        (
            .answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            .passed(.status(200))
        ),
        (.drip("HTTP/1.1 103 H\r\n\r\nHTTP/1.1 204 No\r\nA: b\r\n\r\n"), .passed(.status(204))),
        (.close, .failed(.closedEarly)),
        (.answerAndClose("HTTP/1.1 200 OK\r\nA: b\r\n"), .failed(.closedEarly)),
        (.answer("220 mail.example.com ESMTP\r\n"), .failed(.malformedResponse(.malformedStatusLine))),
        (.answer("\u{16}\u{3}\u{1}\n\n\n"), .failed(.malformedResponse(.bareLineBreak))),
        (.answer("HTTP/1.1 200 OK\r\nA : b\r\n\r\n"), .failed(.malformedResponse(.malformedFieldName))),
        (.flood("HTTP/1.1 100 Continue\r\n\r\n"), .failed(.responseTooLong)),
    ])
    func httpNeedsAWholeHead(manner: LoopbackServer.Manner, expected: CheckOutcome) async throws {
        let server = try await LoopbackServer(manner)
        #expect(try await check(.http(port: nil, path: "/"), at: server.endpoint).get() == expected)
        try await server.stop()
    }

    @Test(arguments: ["garbage without a line end ", "HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 100)])
    func whatNeverEndsIsRefused(text: String) async throws {
        let server = try await LoopbackServer(.flood(text))
        let outcome = try await check(.http(port: nil, path: "/"), at: server.endpoint).get()
        guard case .failed(let failure) = outcome, case .malformedResponse = failure else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        try await server.stop()
    }

    @Test(arguments: [
        LoopbackServer.Manner.silent, .answer("HTTP/1.1 200 OK\r\n"),
        .drip(String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 500)),
    ])
    func theTimeoutCoversTheWholeAnswer(manner: LoopbackServer.Manner) async throws {
        let server = try await LoopbackServer(manner)
        let outcome = try await check(.http(port: nil, path: "/"), at: server.endpoint, timeout: .milliseconds(100))
            .get()
        #expect(outcome == .failed(.timeout(.milliseconds(100))))
        try await server.stop()
    }

    @Test(arguments: [CheckTarget.tcp(port: nil), .http(port: nil, path: "/")])
    func theTimeoutCoversTheConnection(target: CheckTarget) async throws {
        let full = try FullListener()
        let outcome = try await check(target, at: full.endpoint, timeout: .milliseconds(100)).get()
        #expect(outcome == .failed(.timeout(.milliseconds(100))))
    }
}

/// A listening socket whose queue is full, so that the kernel drops further connection requests.
private final class FullListener {
    let endpoint: Endpoint
    private var descriptors: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors = [listener]
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe bind(listener, name, length) == 0 && listen(listener, 0) == 0
                    && getsockname(listener, name, &length) == 0
            }
        }
        try #require(bound)
        endpoint = Endpoint(IPAddress(v4: 0x7f00_0001), port: UInt16(bigEndian: address.sin_port))
        for _ in 0..<4 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(client)
            _ = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                    unsafe connect(client, name, length)
                }
            }
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}

import Addressing
import Health
import NIOCore
import NIOPosix
import TLSTransport
import Testing
import ZoneFile

@Suite(.timeLimit(.minutes(1))) struct HTTPCheckTests {
    private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    private func check(
        _ check: CheckTarget,
        at server: LoopbackServer,
        timeout: Duration = .seconds(20),
        authority: String? = nil
    ) async throws -> CheckOutcome? {
        let target = try HealthTarget(
            .init(label: "probe", endpoint: server.endpoint),
            check: check,
            schedule: CheckSchedule(interval: .seconds(60), timeout: timeout),
            authority: authority,
            tls: TLSClientContext(trust: .file(TestCertificates.authority.certificate))
        )
        return try await target.checkOnce(on: eventLoop).get()
    }

    @Test func theFieldsGivenAreSentInPlaceOfTheUsualOnes() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200))
        let options = CheckTarget.HTTPOptions(
            fields: [.init(name: "user-agent", value: "probe 1"), .init(name: "X-A", value: "b")],
            host: "www.example.test:8080"
        )
        _ = try await check(.http(port: nil, path: "/x", options: options), at: server, authority: "other")
        #expect(
            server.requests == [
                "GET /x HTTP/1.1\r\nHost: www.example.test:8080\r\nuser-agent: probe 1\r\nX-A: b\r\nAccept: */*\r\n\r\n"
            ]
        )
        try await server.stop()
    }

    // MARK: - TLS

    private struct Case: Sendable {
        var certificate = TestCertificates.valid
        var authority: String? = "www.example.test"
        var options = CheckTarget.HTTPOptions()
        var failure: CheckFailure?
    }

    @Test(
        arguments: [
            Case(), Case(authority: nil), Case(authority: "127.0.0.1"), Case(authority: "www.example.test:443"),
            Case(authority: "other", options: .init(host: "a.wild.test:99")),
            Case(authority: "other.test", failure: .tls(.certificate("hostname mismatch"))),
            Case(authority: "127.0.0.2", failure: .tls(.certificate("IP address mismatch"))),
            Case(certificate: TestCertificates.expired, failure: .tls(.certificate("certificate has expired"))),
            Case(certificate: TestCertificates.selfSigned, failure: .tls(.certificate("self-signed certificate"))),
            Case(certificate: TestCertificates.expired, options: .init(verifiesCertificate: false)),
            Case(
                certificate: TestCertificates.selfSigned,
                authority: "other.test",
                options: .init(verifiesCertificate: false)
            ),
            Case(options: .init(expect: "ok")), Case(options: .init(expect: "ko"), failure: .unexpectedBody),
            Case(options: .init(statuses: [500...599]), failure: .status(200)),
        ]
    )
    private func httpsPassesWithTheCertificateAndTheResponse(_ test: Case) async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200), certificate: test.certificate)
        let outcome = try await check(
            .https(port: nil, path: "/", options: test.options),
            at: server,
            authority: test.authority
        )
        #expect(outcome == test.failure.map { .failed($0) } ?? .passed(.status(200)))
        try await server.stop()
    }

    @Test func withoutTrustInItsAuthorityACertificateFails() async throws {
        let server = try await LoopbackServer(LoopbackServer.response(200), certificate: TestCertificates.valid)
        let target = try HealthTarget(
            .init(label: "probe", endpoint: server.endpoint),
            check: .https(port: nil, path: "/"),
            schedule: CheckSchedule(interval: .seconds(60), timeout: .seconds(20)),
            authority: "www.example.test"
        )
        let outcome = try await target.checkOnce(on: eventLoop).get()
        #expect(outcome == .failed(.tls(.certificate("unable to get local issuer certificate"))))
        try await server.stop()
    }

    @Test(arguments: [
        LoopbackServer.Manner.answer("HTTP/1.1 400 Bad Request\r\n\r\n"), .answerAndClose("220 ESMTP\r\n"),
        .drip("SSH-2.0-x\r\n"),
    ])
    func plainTextInsteadOfTLSFails(manner: LoopbackServer.Manner) async throws {
        let server = try await LoopbackServer(manner)
        #expect(try await check(.https(port: nil, path: "/"), at: server) == .failed(.tls(.notTLS)))
        try await server.stop()
    }

    @Test func anEndDuringTheHandshakeFails() async throws {
        let server = try await LoopbackServer(.close)
        #expect(try await check(.https(port: nil, path: "/"), at: server) == .failed(.tls(.closedDuringHandshake)))
        try await server.stop()
    }

    /// Neither a handshake that does not come nor a response in small parts outlasts the timeout.
    @Test(arguments: [
        (LoopbackServer.Manner.silent, nil),
        (.drip("\u{16}\u{3}\u{3}\0\u{7f}" + String(repeating: "\0", count: 127)), nil),
        (.silent, TestCertificates.valid),
        (.drip("HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 1000)), TestCertificates.valid),
    ])
    func theTimeoutCoversTLS(manner: LoopbackServer.Manner, certificate: TestCertificates.Pair?) async throws {
        let server = try await LoopbackServer(manner, certificate: certificate)
        let timeout = Duration.milliseconds(150)
        let outcome = try await check(
            .https(port: nil, path: "/"),
            at: server,
            timeout: timeout,
            authority: "www.example.test"
        )
        #expect(outcome == .failed(.timeout(timeout)))
        try await server.stop()
    }
}

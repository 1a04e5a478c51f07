import Foundation
import NIOCore
import NIOPosix
import TLSTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct TLSHandlerTests {
    private let recorder = Recorder()

    /// Octets that differ from place to place.
    private func sample(_ count: Int) -> ByteBuffer {
        ByteBuffer(bytes: (0..<count).lazy.map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) })
    }

    @Test(arguments: [1, 16_385, 8_000_000])
    func whatIsWrittenBeforeTheHandshakeOrAfterComesBack(count: Int) async throws {
        let server = try await Loopback.echoServer()
        let client = try await Loopback.client(to: server, recorder: recorder)
        let first = sample(min(count, TLSHandler.pendingLimit))
        try await client.writeAndFlush(first)
        var (echo, others) = await recorder.gather(first.readableBytes)
        #expect(echo == first)
        #expect(others == ["TLS 1.3 echo"])
        let second = sample(count)
        client.writeAndFlush(second, promise: nil)
        (echo, others) = await recorder.gather(count)
        #expect(echo == second)
        #expect(others == [])
        try await client.close()
        #expect(await recorder.gather(1).others == ["inactive"])
        try await server.close()
    }

    /// Whoever reads by asking gets something for each time, though some of what comes is for TLS alone.
    @Test func readsAreAnsweredWhenTheChannelDoesNotReadByItself() async throws {
        let server = try await Loopback.echoServer()
        let client = try await Loopback.client(to: server, recorder: recorder, readsByItself: false)
        var events = recorder.events.makeAsyncIterator()
        guard case .handshake = await events.next() else {
            Issue.record("no handshake")
            return
        }
        for round in 1...20 {
            client.read()
            try await client.writeAndFlush(sample(round))
            guard case .octets(let echo) = await events.next() else {
                Issue.record("no echo")
                break
            }
            #expect(echo == sample(round))
        }
        try await client.close()
        try await server.close()
    }

    @Test func tooMuchBeforeTheHandshakeIsRefused() async throws {
        let server = try await Loopback.server { _ in }
        let client = try await Loopback.client(to: server, recorder: recorder)
        let promise = client.eventLoop.makePromise(of: Void.self)
        client.writeAndFlush(sample(TLSHandler.pendingLimit), promise: promise)
        await #expect(throws: TLSError.tooMuchPending) { try await client.writeAndFlush(sample(1)) }
        try await client.close()
        await #expect(throws: ChannelError.ioOnClosedChannel) { try await promise.futureResult.get() }
        try await server.close()
    }

    @Test func theOutputIsClosedAfterAllThatWasWritten() async throws {
        let server = try await Loopback.echoServer()
        let client = try await Loopback.client(to: server, recorder: recorder, isHalfClosable: true)
        client.writeAndFlush(sample(500_000), promise: nil)
        try await client.close(mode: .output)
        let (echo, others) = await recorder.gather(500_000)
        #expect(echo == sample(500_000))
        #expect(others == ["TLS 1.3 echo"])
        await #expect(throws: (any Error).self) { try await client.writeAndFlush(sample(1)) }
        #expect(await recorder.gather(1).others == ["inactive"])
        try await server.close()
    }

    @Test func theOutputStaysOpenWhenTheOtherSideHasEnded() async throws {
        let heard = Recorder()
        let context = try TLSServerContext(
            certificateChain: TestCertificates.valid.certificate,
            privateKey: TestCertificates.valid.key
        )
        let server = try await Loopback.server { channel in
            let handlers: [any ChannelHandler] = [try TLSHandler(server: context), RecordingHandler(heard)]
            try channel.pipeline.syncOperations.addHandlers(handlers)
            channel.eventLoop.execute { channel.close(mode: .output, promise: nil) }
        }
        let client = try await Loopback.client(to: server, recorder: recorder, isHalfClosable: true)
        var events = recorder.events.makeAsyncIterator()
        _ = await events.next()
        guard case .inputClosed = await events.next() else {
            Issue.record("the end of input was not told")
            return
        }
        try await client.writeAndFlush(sample(100_000))
        #expect(await heard.gather(100_000).octets == sample(100_000))
        try await client.close()
        #expect(await heard.gather(1).others == ["inactive"])
        try await server.close()
    }

    @Test func withoutHalfClosureTheEndOfTheOtherSideClosesTheChannel() async throws {
        let server = try await Loopback.echoServer()
        let client = try await Loopback.client(to: server, recorder: recorder)
        client.writeAndFlush(sample(10), promise: nil)
        _ = await recorder.gather(10)
        try await client.close(mode: .output)
        #expect(await recorder.gather(1).others == ["inactive"])
        try await server.close()
    }

    @Test(arguments: [
        (TestCertificates.valid, TLSPeerName.host("other.test"), "certificate not accepted: hostname mismatch"),
        (TestCertificates.expired, .host("www.example.test"), "certificate not accepted: certificate has expired"),
        (TestCertificates.selfSigned, .address("127.0.0.1"), "certificate not accepted: self-signed certificate"),
    ])
    func aCertificateNotAcceptedEndsTheChannel(
        certificate: TestCertificates.Pair,
        peer: TLSPeerName,
        reason: String
    ) async throws {
        let server = try await Loopback.echoServer(certificate)
        let client = try await Loopback.client(to: server, peer: peer, recorder: recorder)
        await #expect(throws: (any Error).self) { try await client.writeAndFlush(sample(1)) }
        #expect(await recorder.gather(1).others == [reason, "inactive"])
        try await server.close()
    }

    @Test func aServerThatSpeaksPlainTextIsNotTLS() async throws {
        let server = try await Loopback.server { channel in
            channel.writeAndFlush(ByteBuffer(string: "220 mail.example.test ESMTP\r\n"), promise: nil)
        }
        _ = try await Loopback.client(to: server, recorder: recorder)
        #expect(await recorder.gather(1).others == ["the answer is not TLS", "inactive"])
        try await server.close()
    }

    @Test func anEndDuringTheHandshakeIsNamed() async throws {
        let server = try await Loopback.server { channel in
            channel.eventLoop.execute { channel.close(promise: nil) }
        }
        let client = try? await Loopback.client(to: server, recorder: recorder)
        if client != nil {
            let others = await recorder.gather(1).others
            #expect(others.count == 2 && others.last == "inactive")
            #expect(others.first == "\(TLSError.closedDuringHandshake)" || others.first?.contains("reset") ?? false)
        }
        try await server.close()
    }

    /// Nobody who cuts the connection can make a part look like the whole.
    @Test(arguments: [false, true]) func anEndWithoutCloseNotifyIsAnError(isHalfClosable: Bool) async throws {
        let context = try TLSServerContext(
            certificateChain: TestCertificates.valid.certificate,
            privateKey: TestCertificates.valid.key
        )
        let server = try await Loopback.server { channel in
            try channel.pipeline.syncOperations.addHandlers([Cutter(), TLSHandler(server: context)])
        }
        _ = try await Loopback.client(to: server, recorder: recorder, isHalfClosable: isHalfClosable)
        #expect(await recorder.gather(1).others == ["TLS 1.3 -", "\(TLSError.truncated)", "inactive"])
        try await server.close()
    }

    // MARK: - The openssl command

    /// A free port, which another program is about to listen at: below the range from which the kernel gives ports to
    /// whatever else runs here.
    private func freePort() async throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000..<32_000)
            let server = try? await ServerBootstrap(group: Loopback.group).bind(host: "127.0.0.1", port: port).get()
            guard let server else { continue }
            try await server.close()
            return port
        }
        throw ChannelError.operationUnsupported
    }

    @Test(arguments: [
        (["-tls1_2"], ["TLS 1.2 -"]), (["-tls1_3"], ["TLS 1.3 -"]),
        (
            ["-tls1", "-cipher", "DEFAULT:@SECLEVEL=0"],
            ["TLS handshake failed: tlsv1 alert protocol version", "inactive"]
        ),
        (
            ["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"],
            ["TLS handshake failed: tlsv1 alert protocol version", "inactive"]
        ),
    ])
    func theCommandIsUnderstoodFromTLS12On(arguments: [String], expected: [String]) async throws {
        let port = try await freePort()
        let pair = TestCertificates.valid
        let process = TestCertificates.command(
            ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key, "-rev"]
                + arguments
        )
        try process.run()
        defer { process.terminate() }
        let context = try TLSClientContext(trust: .file(TestCertificates.authority.certificate))
        var connected: (any Channel)?
        while connected == nil, process.isRunning {
            connected = try? await ClientBootstrap(group: Loopback.group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            TLSHandler(client: context, peer: .address("127.0.0.1")), RecordingHandler(recorder),
                        ])
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            if connected == nil { try await Task.sleep(for: .milliseconds(5)) }
        }
        let client = try #require(connected)
        client.writeAndFlush(ByteBuffer(string: "abc\n"), promise: nil)
        let (echo, others) = await recorder.gather(4)
        #expect(others == expected)
        if expected.count == 1 { #expect(String(buffer: echo) == "cba\n") }
        try? await client.close()
    }
}

/// Closes the transport below TLS as soon as the server's handshake is complete.
private final class Cutter: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var count = 0

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        count += 1
        // The first read is the hello, the second what completes the handshake.
        if count == 2 { context.close(promise: nil) }
    }
}

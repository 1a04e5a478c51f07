import Addressing
import Admin
import NIOCore
import NIOPosix
import Testing

/// What a client makes of a process that hangs, floods or says something else.
@Suite struct AdminClientBoundsTests {
    /// A server that writes to whoever connects, as told.
    private final class Server: Sendable {
        let address: AdminAddress
        private let channel: any Channel

        /// - Parameters:
        ///   - text: is written at once.
        ///   - isEndless: whether it is written again and again.
        init(_ text: String, isEndless: Bool = false) async throws {
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Writer(text, isEndless: isEndless))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = UInt16(channel.localAddress?.port ?? 0)
            address = .endpoint(Endpoint(IPAddress(v4: 0x7F00_0001), port: port))
        }

        func stop() async { try? await channel.close() }

        private final class Writer: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            typealias OutboundOut = ByteBuffer
            private let text: String
            private let isEndless: Bool

            init(_ text: String, isEndless: Bool) { (self.text, self.isEndless) = (text, isEndless) }

            func channelRead(context: ChannelHandlerContext, data: NIOAny) { write(context) }

            private func write(_ context: ChannelHandlerContext) {
                guard !text.isEmpty else { return }
                let promise = context.eventLoop.makePromise(of: Void.self)
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                promise.futureResult.whenSuccess {
                    let (writer, context) = bound.value
                    if writer.isEndless { writer.write(context) }
                }
                context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text)), promise: promise)
            }
        }
    }

    private struct Nothing: Decodable {}

    /// Asks with 64 KiB and two seconds.
    private func fault(of text: String, isEndless: Bool = false) async throws -> String {
        let server = try await Server(text, isEndless: isEndless)
        let client = AdminClient(
            server.address,
            timeout: .seconds(2),
            longestResponse: 65_536,
            on: MultiThreadedEventLoopGroup.singleton
        )
        var fault = "none"
        do throws(AdminClientError) {
            _ = try await client.get("/checks") as Nothing
        } catch {
            fault = error.description
        }
        await server.stop()
        return fault
    }

    @Test func `one that says nothing is given up`() async throws {
        #expect(try await fault(of: "").contains("did not answer in time"))
    }

    @Test func `one that never ends is cut off`() async throws {
        let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try await fault(of: head + String(repeating: chunk, count: 17)).contains("longer than 65536 octets"))
        // A head without end, interim responses without end.
        #expect(try await fault(of: "HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 100_000)) != "none")
        #expect(try await fault(of: "HTTP/1.1 103 Early Hints\r\n\r\n", isEndless: true) != "none")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    ])
    func `one that says something else gives no answer`(text: String) async throws {
        let fault = try await fault(of: text)
        #expect(fault != "none")
    }
}

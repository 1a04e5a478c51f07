import HTTPWire
import NIOCore
import NIOPosix
import Synchronization
import TCPTransport

@testable import Proxy

/// What went wrong in a test's own client.
enum TestFailure: Error {
    case timeout
    case closed
}

/// A client's connection that sends what it is told and collects what comes.
final class TestConnection: Sendable {
    private struct State {
        var received: [UInt8] = []
        /// Octets received in all.
        var count = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let connection: TestConnection

        init(_ connection: TestConnection) { self.connection = connection }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let octets = Self.unwrapInboundIn(data)
            connection.change { state in
                state.count += octets.readableBytes
                // The start of a large body is enough to look at.
                if state.received.count < 65_536 { state.received.append(contentsOf: octets.readableBytesView) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { connection.change { $0.isClosed = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let state = Mutex(State())
    private let channel = Mutex<(any Channel)?>(nil)

    /// Connects to a port of 127.0.0.1.
    static func connect(
        to port: UInt16,
        reads: Bool = true,
        receiveBuffer: Int? = nil
    ) async throws -> TestConnection {
        let connection = TestConnection()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        let channel =
            try await bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(connection))
                }
            }
            .connect(host: "127.0.0.1", port: Int(port)).get()
        connection.channel.withLock { $0 = channel }
        return connection
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private var openChannel: any Channel {
        get throws {
            guard let channel = channel.withLock({ $0 }) else { throw TestFailure.closed }
            return channel
        }
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ octets: [UInt8]) async throws {
        try await openChannel.writeAndFlush(ByteBuffer(bytes: octets)).get()
    }

    func close() async throws { try await openChannel.close().get() }

    /// Sends the end, and goes on reading.
    func endOutput() async throws { try await openChannel.close(mode: .output).get() }

    /// Closes so that the other side sees a reset.
    func reset() async throws {
        let channel = try openChannel
        // As eight octets, 1 is on and no time to linger.
        try await channel.setOption(.socketOption(.so_linger), value: 1).get()
        try await channel.close().get()
    }

    func startReading() async throws {
        try await openChannel.setOption(.autoRead, value: true).get()
        try openChannel.read()
    }

    /// Waits until `condition` gives a value.
    func wait<Value: Sendable>(
        for condition: @escaping @Sendable (_ received: [UInt8], _ isClosed: Bool) throws -> Value?
    ) async throws -> Value {
        let timer = Task {
            try await Task.sleep(for: .seconds(20))
            self.change { _ in }
        }
        defer { timer.cancel() }
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let (received, count, isClosed) = state.withLock { ($0.received, $0.count, $0.isClosed) }
            if let value = try condition(received, isClosed) { return value }
            if isClosed { throw TestFailure.closed }
            if ContinuousClock.now >= end { throw TestFailure.timeout }
            await withCheckedContinuation { continuation in
                let isStale = state.withLock { state in
                    guard state.count == count, state.isClosed == isClosed else { return true }
                    state.waiter = continuation
                    return false
                }
                if isStale { continuation.resume() }
            }
        }
    }

    /// Waits until the other side has closed; gives all that came.
    func waitForClose() async throws -> String {
        try await wait { received, isClosed in isClosed ? String(decoding: received, as: UTF8.self) : nil }
    }

    /// Waits for `text` to come.
    func wait(for text: String) async throws {
        _ = try await wait { received, _ in
            String(decoding: received, as: UTF8.self).contains(text) ? true : nil
        }
    }

    /// Octets received in all.
    var receivedCount: Int { state.withLock { $0.count } }

    /// Waits for a complete response and takes it.
    func response(to method: HTTPMethod = .get) async throws -> TestResponse {
        let (response, count) = try await wait { received, isClosed in
            try TestResponse.parse(received, to: method, isClosed: isClosed)
        }
        state.withLock { $0.received.removeFirst(count) }
        return response
    }
}

/// A response as values.
struct TestResponse: Sendable {
    var status: Int
    var head: String
    var body: [UInt8]
    var trailers: String

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first field of that name.
    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return String(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }

    static func parse(_ octets: [UInt8], to method: HTTPMethod, isClosed: Bool) throws -> (TestResponse, Int)? {
        var head = ResponseHead()
        guard let count = try head.parse(octets.span) else { return nil }
        var reader = BodyReader(limits: MessageLimits())
        reader.begin(head.status == 101 ? .none : try head.framing(toMethod: method))
        var position = count
        var response = TestResponse(
            status: head.status,
            head: String(decoding: octets.prefix(count), as: UTF8.self),
            body: [],
            trailers: ""
        )
        while true {
            switch try reader.next(octets.span, from: &position) {
            case .data(let range): response.body += octets[range]
            case .needMore:
                guard isClosed, reader.endsAtClose else { return nil }
                return (response, octets.count)
            case .end:
                // `0 CRLF`, the trailer fields, CRLF.
                var last = OctetBuffer()
                reader.writeLastChunk(octets.span, into: &last)
                response.trailers = last.withOctets { $0.text(3..<$0.count - 2) }
                return (response, position)
            }
        }
    }
}

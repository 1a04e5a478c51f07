import Addressing
import DNSWire
import Glibc
import NIOCore
import NIOPosix

/// Asks one name server, over UDP and, when the response is truncated, over TCP (RFC 1035 section 4.2, RFC 7766).
///
/// Each query has a new random ID and goes out from a new port that the kernel chooses at random; what is taken for its
/// response comes from that server to that port and has the ID and the question (RFC 5452 section 9).
struct NameServerClient: Sendable {
    let server: SocketAddress
    let group: any EventLoopGroup
    /// How long one try may take.
    var timeout = Duration.seconds(2)
    /// Queries over UDP before it is given up.
    var tries = 2

    /// The response to a question of class IN.
    func ask(_ name: DomainName, _ type: RRType) async throws(DiscoveryError) -> DNSResponse {
        var failure = DiscoveryError.timeout
        for _ in 0..<tries {
            do throws(DiscoveryError) {
                let response = try await ask(name, type, overTCP: false)
                return response.isTruncated ? try await ask(name, type, overTCP: true) : response
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private func ask(_ name: DomainName, _ type: RRType, overTCP: Bool) async throws(DiscoveryError) -> DNSResponse {
        let eventLoop = group.next()
        let query = DNSQueryMessage(id: .random(in: 0...UInt16.max), name: name, type: type)
        let promise = eventLoop.makePromise(of: DNSResponse.self)
        let (server, timeout) = (server, timeout)
        eventLoop.execute {
            let exchange = QueryExchange(query, promise)
            let bound = NIOLoopBound(exchange, eventLoop: eventLoop)
            eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { exchange.fail(.timeout) }
            let initializer: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if overTCP {
                        try pipeline.addHandler(StreamQueryHandler(bound.value))
                    } else {
                        try pipeline.addHandler(DatagramQueryHandler(bound.value, to: server))
                    }
                }
            }
            let connected =
                overTCP
                ? ClientBootstrap(group: eventLoop).channelInitializer(initializer).connect(to: server)
                : DatagramBootstrap(group: eventLoop).channelInitializer(initializer).connect(to: server)
            connected.assumeIsolated().whenFailure { exchange.fail(DiscoveryError($0)) }
        }
        do {
            return try await promise.futureResult.get()
        } catch let error as DiscoveryError {
            throw error
        } catch {
            throw DiscoveryError(error)
        }
    }
}

/// A query of class IN for recursive and authoritative servers (RFC 1035 section 4), with an OPT record that offers 1232
/// octets (RFC 6891), so that few responses are truncated.
struct DNSQueryMessage: Sendable {
    let id: UInt16
    let name: DomainName
    let type: RRType

    var octets: [UInt8] {
        var message: [UInt8] = []
        for word in [id, HeaderFlags.recursionDesired, 1, 0, 0, 1] { append(word, to: &message) }
        message += name.wire
        append(type.rawValue, to: &message)
        append(RRClass.in.rawValue, to: &message)
        message.append(0)
        for word in [RRType.opt.rawValue, 1232, 0, 0, 0] { append(word, to: &message) }
        return message
    }

    /// The message as the response to this query; `nil` when it is none.
    func response(_ octets: [UInt8]) -> DNSResponse? {
        guard let response = DNSResponse(octets), response.id == id, response.question.name == name,
            response.question.type == type
        else { return nil }
        return response
    }

    private func append(_ word: UInt16, to message: inout [UInt8]) {
        message.append(UInt8(word >> 8))
        message.append(UInt8(truncatingIfNeeded: word))
    }
}

/// One query and its response; confined to its event loop.
private final class QueryExchange {
    let query: DNSQueryMessage
    private var promise: EventLoopPromise<DNSResponse>?
    private var channel: (any Channel)?

    init(_ query: DNSQueryMessage, _ promise: EventLoopPromise<DNSResponse>) {
        self.query = query
        self.promise = promise
    }

    /// Takes over a channel.
    ///
    /// - Returns: `false` when the time has passed while it was made.
    func open(_ channel: any Channel) -> Bool {
        guard promise != nil else { return false }
        self.channel = channel
        return true
    }

    func fail(_ error: DiscoveryError) { end(.failure(error)) }

    func end(_ result: Result<DNSResponse, any Error>) {
        promise?.completeWith(result)
        promise = nil
        channel?.close(promise: nil)
        channel = nil
    }
}

private final class DatagramQueryHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let exchange: QueryExchange
    private let server: SocketAddress

    init(_ exchange: QueryExchange, to server: SocketAddress) {
        self.exchange = exchange
        self.server = server
    }

    func channelActive(context: ChannelHandlerContext) {
        guard exchange.open(context.channel) else { return context.close(promise: nil) }
        let data = ByteBuffer(bytes: exchange.query.octets)
        context.writeAndFlush(NIOAny(AddressedEnvelope(remoteAddress: server, data: data)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = Self.unwrapInboundIn(data)
        // What is not the response is passed over: somebody may be guessing.
        guard envelope.remoteAddress == server,
            let response = exchange.query.response(Array(envelope.data.readableBytesView))
        else { return }
        exchange.end(.success(response))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { exchange.fail(DiscoveryError(error)) }
}

private final class StreamQueryHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let exchange: QueryExchange
    private var received = ByteBuffer()

    init(_ exchange: QueryExchange) {
        self.exchange = exchange
    }

    func channelActive(context: ChannelHandlerContext) {
        guard exchange.open(context.channel) else { return context.close(promise: nil) }
        let octets = exchange.query.octets
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt16(octets.count))
        buffer.writeBytes(octets)
        context.writeAndFlush(NIOAny(buffer), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = Self.unwrapInboundIn(data)
        received.writeBuffer(&octets)
        guard let length = received.getInteger(at: received.readerIndex, as: UInt16.self),
            let message = received.getBytes(at: received.readerIndex + 2, length: Int(length))
        else { return }
        guard let response = exchange.query.response(message), !response.isTruncated else {
            return exchange.fail(.malformed)
        }
        exchange.end(.success(response))
    }

    func channelInactive(context: ChannelHandlerContext) {
        exchange.fail(.unreachable("the name server closed the connection"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { exchange.fail(DiscoveryError(error)) }
}

extension DiscoveryError {
    /// What an error of a channel means; in the words of the system's manual.
    fileprivate init(_ error: any Error) {
        guard let error = error as? IOError, let text = unsafe strerror(error.errnoCode) else {
            self = .unreachable("\(error)")
            return
        }
        self = .unreachable(unsafe String(cString: text))
    }
}

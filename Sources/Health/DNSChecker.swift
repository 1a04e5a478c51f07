import NIOCore
import NIOPosix

/// Asks a name server over UDP, from a new port with a new ID for each check.
///
/// What is not the response is passed over, so that nobody who guesses wrong can end the check.
final class DNSChecker: Checker {
    private let question: DNSQuestion
    private let address: SocketAddress
    private let eventLoop: any EventLoop
    private var exchange: DNSExchange?

    init(_ question: DNSQuestion, to address: SocketAddress, on eventLoop: any EventLoop) {
        self.question = question
        self.address = address
        self.eventLoop = eventLoop
    }

    func check(onEnd: @escaping (CheckOutcome) -> Void) {
        let exchange = DNSExchange(question, with: address, onEnd: onEnd)
        self.exchange = exchange
        let bound = NIOLoopBound(exchange, eventLoop: eventLoop)
        let bootstrap = DatagramBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard bound.value.open(channel) else { throw ChannelError.eof }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        bootstrap.connect(to: address).assumeIsolated().whenFailure { error in
            self.eventLoop.assumeIsolated().execute { exchange.end(CheckOutcome(CheckFailure(error))) }
        }
    }

    func cancel() {
        exchange?.close()
        exchange = nil
    }
}

/// One query and its response.
private final class DNSExchange: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let question: DNSQuestion
    private let address: SocketAddress
    private let id = UInt16.random(in: 0...UInt16.max)
    private var onEnd: ((CheckOutcome) -> Void)?
    private var channel: (any Channel)?

    init(_ question: DNSQuestion, with address: SocketAddress, onEnd: @escaping (CheckOutcome) -> Void) {
        self.question = question
        self.address = address
        self.onEnd = onEnd
    }

    /// Takes over a channel that is being set up.
    ///
    /// - Returns: `false` when it is no longer wanted.
    func open(_ channel: any Channel) -> Bool {
        guard onEnd != nil else { return false }
        self.channel = channel
        return true
    }

    func close() {
        onEnd = nil
        channel?.close(promise: nil)
        channel = nil
    }

    func end(_ outcome: CheckOutcome) {
        let onEnd = self.onEnd
        close()
        onEnd?(outcome)
    }

    func channelActive(context: ChannelHandlerContext) {
        let query = ByteBuffer(bytes: question.query(id: id))
        context.writeAndFlush(
            Self.wrapOutboundOut(AddressedEnvelope(remoteAddress: address, data: query)),
            promise: nil
        )
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = Array(Self.unwrapInboundIn(data).data.readableBytesView)
        if let outcome = question.outcome(of: message, id: id) { end(outcome) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(CheckOutcome(CheckFailure(error)))
    }
}

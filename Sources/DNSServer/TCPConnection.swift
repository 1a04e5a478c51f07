import Addressing
import Authority
import NIOCore

/// One TCP connection: length-prefixed messages in, answers out in the same order (RFC 1035 section 4.2.2, RFC 7766).
///
/// Reads are asked for one by one and only while the client takes its answers, so a client that does not read costs no
/// more than what is in the kernel's and one channel's buffers.
final class TCPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let desks: AnswerDesks
    private let limits: TCPLimits
    private let census: ConnectionCensus
    private var client: IPAddress?
    private var isCounted = false
    private var isClosing = false
    private var isInputClosed = false
    private var pending = ByteBuffer()
    private var isReadPending = false
    private var idleTimer: Scheduled<Void>?

    init(desks: AnswerDesks, limits: TCPLimits, census: ConnectionCensus) {
        self.desks = desks
        self.limits = limits
        self.census = census
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let client = context.remoteAddress?.ipAddress.flatMap({ IPAddress($0) }), census.enter(client) else {
            context.close(promise: nil)
            return
        }
        self.client = client
        isCounted = true
        restartIdleTimer(context)
        read(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleTimer?.cancel()
        if isCounted, let client { census.leave(client) }
        isCounted = false
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReadPending = false
        var octets = unwrapInboundIn(data)
        pending.writeBuffer(&octets)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        answerPending(context)
    }

    /// A client that has sent its last query still gets its answers.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isInputClosed = true
        answerPending(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { answerPending(context) }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Answers the whole messages that are there, while the client takes the answers.
    private func answerPending(_ context: ChannelHandlerContext) {
        guard let client, !isClosing else { return }
        var answers = context.channel.allocator.buffer(capacity: 0)
        while context.channel.isWritable, answers.readableBytes < 1 << 16, let query = nextMessage() {
            guard desks.current.answer(query, from: client, into: &answers) else {
                // Octets that are no query will not be followed by one; the answers before them are still sent.
                close(context, after: answers)
                return
            }
            restartIdleTimer(context)
        }
        if answers.readableBytes > 0 {
            let isMore = answers.readableBytes >= 1 << 16
            context.writeAndFlush(wrapOutboundOut(answers), promise: nil)
            if isMore, context.channel.isWritable { answerPending(context) }
        }
        pending.discardReadBytes()
        guard context.channel.isWritable, !isClosing else { return }
        if isInputClosed { close(context, after: ByteBuffer()) } else { read(context) }
    }

    /// Closes once the client has taken `answers` and all before them.
    private func close(_ context: ChannelHandlerContext, after answers: ByteBuffer) {
        isClosing = true
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(answers)).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Takes the next whole message.
    private func nextMessage() -> ByteBuffer? {
        guard let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self),
            pending.readableBytes >= 2 + Int(length)
        else { return nil }
        pending.moveReaderIndex(forwardBy: 2)
        return pending.readSlice(length: Int(length))
    }

    private func read(_ context: ChannelHandlerContext) {
        guard !isReadPending else { return }
        isReadPending = true
        context.read()
    }

    /// Only whole queries count as life: octets dripped one by one do not hold the connection.
    private func restartIdleTimer(_ context: ChannelHandlerContext) {
        idleTimer?.cancel()
        let channel = context.channel
        idleTimer = context.eventLoop.scheduleTask(in: TimeAmount(limits.idleTimeout)) {
            channel.close(promise: nil)
        }
    }
}

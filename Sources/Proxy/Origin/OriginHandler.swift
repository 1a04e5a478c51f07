import HTTPWire
import NIOCore
import TCPTransport

/// A connection of an `OriginServer`.
final class OriginHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let identity: OriginServer.Identity
    private var inbound = ByteBuffer()
    private var head = RequestHead()
    private var body = BodyReader(limits: MessageLimits())
    private var date = DateLine()
    /// What will be answered once the body has been read over; `nil` between requests.
    private var answer: ByteBuffer?
    private var closesAfterAnswer = false

    init(identity: OriginServer.Identity) {
        self.identity = identity
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = Self.unwrapInboundIn(data)
        if inbound.readableBytes == 0 { inbound = data } else { inbound.writeBuffer(&data) }
        do {
            while try readOn(context) {}
        } catch {
            var refusal = OctetBuffer()
            LocalResponse(.malformed(error)).write(isHead: false, connection: .close, date: &date, into: &refusal)
            close(context, after: ByteBuffer(octets: refusal))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Reads a head, or on in a body, and answers at its end.
    ///
    /// - Returns: whether there is more to do.
    private func readOn(_ context: ChannelHandlerContext) throws(HTTPMessageError) -> Bool {
        guard let answer else {
            guard inbound.readableBytes > 0 else { return false }
            return try readHead(context)
        }
        var position = 0
        let input = inbound
        let piece = try body.next(input.readableBytesUInt8Span, from: &position)
        inbound.moveReaderIndex(forwardBy: position)
        switch piece {
        case .data: return true
        case .needMore: return false
        case .end:
            self.answer = nil
            if closesAfterAnswer {
                close(context, after: answer)
                return false
            }
            context.write(Self.wrapOutboundOut(answer), promise: nil)
            return true
        }
    }

    private func readHead(_ context: ChannelHandlerContext) throws(HTTPMessageError) -> Bool {
        let input = inbound
        let octets = input.readableBytesUInt8Span
        guard let count = try head.parse(octets) else { return false }
        let response = LocalResponse(status: 200, text: text(octets))
        closesAfterAnswer = !head.keepsConnection
        var answer = OctetBuffer()
        response.write(
            isHead: head.method == .head,
            connection: closesAfterAnswer ? .close : head.version == .http10 ? .keepAlive : .goesOn,
            date: &date,
            extraLine: "X-Tern-Server: \(identity.name).\(identity.region)\r\n",
            into: &answer
        )
        self.answer = ByteBuffer(octets: answer)
        body.begin(head.framing)
        if head.expectsContinue {
            context.writeAndFlush(
                Self.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")),
                promise: nil
            )
        }
        inbound.moveReaderIndex(forwardBy: count)
        head.reset()
        return true
    }

    private func text(_ octets: Span<UInt8>) -> String {
        if octets.equals(head.pathAndQuery, "/health") { return "ok\n" }
        let forwardedFor = head.fields.value(of: .xForwardedFor).map { octets.text($0) } ?? "-"
        return """
            server: \(identity.name)
            region: \(identity.region)
            request: \(octets.text(head.methodName)) \(octets.text(head.target))
            x-forwarded-for: \(forwardedFor)

            """
    }

    private func close(_ context: ChannelHandlerContext, after last: ByteBuffer) {
        inbound = ByteBuffer()
        context.writeAndFlush(Self.wrapOutboundOut(last)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}

extension ByteBuffer {
    /// A buffer with the same octets.
    fileprivate init(octets: borrowing OctetBuffer) {
        self.init()
        // Only read, and octets have no invalid values.
        octets.withOctets { unsafe _ = writeBytes($0.bytes) }
    }
}

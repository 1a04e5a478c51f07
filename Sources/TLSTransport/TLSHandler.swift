package import NIOCore

/// TLS between a channel and the handlers behind it, at either end of the connection.
///
/// The handshake begins when the channel is active and ends with the user event `TLSHandshakeCompleted`; what is
/// written before waits for it. Octets received are passed on decrypted, at most as many as one read of the channel
/// brought, so a handler that does not read is not flooded. A failure is one `errorCaught`, with a `TLSError` or
/// the error of the transport, after which the channel closes; a failed handshake passes nothing on.
///
/// close_notify of the other side ends the channel, or with the option `allowRemoteHalfClosure` becomes
/// `ChannelEvent.inputClosed`. Closing the output, or the channel, sends ours first.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Octets that may be written before the handshake is complete; a write beyond them fails.
    package static let pendingLimit = 1 << 20
    /// Octets encrypted at a time, so that a large write does not exist three times over.
    private static let writeSize = 65_536

    private enum Phase { case idle, handshaking, open, closed }

    private enum Pending {
        case write(ByteBuffer, EventLoopPromise<Void>?)
        case closeOutput(EventLoopPromise<Void>?)
    }

    private let connection: TLSConnection
    private var phase = Phase.idle
    /// What was asked for before the handshake was complete, in order.
    private var pending = CircularBuffer<Pending>()
    private var pendingCount = 0
    /// Whether close_notify has been sent.
    private var isOutputClosed = false
    /// Whether a handler behind has asked to read and got nothing since.
    private var isReadWanted = false

    /// The client's end.
    ///
    /// - Parameter peer: whom the certificate must be for; without it, any that the context trusts will do.
    /// - Throws: ``TLSError/invalidName(_:)`` or ``TLSError/library(_:)``.
    package init(client: TLSClientContext, peer: TLSPeerName?) throws(TLSError) {
        connection = try TLSConnection(client: client, peer: peer)
    }

    /// The server's end.
    ///
    /// - Throws: ``TLSError/library(_:)``
    package init(server: TLSServerContext) throws(TLSError) {
        connection = try TLSConnection(server: server)
    }

    // MARK: - Beginning and end

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        phase = .closed
        failPending(ChannelError.ioOnClosedChannel)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        inputEnded(context)
        phase = .closed
        failPending(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .closed else { return context.fireErrorCaught(error) }
        fail(error, context)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard phase == .idle else { return }
        phase = .handshaking
        handshake(context)
        readOn(context)
    }

    /// The transport brings no more octets.
    private func inputEnded(_ context: ChannelHandlerContext) {
        switch phase {
        case .handshaking: fail(TLSError.closedDuringHandshake, context)
        case .open where !connection.isInputEnded: fail(TLSError.truncated, context)
        default: break
        }
    }

    /// Tells the other side why, and this one, and closes.
    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        guard phase != .closed else { return }
        phase = .closed
        sendOutput(context)
        failPending(error)
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    private func failPending(_ error: any Error) {
        pendingCount = 0
        while let next = pending.popFirst() {
            switch next {
            case .write(_, let promise), .closeOutput(let promise): promise?.fail(error)
            }
        }
    }

    // MARK: - Inbound

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .handshaking || phase == .open, !connection.isInputEnded else { return }
        let octets = Self.unwrapInboundIn(data)
        do throws(TLSError) {
            try connection.receive(octets.readableBytesUInt8Span)
        } catch {
            return fail(error, context)
        }
        if phase == .handshaking { handshake(context) }
        if phase == .open { passOn(atLeast: octets.readableBytes, context) }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        readOn(context)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        // After close_notify those behind know it already.
        if phase != .closed, !connection.isInputEnded { inputEnded(context) }
    }

    private func handshake(_ context: ChannelHandlerContext) {
        do throws(TLSError) {
            let isComplete = try connection.handshake()
            sendOutput(context)
            guard isComplete else { return }
        } catch {
            return fail(error, context)
        }
        phase = .open
        let event = TLSHandshakeCompleted(
            version: connection.version,
            applicationProtocol: connection.applicationProtocol,
            serverName: connection.serverName
        )
        context.fireUserInboundEventTriggered(event)
        let hasPending = !pending.isEmpty
        while phase == .open, let next = pending.popFirst() {
            switch next {
            case .write(let octets, let promise): encrypt(octets, promise, context)
            case .closeOutput(let promise): closeOutput(promise, context)
            }
        }
        pendingCount = 0
        if hasPending { context.flush() }
    }

    /// Passes on what can be decrypted of `count` octets received.
    private func passOn(atLeast count: Int, _ context: ChannelHandlerContext) {
        var plaintext = context.channel.allocator.buffer(capacity: count)
        var failure: TLSError?
        do throws(TLSError) {
            var result = TLSConnection.ReadResult.octets
            while result == .octets {
                try plaintext.writeWithOutputRawSpan(minimumWritableBytes: 1024) { span throws(TLSError) in
                    result = try connection.read(into: &span)
                }
            }
        } catch {
            failure = error
        }
        sendOutput(context)
        if plaintext.readableBytes > 0 {
            isReadWanted = false
            context.fireChannelRead(Self.wrapInboundOut(plaintext))
        }
        guard phase == .open else { return }
        if let failure { fail(failure, context) } else if connection.isInputEnded { endInput(context) }
    }

    /// The other side has sent close_notify.
    private func endInput(_ context: ChannelHandlerContext) {
        let isHalfClosable = try? context.channel.syncOptions?.getOption(.allowRemoteHalfClosure)
        if isHalfClosable ?? false, !isOutputClosed {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        } else {
            close(context: context, mode: .all, promise: nil)
        }
    }

    /// Reads on when what came was for TLS alone and nobody else will ask again.
    private func readOn(_ context: ChannelHandlerContext) {
        guard phase == .handshaking || (phase == .open && isReadWanted) else { return }
        let readsByItself = try? context.channel.syncOptions?.getOption(.autoRead)
        if !(readsByItself ?? false) { context.read() }
    }

    // MARK: - Outbound

    package func read(context: ChannelHandlerContext) {
        isReadWanted = true
        context.read()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let octets = Self.unwrapOutboundIn(data)
        switch phase {
        case .idle, .handshaking:
            guard pendingCount + octets.readableBytes <= Self.pendingLimit else {
                promise?.fail(TLSError.tooMuchPending)
                return
            }
            pendingCount += octets.readableBytes
            pending.append(.write(octets, promise))
        case .open: encrypt(octets, promise, context)
        case .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch (mode, phase) {
        case (.output, .idle), (.output, .handshaking): pending.append(.closeOutput(promise))
        case (.output, .open): closeOutput(promise, context)
        case (.all, _):
            if phase == .open, !isOutputClosed {
                isOutputClosed = true
                connection.close()
                sendOutput(context)
            }
            phase = .closed
            failPending(ChannelError.ioOnClosedChannel)
            context.close(promise: promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    private func encrypt(_ octets: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        guard !isOutputClosed else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        var octets = octets
        do throws(TLSError) {
            repeat {
                let part = octets.readSlice(length: min(octets.readableBytes, Self.writeSize)) ?? ByteBuffer()
                try connection.write(part.readableBytesUInt8Span)
                context.write(takeOutput(context), promise: octets.readableBytes == 0 ? promise : nil)
            } while octets.readableBytes > 0
        } catch {
            promise?.fail(error)
            fail(error, context)
        }
    }

    private func closeOutput(_ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        if !isOutputClosed {
            isOutputClosed = true
            connection.close()
            sendOutput(context)
        }
        context.close(mode: .output, promise: promise)
    }

    private func sendOutput(_ context: ChannelHandlerContext) {
        if connection.outputCount > 0 { context.writeAndFlush(takeOutput(context), promise: nil) }
    }

    private func takeOutput(_ context: ChannelHandlerContext) -> NIOAny {
        var octets = context.channel.allocator.buffer(capacity: connection.outputCount)
        octets.writeWithOutputRawSpan(minimumWritableBytes: 0) { connection.takeOutput(into: &$0) }
        return Self.wrapOutboundOut(octets)
    }
}

import Balancing
import HTTPWire
import NIOCore

// What the connection to the server tells the connection of its client.
extension DownstreamHandler {
    /// A response head has come; `upstream.head` and `upstream.inbound` have it.
    func upstreamReceivedHead(_ upstream: UpstreamHandler, framing: BodyFraming) {
        touch()
        let status = upstream.head.status
        if status >= 200 || status == 101 { judge(status: status) }
        if status == 101 {
            guard exchange?.mayUpgrade == true else {
                upstream.abandon()
                return recover(exchange?.upstreamMalformed() ?? .breakOff(.upstreamMalformed))
            }
            write(upstream, framing: .none, connection: .upgrade)
            state = .tunnel
            exchangeEnd = nil
            upstream.becomeTunnel()
            touch()
            process()
            upstream.flush()
            resumeReading()
        } else if status < 200 {
            guard exchange?.receivedInterim() == true else {
                upstream.abandon()
                return recover(exchange?.upstreamMalformed() ?? .breakOff(.upstreamMalformed))
            }
            if exchange?.forwardsInterim(status: status) == true {
                write(upstream, framing: .none, connection: .goesOn)
            }
        } else if let delivery = exchange?.beginResponse(framing: framing, stopping: isStopping) {
            responseFraming = delivery.framing
            write(upstream, framing: delivery.framing, connection: delivery.connection)
        }
    }

    private func write(
        _ upstream: UpstreamHandler,
        framing: OutgoingFraming,
        connection: ResponseHeadWriter.Connection
    ) {
        let input = upstream.inbound
        output.withBuffer {
            ResponseHeadWriter.write(
                upstream.head,
                octets: input.readableBytesUInt8Span,
                framing: framing,
                connection: connection,
                date: &resources.date,
                into: &$0
            )
        }
    }

    /// A piece of the response's body has come.
    func upstreamReceivedBody(_ data: ByteBuffer) {
        guard let context else { return }
        touch()
        output.writeBody(data, responseFraming, to: context)
    }

    /// Octets of a tunnel have come.
    func upstreamReceivedTunnel(_ octets: ByteBuffer) {
        guard let context else { return }
        touch()
        output.write(octets, to: context)
    }

    /// The response is complete.
    func upstreamFinished(_ upstream: UpstreamHandler, trailers: ByteBuffer?, endedAtClose: Bool) {
        output.writeEnd(trailers: trailers, responseFraming)
        let livesOn =
            exchange?.upstreamLivesOn(
                responsePersists: upstream.head.keepsConnection,
                endedAtClose: endedAtClose,
                hasSurplus: upstream.inbound.readableBytes > 0
            ) ?? false
        endAttempt()
        if livesOn { upstream.keepIdle() } else { upstream.abandon() }
        flush()
        finishExchange()
    }

    /// The server closed the connection before the response was complete.
    func upstreamLost(_ upstream: UpstreamHandler) {
        guard upstream === self.upstream, exchange != nil else { return }
        let recovery = exchange?.upstreamLost(
            wasReused: upstream.wasReused,
            hasAnswered: upstream.hasAnswered,
            mayRetry: pool?.mayRetry() ?? false
        )
        // A connection that closes while it is idle is no fault, and that the request crossed the close is not either.
        if recovery != .tryFreshConnection { outcome = .failure }
        recover(recovery ?? .breakOff(.upstreamClosed))
        flush()
    }

    /// The response cannot be understood; the connection has been closed.
    func upstreamMalformed(_ upstream: UpstreamHandler) {
        guard exchange != nil else { return }
        outcome = .failure
        recover(exchange?.upstreamMalformed() ?? .breakOff(.upstreamMalformed))
        flush()
    }

    /// The server ended a tunnel.
    func upstreamClosedTunnel() {
        flush()
        endAttempt()
        linger()
    }

    /// The server takes more again.
    func upstreamTakesMore() {
        touch()
        resumeReading()
    }
}

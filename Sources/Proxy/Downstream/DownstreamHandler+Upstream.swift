import Balancing
import HTTPWire
import TCPTransport

// What the connection to the server tells the connection of its client.
extension DownstreamHandler {
    /// A response head has come: `upstream.head`, which was parsed from `octets`.
    func upstreamReceivedHead(_ upstream: UpstreamHandler, _ octets: Span<UInt8>, framing: BodyFraming) {
        touch()
        let status = upstream.head.status
        if status >= 200 || status == 101 { judge(status: status) }
        if status == 101 {
            guard exchange?.mayUpgrade == true else {
                upstream.abandon()
                return recover(exchange?.upstreamMalformed() ?? .breakOff(.upstreamMalformed))
            }
            write(upstream, octets, framing: .none, connection: .upgrade)
            state = .tunnel
            exchangeEnd = .never
            upstream.becomeTunnel()
            touch()
            resumeInput()
        } else if status < 200 {
            guard exchange?.receivedInterim() == true else {
                upstream.abandon()
                return recover(exchange?.upstreamMalformed() ?? .breakOff(.upstreamMalformed))
            }
            if exchange?.forwardsInterim(status: status) == true {
                write(upstream, octets, framing: .none, connection: .goesOn)
            }
        } else if let delivery = exchange?.beginResponse(framing: framing, stopping: isStopping) {
            responseFraming = delivery.framing
            write(upstream, octets, framing: delivery.framing, connection: delivery.connection)
        }
    }

    private func write(
        _ upstream: UpstreamHandler,
        _ octets: Span<UInt8>,
        framing: OutgoingFraming,
        connection: ResponseHeadWriter.Connection
    ) {
        withOutput { buffer in
            ResponseHeadWriter.write(
                upstream.head,
                octets: octets,
                framing: framing,
                connection: connection,
                date: &resources.date,
                into: &buffer
            )
        }
    }

    /// A piece of the response's body has come.
    func upstreamReceivedBody(_ octets: Span<UInt8>) {
        touch()
        writeBody(octets, responseFraming)
    }

    /// Octets of a tunnel have come.
    func upstreamReceivedTunnel(_ octets: Span<UInt8>) {
        touch()
        write(octets)
    }

    /// The response's body has ended, as `body` has read it from `octets`.
    func upstreamReceivedEnd(_ body: borrowing BodyReader, _ octets: Span<UInt8>) {
        writeEnd(body, octets, responseFraming)
    }

    /// The response is complete.
    ///
    /// - Parameter hasSurplus: octets have come behind it.
    func upstreamFinished(_ upstream: UpstreamHandler, hasSurplus: Bool, endedAtClose: Bool) {
        if endedAtClose, responseFraming == .chunked { withOutput { $0.append(ChunkSizeLine.lastChunk) } }
        let livesOn =
            exchange?.upstreamLivesOn(
                responsePersists: upstream.head.keepsConnection,
                endedAtClose: endedAtClose,
                hasSurplus: hasSurplus
            ) ?? false
        endAttempt()
        if livesOn { upstream.keepIdle() } else { upstream.abandon() }
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
    }

    /// The response cannot be understood; the connection has been closed.
    func upstreamMalformed(_ upstream: UpstreamHandler) {
        guard exchange != nil else { return }
        outcome = .failure
        recover(exchange?.upstreamMalformed() ?? .breakOff(.upstreamMalformed))
    }

    /// The server ended a tunnel.
    func upstreamClosedTunnel() {
        endAttempt()
        linger()
    }

    /// The server takes more again.
    func upstreamTakesMore() {
        touch()
        resumeInput()
    }
}

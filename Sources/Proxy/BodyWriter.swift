import HTTPWire
import TCPTransport

/// How the body of a message that is being sent is framed, and the octets that framing adds.
enum OutgoingFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// The octets as they are: their number has been announced, or the connection ends behind them.
    case verbatim
    /// The chunked transfer coding.
    case chunked
}

extension Connection {
    /// Sends a piece of a body.
    final func writeBody(_ octets: Span<UInt8>, _ framing: OutgoingFraming) {
        switch framing {
        case .none: break
        case .verbatim: write(octets)
        case .chunked:
            guard octets.count > 0 else { return }
            withOutput { buffer in ChunkSizeLine(octets.count).withOctets { buffer.append($0) } }
            write(octets)
            withOutput { $0.append(ChunkSizeLine.chunkEnd) }
        }
    }

    /// Sends what ends the body that `body` has read from `octets`.
    final func writeEnd(_ body: borrowing BodyReader, _ octets: Span<UInt8>, _ framing: OutgoingFraming) {
        guard framing == .chunked else { return }
        withOutput { body.writeLastChunk(octets, into: &$0) }
    }
}

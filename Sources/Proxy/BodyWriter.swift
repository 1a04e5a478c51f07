import HTTPWire
import NIOCore

/// How the body of a message that is being sent is framed, and the octets that framing adds.
enum OutgoingFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// The octets as they are: their number has been announced, or the connection ends behind them.
    case verbatim
    /// The chunked transfer coding.
    case chunked
}

extension OutputGatherer {
    /// Sends a piece of a body.
    func writeBody(_ data: ByteBuffer, _ framing: OutgoingFraming, to context: ChannelHandlerContext) {
        switch framing {
        case .none: break
        case .verbatim: write(data, to: context)
        case .chunked:
            guard data.readableBytes > 0 else { return }
            withBuffer { buffer in
                ChunkSizeLine(data.readableBytes).withOctets { buffer.writeOctets($0, 0..<$0.count) }
            }
            write(data, to: context)
            withBuffer { $0.writeStaticString(ChunkSizeLine.chunkEnd) }
        }
    }

    /// Sends what ends a body.
    func writeEnd(trailers: ByteBuffer?, _ framing: OutgoingFraming) {
        guard framing == .chunked else { return }
        withBuffer { buffer in
            if let trailers {
                buffer.writeStaticString("0\r\n")
                buffer.writeImmutableBuffer(trailers)
                buffer.writeStaticString("\r\n")
            } else {
                buffer.writeStaticString(ChunkSizeLine.lastChunk)
            }
        }
    }
}

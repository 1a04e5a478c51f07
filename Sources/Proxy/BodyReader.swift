import HTTPWire
import TCPTransport

/// Takes the body of a message from the octets of its connection, piece by piece, without its framing.
struct BodyReader {
    /// What came next.
    enum Piece {
        /// These octets of the view are body.
        case data(Range<Int>)
        /// The body has ended; `writeTrailers` has what may be forwarded of its trailer section.
        case end
        /// All of the view that is body has been taken.
        case needMore
    }

    private enum State {
        case ended
        case length(UInt64)
        case chunked
        case untilClose
    }

    private var state = State.ended
    private var decoder: ChunkedDecoder
    private var hasTrailers = false

    init(limits: MessageLimits) {
        decoder = ChunkedDecoder(limits: limits)
    }

    /// Begins the body of another message.
    mutating func begin(_ framing: BodyFraming) {
        hasTrailers = false
        switch framing {
        case .none: state = .ended
        case .length(let count): state = .length(count)
        case .chunked:
            decoder.reset()
            state = .chunked
        case .untilClose, .tunnel: state = .untilClose
        }
    }

    /// Whether the close of the connection ends the body as it should.
    var endsAtClose: Bool {
        if case .untilClose = state { true } else { false }
    }

    /// Takes the next piece of `octets` from `position` on, which is moved behind it; what follows the body stays. After
    /// `needMore` the octets from `position` on are to be shown again with more behind them.
    mutating func next(_ octets: Span<UInt8>, from position: inout Int) throws(HTTPMessageError) -> Piece {
        switch state {
        case .ended:
            return .end
        case .length(let remaining):
            let count = Int(min(remaining, UInt64(octets.count - position)))
            guard count > 0 else { return .needMore }
            state = remaining == UInt64(count) ? .ended : .length(remaining - UInt64(count))
            return .data(take(count, from: &position))
        case .untilClose:
            guard position < octets.count else { return .needMore }
            return .data(take(octets.count - position, from: &position))
        case .chunked:
            switch try decoder.next(octets, from: &position) {
            case .data(let range): return .data(range)
            case .needMore: return .needMore
            case .end:
                state = .ended
                hasTrailers = decoder.trailers.fields.contains { Self.isForwarded($0) }
                return .end
            }
        }
    }

    private func take(_ count: Int, from position: inout Int) -> Range<Int> {
        defer { position += count }
        return position..<position + count
    }

    /// Appends the last chunk, and the trailer fields that neither frame nor route nor say who the client is (RFC 9110
    /// section 6.5.1).
    ///
    /// - Parameter octets: the view in which `next` found the end.
    func writeLastChunk(_ octets: Span<UInt8>, into buffer: inout OctetBuffer) {
        guard hasTrailers else { return buffer.append(ChunkSizeLine.lastChunk) }
        buffer.append("0\r\n")
        for field in decoder.trailers.fields where Self.isForwarded(field) { buffer.append(octets, field.line) }
        buffer.append("\r\n")
    }

    private static func isForwarded(_ field: HTTPField) -> Bool { field.known == .other && !field.isHopByHop }
}

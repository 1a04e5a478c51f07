import HTTPWire
import NIOCore

/// Takes the body of a message from the octets of its connection, piece by piece, without its framing.
struct BodyReader {
    /// What came next.
    enum Piece {
        /// Octets of the body, as a slice of the input.
        case data(ByteBuffer)
        /// The body has ended; the field lines of its trailer section that may be forwarded, if there are any.
        case end(trailers: ByteBuffer?)
        /// All of the input that is body has been taken.
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

    init(limits: MessageLimits) {
        decoder = ChunkedDecoder(limits: limits)
    }

    /// Begins the body of another message.
    mutating func begin(_ framing: BodyFraming) {
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

    /// Takes the next piece from the front of `input`; what follows the body stays there.
    mutating func next(_ input: inout ByteBuffer) throws(HTTPMessageError) -> Piece {
        switch state {
        case .ended:
            return .end(trailers: nil)
        case .length(let remaining):
            let count = Int(min(remaining, UInt64(input.readableBytes)))
            guard count > 0, let slice = input.readSlice(length: count) else { return .needMore }
            state = remaining == UInt64(count) ? .ended : .length(remaining - UInt64(count))
            return .data(slice)
        case .untilClose:
            guard input.readableBytes > 0, let slice = input.readSlice(length: input.readableBytes)
            else { return .needMore }
            return .data(slice)
        case .chunked:
            return try nextChunked(&input)
        }
    }

    private mutating func nextChunked(_ input: inout ByteBuffer) throws(HTTPMessageError) -> Piece {
        var position = 0
        switch try decoder.next(input.readableBytesUInt8Span, from: &position) {
        case .data(let range):
            input.moveReaderIndex(forwardBy: range.lowerBound)
            guard let slice = input.readSlice(length: range.count) else { return .needMore }
            return .data(slice)
        case .needMore:
            input.moveReaderIndex(forwardBy: position)
            return .needMore
        case .end:
            let trailers = forwardedTrailers(input.readableBytesUInt8Span)
            input.moveReaderIndex(forwardBy: position)
            state = .ended
            return .end(trailers: trailers)
        }
    }

    /// The trailer fields that neither frame nor route nor say who the client is (RFC 9110 section 6.5.1).
    private func forwardedTrailers(_ octets: Span<UInt8>) -> ByteBuffer? {
        var lines: ByteBuffer?
        for field in decoder.trailers.fields where field.known == .other && !field.isHopByHop {
            lines = lines ?? ByteBuffer()
            lines?.writeOctets(octets, field.line)
        }
        return lines
    }
}

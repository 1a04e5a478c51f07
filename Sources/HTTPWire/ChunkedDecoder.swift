/// The chunked transfer coding taken apart in place (RFC 9112 section 7.1).
///
///     1a;name=value CRLF   octets CRLF   ...   0 CRLF   Trailer: value CRLF   CRLF
///     size ^extension      data                last     trailer section       end
///
/// Extensions are read over. Their octets, and those of very small chunks, count against an allowance that grows with
/// the data, so that a body cannot consist of coding alone.
package struct ChunkedDecoder: Sendable {
    /// What was found.
    package enum Event: Hashable, Sendable {
        /// These octets of the view are body.
        case data(Range<Int>)
        /// The body has ended; `trailers` has the fields behind it, as ranges of this view.
        case end
        /// The view has been read to its end, or to the start of a trailer section that is not complete yet.
        case needMore
    }

    /// The trailer section once `end` has come; it must not be merged into the head (RFC 9110 section 6.5.1).
    package private(set) var trailers = FieldSection(marksUnderscores: true)

    private enum State: UInt8 {
        case sizeStart, size, extensions, sizeLineFeed, data, dataReturn, dataLineFeed, trailers, done
    }

    private let limits: MessageLimits
    private var state = State.sizeStart
    /// The chunk's size while it is read, then what remains of it.
    private var remaining: UInt64 = 0
    private var sizeDigits = 0
    private var extensionOctets = 0
    /// Octets of coding not yet paid for by data.
    private var overhead = 0
    /// Whether `trailers` stands at the start of the view.
    private var trailersBegun = false

    /// Octets of coding beyond the allowance at most.
    private static let overheadLimit = 16_384

    /// A body not yet begun.
    package init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
    }

    /// Makes ready for another body; storage is kept.
    package mutating func reset() {
        state = .sizeStart
        remaining = 0
        overhead = 0
        trailersBegun = false
    }

    /// Whether `end` has come.
    package var isDone: Bool { state == .done }

    /// Reads on.
    ///
    /// - Parameters:
    ///   - octets: a view of what has been received.
    ///   - position: the first octet not yet read; moved behind what this event covers. After `needMore` the octets
    ///     before `position` can be discarded, the rest is to be given again with more after it.
    package mutating func next(
        _ octets: Span<UInt8>,
        from position: inout Int
    ) throws(HTTPMessageError) -> Event {
        while position < octets.count {
            switch state {
            case .sizeStart, .size, .extensions, .sizeLineFeed:
                try readSizeLine(octets[position])
                position += 1
            case .data:
                let count = Int(min(remaining, UInt64(octets.count - position)))
                let data = position..<position + count
                position += count
                remaining -= UInt64(count)
                overhead = max(0, overhead - 2 * count)
                if remaining == 0 { state = .dataReturn }
                return .data(data)
            case .dataReturn:
                guard octets[position] == 0x0d else { throw .malformedChunkEnd }
                position += 1
                state = .dataLineFeed
            case .dataLineFeed:
                guard octets[position] == 0x0a else { throw .malformedChunkEnd }
                position += 1
                state = .sizeStart
            case .trailers:
                if !trailersBegun {
                    trailers.reset(at: position)
                    trailersBegun = true
                }
                guard try trailers.parse(octets, limits: limits) else {
                    // The view may be shorter in front the next time.
                    trailersBegun = false
                    return .needMore
                }
                position = trailers.position
                state = .done
                return .end
            case .done:
                return .end
            }
        }
        return state == .done ? .end : .needMore
    }

    /// One octet of `chunk-size [chunk-ext] CRLF`.
    private mutating func readSizeLine(_ octet: UInt8) throws(HTTPMessageError) {
        overhead += 1
        guard overhead <= Self.overheadLimit else { throw .chunkExtensionTooLong }
        switch state {
        case .sizeLineFeed:
            guard octet == 0x0a else { throw .bareLineBreak }
            overhead = max(0, overhead - 16)
            state = remaining == 0 ? .trailers : .data
        case .extensions:
            if octet == 0x0d {
                state = .sizeLineFeed
                return
            }
            guard octet == 0x09 || (octet >= 0x20 && octet != 0x7f) else {
                throw octet == 0x0a ? .bareLineBreak : .malformedChunkExtension
            }
            extensionOctets += 1
            guard extensionOctets <= limits.chunkExtension else { throw .chunkExtensionTooLong }
        default:
            if let digit = octet.hexadecimalValue {
                if state == .sizeStart {
                    (remaining, sizeDigits, extensionOctets) = (0, 0, 0)
                    state = .size
                }
                sizeDigits += 1
                guard sizeDigits <= 16, remaining < 1 << 59 else { throw .malformedChunkSize }
                remaining = remaining << 4 | UInt64(digit)
            } else if state == .size, octet == 0x0d {
                state = .sizeLineFeed
            } else if state == .size, octet == UInt8(ascii: ";") {
                state = .extensions
            } else {
                throw octet == 0x0a ? .bareLineBreak : .malformedChunkSize
            }
        }
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    @inline(__always)
    fileprivate var hexadecimalValue: UInt8? {
        if isDigit { return self & 0x0f }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}

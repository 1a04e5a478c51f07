import HTTPWire

/// A chunked body has the same data however it comes in pieces, and ends where a plain reader says.
enum ChunkedCheck {
    private struct Decoded: Equatable {
        var data: [UInt8] = []
        var trailers: [[UInt8]] = []
        var isDone = false
        /// What follows the body.
        var rest: [UInt8] = []
    }

    /// The first octet is the size of the pieces, the rest the body.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard let first = input.first else { return }
        let octets = Array(input.dropFirst())
        let whole = decode(octets, piece: max(octets.count, 1))
        try require(decode(octets, piece: Int(first % 16) + 1) == whole, "pieces change the body")
        guard case .success(let decoded) = whole, decoded.isDone else { return }
        try require(decoded.data.count + decoded.rest.count + 5 <= octets.count, "more data than octets")
        // The data in one chunk is the same body.
        let written = String(decoded.data.count, radix: 16)
        let again = Array("\(decoded.data.isEmpty ? "" : "\(written)\r\n")".utf8) + decoded.data
        let end = Array((decoded.data.isEmpty ? "0\r\n\r\n" : "\r\n0\r\n\r\n").utf8)
        guard case .success(let second) = decode(again + end, piece: 7) else {
            throw BrokenRule("the data in one chunk is refused")
        }
        try require(
            second.isDone && second.data == decoded.data && second.rest.isEmpty,
            "the data in one chunk differs"
        )
    }

    private static func decode(_ octets: [UInt8], piece: Int) -> Result<Decoded, HTTPMessageError> {
        var decoder = ChunkedDecoder()
        var decoded = Decoded()
        var held: [UInt8] = []
        var given = 0
        do throws(HTTPMessageError) {
            while given < octets.count, !decoded.isDone {
                let count = min(piece, octets.count - given)
                held += octets[given..<given + count]
                given += count
                var position = 0
                reading: while !decoded.isDone {
                    switch try decoder.next(held.span, from: &position) {
                    case .data(let range): decoded.data += held[range]
                    case .needMore: break reading
                    case .end:
                        decoded.isDone = true
                        decoded.trailers = decoder.trailers.fields.map { Array(held[$0.line]) }
                    }
                }
                held.removeFirst(position)
            }
            decoded.rest = held + octets[given...]
            return .success(decoded)
        } catch {
            return .failure(error)
        }
    }

    static var seeds: [[UInt8]] {
        [
            "a;x=y\r\n0123456789\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\nnext", "0\r\n\r\n",
            "00000001\r\nx\r\n0;a=\"b\"\r\n\r\n",
            "FfF\r\n", "7fffffffffffffff\r\n", "1\r\nx\r\n1\r\ny\r\n1\r\nz\r\n0\r\n\r\n",
        ].map { [3] + Array($0.utf8) }
    }
}

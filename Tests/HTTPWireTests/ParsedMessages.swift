@testable import HTTPWire

/// A request head as values, or the error it gave; `nil` when more octets are needed.
struct ParsedRequest: Equatable {
    var method: String
    var target: String
    var form: TargetForm
    var authority: String
    var path: String
    var version: HTTPVersion
    var fields: [String]
    var framing: BodyFraming
    var count: Int
}

/// Parses `octets` in the pieces that end at `cuts` and at the end.
func parseRequest(
    _ octets: [UInt8],
    cuts: [Int] = [],
    limits: MessageLimits = MessageLimits()
) -> Result<ParsedRequest?, HTTPMessageError> {
    var head = RequestHead(limits: limits)
    do throws(HTTPMessageError) {
        for end in cuts + [octets.count] {
            let view = octets.span.extracting(0..<end)
            guard let count = try head.parse(view) else { continue }
            return .success(
                ParsedRequest(
                    method: view.text(head.methodName),
                    target: view.text(head.target),
                    form: head.targetForm,
                    authority: view.text(head.authority),
                    path: view.text(head.pathAndQuery),
                    version: head.version,
                    fields: head.fields.fields.map {
                        "\(view.text($0.name))=\(view.text($0.value))\($0.isHopByHop ? "!" : "")"
                    },
                    framing: head.framing,
                    count: count
                )
            )
        }
        return .success(nil)
    } catch {
        return .failure(error)
    }
}

func parseRequest(_ text: String) -> Result<ParsedRequest?, HTTPMessageError> {
    parseRequest(Array(text.utf8))
}

/// The error that a request head gives.
func requestError(_ octets: [UInt8], limits: MessageLimits = MessageLimits()) -> HTTPMessageError? {
    if case .failure(let error) = parseRequest(octets, limits: limits) { error } else { nil }
}

func requestError(_ text: String, limits: MessageLimits = MessageLimits()) -> HTTPMessageError? {
    requestError(Array(text.utf8), limits: limits)
}

/// A response head as values.
struct ParsedResponse: Equatable {
    var status: Int
    var reason: String
    var version: HTTPVersion
    var fields: [String]
    var framing: BodyFraming
    var keepsConnection: Bool
    var count: Int
}

func parseResponse(
    _ octets: [UInt8],
    to method: HTTPMethod = .get,
    cuts: [Int] = []
) -> Result<ParsedResponse?, HTTPMessageError> {
    var head = ResponseHead()
    do throws(HTTPMessageError) {
        for end in cuts + [octets.count] {
            let view = octets.span.extracting(0..<end)
            guard let count = try head.parse(view) else { continue }
            return .success(
                ParsedResponse(
                    status: head.status,
                    reason: view.text(head.reason),
                    version: head.version,
                    fields: head.fields.fields.map { "\(view.text($0.name))=\(view.text($0.value))" },
                    framing: try head.framing(toMethod: method),
                    keepsConnection: head.keepsConnection,
                    count: count
                )
            )
        }
        return .success(nil)
    } catch {
        return .failure(error)
    }
}

func parseResponse(_ text: String, to method: HTTPMethod = .get) -> Result<ParsedResponse?, HTTPMessageError> {
    parseResponse(Array(text.utf8), to: method)
}

/// A chunked body taken apart: the data, the trailers, and what is left over behind it.
struct DecodedBody: Equatable {
    var data: [UInt8] = []
    var trailers: [String] = []
    var isDone = false
    var rest: [UInt8] = []
}

/// Decodes `octets` as they come in pieces of at most `piece` octets.
func decodeChunked(
    _ octets: [UInt8],
    piece: Int = .max,
    limits: MessageLimits = MessageLimits()
) -> Result<DecodedBody, HTTPMessageError> {
    var decoder = ChunkedDecoder(limits: limits)
    var decoded = DecodedBody()
    var held: [UInt8] = []
    var given = 0
    do throws(HTTPMessageError) {
        repeat {
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
                    decoded.trailers = decoder.trailers.fields.map {
                        "\(held.span.text($0.name))=\(held.span.text($0.value))"
                    }
                }
            }
            held.removeFirst(position)
        } while given < octets.count && !decoded.isDone
        decoded.rest = held + octets[given...]
        return .success(decoded)
    } catch {
        return .failure(error)
    }
}

/// A small generator of repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

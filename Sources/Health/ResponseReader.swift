import HTTPWire
import NIOCore
import Telemetry

/// Reads a response as far as a check needs it, and as far as the connection must be read to be used again.
struct ResponseReader {
    /// Octets of heads that are read before they count as too many, and octets of the body that are looked at.
    static let limit = 65_536

    /// Once the response is at its end, or is not read further: whether the connection can carry another request.
    private(set) var isReusable: Bool?
    /// Whether nothing has come yet.
    var isEmpty: Bool { receivedCount == 0 }

    /// Octets of the body that are looked at.
    private var limit: Int { readsReport ? StateReport.Limits.octets : Self.limit }
    private let statuses: [ClosedRange<Int>]
    private var head = ResponseHead()
    private var framing: BodyFraming?
    private var decoder = ChunkedDecoder()
    /// What has been received and not been read.
    private var buffer = ByteBuffer()
    private var receivedCount = 0
    /// Whether the result of the check is known.
    private var isDecided = false
    private var bodyCount = 0
    private var text: TextFinder
    private let readsReport: Bool
    /// The body, where it is a report.
    private var report: [UInt8] = []
    private var isBodyComplete = false

    /// - Parameters:
    ///   - statuses: the status codes that pass.
    ///   - expect: what must occur in the body; empty for nothing.
    ///   - readsReport: whether the body is the report of a proxy, which decides.
    init(statuses: [ClosedRange<Int>], expect: [UInt8], readsReport: Bool = false) {
        self.statuses = statuses
        self.readsReport = readsReport
        text = TextFinder(expect)
    }

    /// Makes ready for the response to another request on the same connection.
    mutating func reset() {
        isReusable = nil
        isDecided = false
        head.reset()
        framing = nil
        decoder.reset()
        buffer = ByteBuffer()
        receivedCount = 0
        bodyCount = 0
        text.reset()
        report = []
        isBodyComplete = false
    }

    /// Reads what has come.
    ///
    /// - Returns: the result of the check, if this decides it. Further octets may follow it until `isReusable` is set.
    mutating func receive(_ octets: ByteBuffer) -> CheckOutcome? {
        guard isReusable == nil else { return nil }
        var octets = octets
        receivedCount += octets.readableBytes
        if buffer.readableBytes == 0 { buffer = octets } else { buffer.writeBuffer(&octets) }
        var outcome: CheckOutcome?
        do throws(HTTPMessageError) {
            if framing == nil {
                guard try readHead() else {
                    return receivedCount > Self.limit ? fail(.responseTooLong) : nil
                }
                guard statuses.contains(where: { $0.contains(head.status) }) else { return fail(.status(head.status)) }
                if text.isFound, !readsReport { outcome = pass() }
            }
            try readBody()
        } catch {
            return fail(.malformedResponse(error)) ?? outcome
        }
        if readsReport { return isReusable == nil ? nil : judge() }
        if text.isFound { return pass() ?? outcome }
        return isReusable == nil ? nil : fail(.unexpectedBody)
    }

    /// The connection has ended.
    ///
    /// - Returns: the result, if the part of the response that has come decides it only now.
    mutating func inputEnded() -> CheckOutcome? {
        isReusable == nil && framing != nil ? fail(.unexpectedBody) : nil
    }

    /// What the report says.
    private mutating func judge() -> CheckOutcome? {
        guard !isDecided else { return nil }
        guard isBodyComplete, bodyCount <= limit else { return fail(.responseTooLong) }
        do throws(StateReport.WireError) {
            let report = try StateReport(octets: report)
            self.report = []
            isDecided = true
            return report.isServing ? .passed(.report(report)) : .failed(.notServing(report))
        } catch {
            return fail(.malformedReport(error))
        }
    }

    private mutating func pass() -> CheckOutcome? {
        guard !isDecided else { return nil }
        isDecided = true
        return .passed(.status(head.status))
    }

    /// After the result a fault only says that the connection is of no more use.
    private mutating func fail(_ failure: CheckFailure) -> CheckOutcome? {
        isReusable = false
        guard !isDecided else { return nil }
        isDecided = true
        return .failed(failure)
    }

    /// Reads up to the end of the final head; interim responses (RFC 9110 section 15.2) are passed over.
    private mutating func readHead() throws(HTTPMessageError) -> Bool {
        while true {
            let octets = buffer
            guard let count = try head.parse(octets.readableBytesUInt8Span) else { return false }
            buffer.moveReaderIndex(forwardBy: count)
            guard (100..<200).contains(head.status), head.status != 101 else {
                framing = try head.framing(toMethod: .get)
                return true
            }
            head.reset()
        }
    }

    /// Reads the body that has come.
    private mutating func readBody() throws(HTTPMessageError) {
        var isAtEnd = false
        switch framing {
        case nil, .some(.none): isAtEnd = true
        case .length(let length):
            take(Int(min(length - UInt64(bodyCount), UInt64(buffer.readableBytes))))
            isAtEnd = UInt64(bodyCount) == length
        case .untilClose, .tunnel: take(buffer.readableBytes)
        case .chunked: isAtEnd = try readChunks()
        }
        if isAtEnd {
            isBodyComplete = true
            isReusable = head.keepsConnection && buffer.readableBytes == 0
        } else if bodyCount >= limit || receivedCount >= 4 * limit {
            isReusable = false
        }
        // What is not needed any more would stay for as long as the connection is idle.
        if isReusable != nil { buffer = ByteBuffer() }
    }

    private mutating func readChunks() throws(HTTPMessageError) -> Bool {
        let octets = buffer
        var position = 0
        while true {
            switch try decoder.next(octets.readableBytesUInt8Span, from: &position) {
            case .data(let range):
                keep(range)
            case .needMore:
                buffer.moveReaderIndex(forwardBy: position)
                return false
            case .end:
                buffer.moveReaderIndex(forwardBy: position)
                return true
            }
        }
    }

    /// Reads octets of the body.
    private mutating func take(_ count: Int) {
        keep(0..<count)
        buffer.moveReaderIndex(forwardBy: count)
    }

    private mutating func keep(_ range: Range<Int>) {
        let room = limit - bodyCount
        bodyCount += range.count
        if readsReport {
            guard range.count <= room else { return }
            report.append(contentsOf: buffer.readableBytesView.dropFirst(range.lowerBound).prefix(range.count))
            return
        }
        guard room > 0, !text.isFound else { return }
        text.append(buffer.readableBytesView.dropFirst(range.lowerBound).prefix(min(room, range.count)))
    }
}

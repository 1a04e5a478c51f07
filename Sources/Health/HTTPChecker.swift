import NIOCore
import NIOPosix
import TLSTransport
import Telemetry

/// Sends a request and looks at the response; keeps the connection for the next check when both sides can.
///
/// A kept connection may be closed by the server at any time. When that happens before the first octet of a response,
/// the request is sent again on a new connection, which is safe for a GET (RFC 9110 section 9.2.2), so that it says
/// nothing about the server's health. A server that still serves old connections but accepts no new ones is not alive,
/// so every second check over a kept connection also opens one, which costs little next to a TLS handshake; and after
/// `checksPerConnection` checks everything is done anew, so that a changed certificate is seen.
final class HTTPChecker: Checker {
    private let request: HTTPCheckRequest
    private let timeout: TimeAmount
    private let budget: ConnectionBudget
    private let eventLoop: any EventLoop
    private var onEnd: ((CheckOutcome) -> Void)?
    private var connection: HTTPCheckConnection?
    private let door: ConnectChecker
    private let reading = ReportReading()

    /// Checks made over one connection at most; each connection is given up at random in the second half of them, so that
    /// many targets do not shake hands together.
    static let checksPerConnection = 50

    init(_ request: HTTPCheckRequest, timeout: Duration, budget: ConnectionBudget, on eventLoop: any EventLoop) {
        self.request = request
        self.timeout = TimeAmount(timeout)
        self.budget = budget
        self.eventLoop = eventLoop
        door = ConnectChecker(to: request.address, timeout: timeout, on: eventLoop)
    }

    func check(onEnd: @escaping (CheckOutcome) -> Void) {
        self.onEnd = onEnd
        guard let connection, connection.isUsable else { return connect() }
        guard !connection.checks.isMultiple(of: 2) else { return ask(connection) }
        door.check { [weak self] outcome in
            guard let self, self.onEnd != nil else { return }
            if case .passed = outcome { ask(connection) } else { ended(outcome, connection) }
        }
    }

    func cancel() {
        onEnd = nil
        door.cancel()
        drop()
    }

    /// Asks over a kept connection, or over a new one when it was closed in the meantime.
    private func ask(_ connection: HTTPCheckConnection) {
        if connection.isUsable { connection.ask() } else { connect() }
    }

    private func connect() {
        drop()
        let connection = HTTPCheckConnection(request, reading, budget: budget) { [weak self] in self?.ended($0, $1) }
        self.connection = connection
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(timeout)
            .channelInitializer { [request] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard bound.value.open(channel) else { throw ChannelError.eof }
                    if let tls = request.tls {
                        let handler = try TLSHandler(client: tls, peer: request.peer)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        bootstrap.connect(to: request.address).assumeIsolated().whenFailure { error in
            // Put off, because a connection can be refused within the call.
            self.eventLoop.assumeIsolated().execute { self.ended(CheckOutcome(CheckFailure(error)), connection) }
        }
    }

    private func drop() {
        connection?.close()
        connection = nil
    }

    /// A connection has a result, or `nil` when it was closed by the server before it began to answer.
    private func ended(_ outcome: CheckOutcome?, _ connection: HTTPCheckConnection) {
        guard connection === self.connection, let onEnd else { return }
        guard let outcome else {
            connect()
            return
        }
        self.onEnd = nil
        onEnd(reading.taken(outcome))
    }
}

/// How far the round trips of a proxy have been read; one for all connections to it.
private final class ReportReading {
    private var reading = RoundTripReading()

    /// What it is asked with.
    var cursor: RoundTripCursor { reading.cursor }

    /// The outcome, without round trips that follow on nothing that was read.
    func taken(_ outcome: CheckOutcome) -> CheckOutcome {
        guard let roundTrips = outcome.report?.roundTrips, !reading.accepts(roundTrips) else { return outcome }
        return outcome.withoutRoundTrips
    }
}

/// One connection of an `HTTPChecker`.
private final class HTTPCheckConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: HTTPCheckRequest
    private let reading: ReportReading
    private let budget: ConnectionBudget
    private let onEnd: (CheckOutcome?, HTTPCheckConnection) -> Void
    private var reader: ResponseReader
    private var channel: (any Channel)?
    private var isClosed = false
    /// Whether a response is awaited or still coming.
    private var isBusy = true
    /// Whether the check in progress has no result yet.
    private var isUndecided = true
    /// Whether a place has been taken to keep it.
    private var isKept = false
    private let checkLimit = Int.random(in: HTTPChecker.checksPerConnection / 2...HTTPChecker.checksPerConnection)
    /// Requests sent over it.
    private(set) var checks = 1

    init(
        _ request: HTTPCheckRequest,
        _ reading: ReportReading,
        budget: ConnectionBudget,
        onEnd: @escaping (CheckOutcome?, HTTPCheckConnection) -> Void
    ) {
        self.request = request
        self.reading = reading
        self.budget = budget
        self.onEnd = onEnd
        reader = ResponseReader(
            statuses: request.statuses,
            expect: request.expect,
            readsReport: request.readsReport
        )
    }

    /// Takes over a channel that is being set up.
    ///
    /// - Returns: `false` when it is no longer wanted.
    func open(_ channel: any Channel) -> Bool {
        guard !isClosed else { return false }
        self.channel = channel
        return true
    }

    /// Whether the request can be sent once more.
    var isUsable: Bool { !isBusy && !isClosed && checks < checkLimit }

    /// Sends the request once more.
    func ask() {
        checks += 1
        (isBusy, isUndecided) = (true, true)
        reader.reset()
        channel?.writeAndFlush(request.octets(since: reading.cursor), promise: nil)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        if isKept { budget.giveBack() }
        channel?.close(promise: nil)
        channel = nil
    }

    private func decide(_ outcome: CheckOutcome?) {
        guard isUndecided else { return }
        isUndecided = false
        onEnd(outcome, self)
    }

    /// Keeps the connection or closes it, now that the response is at its end.
    private func responseEnded(isReusable: Bool) {
        isBusy = false
        guard isReusable, request.keepsConnection else { return close() }
        if !isKept { isKept = budget.take() }
        if !isKept { close() }
    }

    /// The server sends nothing more.
    private func inputEnded(_ failure: CheckFailure) {
        guard !isClosed else { return }
        let isUnanswered = checks > 1 && reader.isEmpty
        let outcome = isUnanswered ? nil : reader.inputEnded() ?? CheckOutcome(failure)
        close()
        if isBusy { decide(outcome) }
    }

    // MARK: - Channel events

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(request.octets(since: reading.cursor)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        // Nobody asked for it.
        guard isBusy else { return close() }
        let outcome = reader.receive(Self.unwrapInboundIn(data))
        if let isReusable = reader.isReusable { responseEnded(isReusable: isReusable) }
        if let outcome { decide(outcome) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        inputEnded(.closedEarly)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inputEnded(CheckFailure(error))
    }
}

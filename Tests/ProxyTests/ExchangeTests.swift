import HTTPWire
import Testing

@testable import Proxy

@Suite("Exchange")
struct ExchangeTests {
    private func exchange(_ line: String, fields: String = "", asksUpgrade: Bool = false) throws -> Exchange {
        var head = RequestHead()
        let octets = Array("\(line)\r\nHost: a\r\n\(fields)\r\n".utf8)
        _ = try head.parse(octets.span)
        return Exchange(head, asksUpgrade: asksUpgrade, furtherServers: 2)
    }

    @Test func failedConnectionsGoToOtherServersWithinTheLimit() throws {
        var exchange = try exchange("POST / HTTP/1.1", fields: "Content-Length: 5\r\n")
        #expect((exchange.connectFailed(server: 7, timedOut: false, mayRetry: true)) == .tryAnotherServer)
        #expect((exchange.connectFailed(server: 8, timedOut: true, mayRetry: true)) == .tryAnotherServer)
        #expect(exchange.tried == [7, 8])
        #expect((exchange.connectFailed(server: 9, timedOut: false, mayRetry: true)) == .refuse(.connectFailed))
    }

    @Test func theLastFailureNamesTheCause() throws {
        var exchange = try exchange("GET / HTTP/1.1")
        #expect(exchange.serversExhausted() == .refuse(.noHealthyServer))
        for server in 1...2 { _ = exchange.connectFailed(server: server, timedOut: false, mayRetry: true) }
        #expect(exchange.serversExhausted() == .refuse(.connectFailed))
        #expect((exchange.connectFailed(server: 3, timedOut: true, mayRetry: true)) == .refuse(.connectTimeout))
    }

    /// Line, body passed on, reused, answered, and what is done.
    @Test(arguments: [
        ("GET / HTTP/1.1", false, true, false, Exchange.Recovery.tryFreshConnection),
        ("PUT / HTTP/1.1", false, true, false, .tryFreshConnection),
        ("DELETE / HTTP/1.1", false, true, false, .tryFreshConnection),
        ("GET / HTTP/1.1", false, false, false, .refuse(.upstreamClosed)),
        ("GET / HTTP/1.1", false, true, true, .refuse(.upstreamClosed)),
        ("PUT / HTTP/1.1", true, true, false, .refuse(.upstreamClosed)),
        ("POST / HTTP/1.1", false, true, false, .refuse(.upstreamClosed)),
        ("PATCH / HTTP/1.1", false, true, false, .refuse(.upstreamClosed)),
        ("CUSTOM / HTTP/1.1", false, true, false, .refuse(.upstreamClosed)),
    ])
    func onlyWhatIsSafeIsSentAgain(
        line: String,
        bodyWasForwarded: Bool,
        wasReused: Bool,
        hasAnswered: Bool,
        recovery: Exchange.Recovery
    ) throws {
        var exchange = try exchange(line)
        if bodyWasForwarded { exchange.forwardedBody() }
        #expect((exchange.upstreamLost(wasReused: wasReused, hasAnswered: hasAnswered, mayRetry: true)) == recovery)
    }

    @Test func aRequestIsSentAgainOnce() throws {
        var exchange = try exchange("GET / HTTP/1.1")
        #expect((exchange.upstreamLost(wasReused: true, hasAnswered: false, mayRetry: true)) == .tryFreshConnection)
        #expect(
            (exchange.upstreamLost(wasReused: true, hasAnswered: false, mayRetry: true)) == .refuse(.upstreamClosed)
        )
    }

    @Test func withoutABudgetNothingIsTriedAgain() throws {
        var exchange = try exchange("GET / HTTP/1.1")
        #expect(
            exchange.connectFailed(server: 1, timedOut: true, mayRetry: false) == .refuse(.connectTimeout)
        )
        #expect(
            exchange.upstreamLost(wasReused: true, hasAnswered: false, mayRetry: false) == .refuse(.upstreamClosed)
        )
    }

    @Test func nothingAClientHasSeenIsTakenBack() throws {
        var exchange = try exchange("GET / HTTP/1.1")
        _ = exchange.beginResponse(framing: .length(5), stopping: false)
        #expect(
            exchange.upstreamLost(wasReused: true, hasAnswered: false, mayRetry: true) == .breakOff(.upstreamClosed)
        )
        #expect(exchange.upstreamMalformed() == .breakOff(.upstreamMalformed))
        #expect(exchange.timedOut(clientIsSlow: true) == .breakOff(.stalled))
    }

    @Test(arguments: [
        ("HTTP/1.1", "", BodyFraming.length(5), OutgoingFraming.verbatim, ResponseHeadWriter.Connection.goesOn),
        ("HTTP/1.1", "", .chunked, .chunked, .goesOn),
        ("HTTP/1.1", "", .untilClose, .chunked, .goesOn),
        ("HTTP/1.1", "", .none, .none, .goesOn),
        ("HTTP/1.1", "Connection: close\r\n", .length(5), .verbatim, .close),
        ("HTTP/1.1", "Content-Length: 1\r\n", .length(5), .verbatim, .close),
        ("HTTP/1.0", "", .length(5), .verbatim, .close),
        ("HTTP/1.0", "Connection: keep-alive\r\n", .length(5), .verbatim, .keepAlive),
        ("HTTP/1.0", "Connection: keep-alive\r\n", .none, .none, .keepAlive),
        ("HTTP/1.0", "Connection: keep-alive\r\n", .chunked, .verbatim, .close),
        ("HTTP/1.0", "Connection: keep-alive\r\n", .untilClose, .verbatim, .close),
    ])
    func responsesAreDeliveredAsTheClientUnderstandsThem(
        version: String,
        fields: String,
        framing: BodyFraming,
        outgoing: OutgoingFraming,
        connection: ResponseHeadWriter.Connection
    ) throws {
        var exchange = try exchange("GET / \(version)", fields: fields)
        #expect(
            exchange.beginResponse(framing: framing, stopping: false)
                == Exchange.Delivery(framing: outgoing, connection: connection)
        )
        #expect(exchange.clientConnectionLivesOn == (connection != .close))
    }

    @Test func aProxyThatStopsEndsConnections() throws {
        var exchange = try exchange("GET / HTTP/1.1")
        #expect((exchange.beginResponse(framing: .none, stopping: true).connection) == .close)
    }

    @Test func connectionsToServersAreKeptOnlyInStep() throws {
        var exchange = try exchange("POST / HTTP/1.1", fields: "Content-Length: 5\r\n")
        func livesOn(persists: Bool = true, endedAtClose: Bool = false, surplus: Bool = false) -> Bool {
            exchange.upstreamLivesOn(responsePersists: persists, endedAtClose: endedAtClose, hasSurplus: surplus)
        }
        #expect(!livesOn())
        exchange.completedRequest()
        #expect(livesOn())
        #expect(!livesOn(persists: false))
        #expect(!livesOn(endedAtClose: true))
        #expect(!livesOn(surplus: true))
    }

    @Test func protocolsChangeOnlyWhenAsked() throws {
        #expect(try !exchange("GET / HTTP/1.1").mayUpgrade)
        #expect(try exchange("GET / HTTP/1.1", asksUpgrade: true).mayUpgrade)
        #expect(try !exchange("GET / HTTP/1.1", fields: "Content-Length: 5\r\n", asksUpgrade: true).mayUpgrade)
        #expect(try !exchange("GET / HTTP/1.0").forwardsInterim(status: 103))
        #expect(try exchange("GET / HTTP/1.1").forwardsInterim(status: 103))
    }
}

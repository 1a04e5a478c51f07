import HTTPWire
import NIOCore
import TCPTransport
import Testing

@testable import Proxy

/// Servers and clients that misbehave in every way at once, beside some that do not.
@Suite("Faults cost their own exchange only")
struct FaultTests {
    /// A server that does what the path says.
    private static func faulty() async throws -> ScriptedServer {
        try await .start { connection in
            while let head = connection.takeHead() {
                let path = head.split(separator: " ")[1]
                switch path {
                case "/garbage": connection.reply("\u{1}\u{2}\r\n\r\n")
                case "/early-close": connection.close()
                case "/reset": connection.reset()
                case "/half":
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                    connection.close()
                case "/bad-chunk":
                    connection.reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n")
                case "/never": break
                case "/twice":
                    connection.reply(
                        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
                    )
                case "/endless":
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
                    pump(connection)
                case "/drip":
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
                    drip(connection)
                default:
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
                }
            }
        }
    }

    /// Sends for as long as it is taken.
    private static func pump(_ connection: ScriptedServer.Connection) {
        connection.writeAndFlush(ByteBuffer(repeating: 7, count: 65_536)) { pump(connection) }
    }

    /// Sends an octet now and then.
    private static func drip(_ connection: ScriptedServer.Connection) {
        connection.writeAndFlush(ByteBuffer(string: "x")) { connection.later { drip(connection) } }
    }

    private static func ask(_ path: String, _ fixture: ProxyFixture) async throws -> TestConnection {
        let connection = try await fixture.connect()
        try await connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        return connection
    }

    @Test func everyHonestRequestGetsItsOwnAnswer() async throws {
        let server = try await Self.faulty()
        var limits = ProxyLimits()
        limits.responseHead = .seconds(1)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for fault in ["/garbage", "/early-close", "/reset", "/half", "/bad-chunk", "/never", "/twice"] {
                    group.addTask {
                        for _ in 0..<5 {
                            let connection = try await Self.ask(fault, fixture)
                            // What is broken off ends; a client that went before would have done it itself.
                            let isBrokenOff = fault == "/half" || fault == "/bad-chunk"
                            let text = try await connection.wait { (received, isClosed) -> String? in
                                guard isClosed || !isBrokenOff && !received.isEmpty else { return nil }
                                return String(decoding: received, as: UTF8.self)
                            }
                            #expect(!text.contains("evil"))
                            try? await connection.close()
                        }
                    }
                }
                // Clients that vanish in the middle of a head, of a body and of a response.
                group.addTask {
                    for text in ["GET / HT", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"] {
                        let connection = try await fixture.connect()
                        try await connection.send(text)
                        // The answer to the second may have closed it already.
                        try? await connection.reset()
                    }
                    let connection = try await Self.ask("/endless", fixture)
                    try await eventually { connection.receivedCount > 1_000_000 }
                    try await connection.reset()
                }
                for client in 0..<4 {
                    group.addTask {
                        let connection = try await fixture.connect()
                        for number in 0..<40 {
                            let path = "/honest/\(client)/\(number)"
                            try await connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                            let response = try await connection.response()
                            #expect(response.status == 200 && response.text == path)
                        }
                        try await connection.close()
                    }
                }
                try await group.waitForAll()
            }
            let counters = fixture.proxy.counters
            #expect(counters.refusals[.upstreamMalformed] == 5)
            #expect(counters.refusals[.responseTimeout] == 5)
            // A request that went out on a connection that had carried another is sent once more.
            #expect(counters.refusals[.upstreamClosed] == 10)
            try await eventually { counters.breakOffs == [.upstreamClosed: 5, .upstreamMalformed: 5] }
            try await eventually { counters.clientAborts >= 1 }
        }
        try await server.stop()
    }

    @Test func anEndlessResponseEndsWithItsClient() async throws {
        let server = try await Self.faulty()
        try await ProxyFixture.with([.init(port: server.port)]) { fixture in
            let connection = try await Self.ask("/endless", fixture)
            try await eventually { connection.receivedCount > 10_000_000 }
            try await connection.close()
            try await eventually { server.closedCount == 1 }
            #expect(fixture.proxy.counters.clientAborts == 1)
        }
        try await server.stop()
    }

    @Test func theTimeForAllOfAnExchangeIsBounded() async throws {
        let server = try await Self.faulty()
        var limits = ProxyLimits()
        limits.total = .milliseconds(200)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { fixture in
            // Something moves all the time, so that only the whole can be too long.
            let dripping = try await Self.ask("/drip", fixture)
            #expect(try await dripping.waitForClose().contains("\r\n\r\nx"))
            #expect(fixture.proxy.counters.breakOffs == [.totalTimeout: 1])
            #expect(try await fixture.get("/never").status == 504)
            #expect(fixture.proxy.counters.refusals == [.totalTimeout: 1])
            // The time is each exchange's own.
            let connection = try await fixture.connect()
            for _ in 0..<3 {
                try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.response().text == "/a")
                try await Task.sleep(for: .milliseconds(120))
            }
            try await connection.close()
        }
        try await server.stop()
    }

    @Test func aClientThatDripsItsRequestIsBoundedToo() async throws {
        let server = try await ScriptedServer.start { _ in }
        var limits = ProxyLimits()
        limits.total = .milliseconds(300)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { fixture in
            let connection = try await fixture.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n")
            let dripping = Task {
                while (try? await connection.send("x")) != nil { try? await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(try await connection.waitForClose().hasPrefix("HTTP/1.1 408 "))
            await dripping.value
        }
        try await server.stop()
    }

    @Test(arguments: [
        Refusal.requestTimeout, .noHealthyServer, .connectFailed, .connectTimeout, .upstreamClosed, .upstreamMalformed,
        .responseTimeout, .totalTimeout, .methodNotImplemented,
    ])
    func errorPagesNameNothingInternal(refusal: Refusal) {
        var date = DateLine()
        var page = OctetBuffer()
        LocalResponse(refusal).write(isHead: false, connection: .close, date: &date, into: &page)
        let text = page.withOctets { $0.text(0..<$0.count) }.lowercased()
        for word in ["127.0.0.1", "tern", "swift", "nio", "errno", "app1", "us-east"] { #expect(!text.contains(word)) }
        #expect(text.hasPrefix("http/1.1 \(refusal.status) "))
        // RFC 9110 section 15.6: 502 for an invalid response, 503 when it may work later, 504 for none in time.
        #expect((refusal.status == 503) == text.contains("retry-after: "))
    }
}

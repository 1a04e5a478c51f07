import Testing

@testable import Proxy

@Suite("Hostile input")
struct HostileInputTests {
    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 101))\r\n", 431),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", 400),
    ])
    func isRefusedAndTheConnectionClosed(request: String, status: Int) async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let text = try await connection.waitForClose()
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.components(of: "HTTP/1.1 ") == 1)
            #expect(fixture.proxy.counters.requests == 0)
        }
        #expect(server.connectionCount == 0)
    }

    @Test(arguments: ["5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "ffffffffffffffffff\r\n", "5 \r\nhello\r\n"])
    func aBodyThatCannotBeUnderstoodEndsBothConnections(body: String) async throws {
        let server = try await ScriptedServer.start { _ in }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
            let text = try await connection.waitForClose()
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            try await eventually {
                server.closedCount == server.connectionCount
            }
        }
    }

    @Test func garbageNeverStopsIt() async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            var random = SystemRandomNumberGenerator()
            for round in 0..<60 {
                let connection = try await fixture.connect()
                let noise = (0..<Int.random(in: 1...3000, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let prefix = round % 3 == 0 ? "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" : ""
                try? await connection.send(Array(prefix.utf8) + noise)
                try? await connection.close()
            }
            #expect(try await fixture.get().text == "x")
        }
    }

    @Test func clientsBeyondTheLimitAreTurnedAway() async throws {
        let server = try await ScriptedServer.answering("x")
        var limits = ProxyLimits()
        limits.clients = 2
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            let first = try await fixture.connect()
            let second = try await fixture.connect()
            for connection in [first, second] {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.response().text == "x")
            }
            let third = try await fixture.connect()
            #expect(try await third.waitForClose() == "")
            try await first.close()
            try await eventually { (try? await fixture.get().text) == "x" }
        }
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}

import Addressing
import HTTPWire
import NIOCore
import Testing

@testable import Proxy

@Suite("Forwarding")
struct ForwardingTests {
    /// A server that answers with the head and body it received.
    private func echo() async throws -> ScriptedServer {
        try await ScriptedServer.start { connection in
            let text = String(buffer: connection.received)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return }
            let rest = text[end.upperBound...]
            let isComplete =
                if text.contains("Transfer-Encoding: chunked") {
                    rest.hasSuffix("0\r\n\r\n") || (rest.contains("0\r\n") && rest.hasSuffix("\r\n\r\n"))
                } else if let length = text.firstRange(of: "Content-Length: ") {
                    rest.utf8.count >= Int(text[length.upperBound...].prefix { $0.isNumber }) ?? 0
                } else {
                    true
                }
            guard isComplete else { return }
            connection.received.clear()
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        }
    }

    @Test func aRequestAndItsResponsePassThrough() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.1 201 Made\r\nX-A: b\r\nDate: then\r\nContent-Length: 5\r\n\r\nhello")
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let response = try await fixture.get("/a?b")
            #expect(
                response.head
                    == "HTTP/1.1 201 Made\r\nX-A: b\r\nDate: then\r\nVia: 1.1 tern\r\nContent-Length: 5\r\n\r\n"
            )
            #expect(response.text == "hello")
        }
    }

    @Test func hopByHopFieldsEndHereAndForwardedFieldsAreReplaced() async throws {
        let server = try await echo()
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let response = try await fixture.get(
                "/a?b",
                fields: "Connection: close, X-Secret, X-Forwarded-For, Host\r\nX-Secret: 1\r\nKeep-Alive: 5\r\n"
                    + "TE: trailers\r\nProxy-Connection: x\r\nProxy: evil\r\nX-Forwarded-For: 6.6.6.6\r\n"
                    + "X_Forwarded_For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n"
                    + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nVia: 1.0 other\r\nCookie: c\r\n"
            )
            #expect(
                response.text
                    == "GET /a?b HTTP/1.1\r\nHost: www.example.test\r\nVia: 1.0 other\r\nCookie: c\r\n"
                    + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
                    + "X-Forwarded-Host: www.example.test\r\nVia: 1.1 tern\r\nConnection: TE\r\nTE: trailers\r\n\r\n"
            )
        }
    }

    @Test func aTrustedProxyIsBelieved() async throws {
        let server = try await echo()
        let loopback = try #require(IPPrefix("127.0.0.0/8"))
        try await ProxyFixture.with(
            pools: [ProxyFixture.pool([.init(port: server.port)])],
            trusted: [loopback]
        ) { (fixture) async throws in
            let text = try await fixture.get(
                fields: "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\nX-Forwarded-Proto: https\r\n"
                    + "X-Forwarded-Host: a.test\r\nForwarded: for=192.0.2.1\r\nForwarded: for=\"[::1]\"\r\n"
            ).text
            #expect(
                text.contains("Forwarded: for=192.0.2.1, for=\"[::1]\", for=127.0.0.1;proto=http\r\n")
            )
            #expect(text.contains("X-Forwarded-For: 192.0.2.1, 192.0.2.2, 127.0.0.1\r\n"))
            #expect(text.contains("X-Forwarded-Proto: https\r\n"))
            #expect(text.contains("X-Forwarded-Host: a.test\r\n"))
            #expect(!text.contains("X-Forwarded-Proto: http\r\n"))
        }
    }

    @Test(arguments: [
        ("GET http://b.test:81/x?y HTTP/1.1\r\nHost: a\r\n", "GET /x?y HTTP/1.1\r\nHost: b.test:81\r\n"),
        ("GET http://b.test?y HTTP/1.1\r\nHost: a\r\n", "GET /?y HTTP/1.1\r\nHost: b.test\r\n"),
        ("GET http://b.test HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: b.test\r\n"),
        ("OPTIONS http://b.test HTTP/1.1\r\nHost: a\r\n", "OPTIONS * HTTP/1.1\r\nHost: b.test\r\n"),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n"),
        ("GET / HTTP/1.0\r\n", "GET / HTTP/1.1\r\nHost: us-east.example.test\r\n"),
    ])
    func targetsReachTheServerInOriginForm(request: String, forwarded: String) async throws {
        let server = try await echo()
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("\(request)\r\n")
            let text = try await connection.response().text
            #expect(text.hasPrefix(forwarded), "\(text)")
        }
    }

    @Test func bodiesReachTheServerInBothFramings() async throws {
        let server = try await echo()
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try await connection.response().text.hasSuffix("Content-Length: 5\r\n\r\nhello"))
            try await connection.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n"
            )
            try await connection.send("0002\r\nde\r\n0\r\nX-T: 1\r\nContent-Length: 9\r\n\r\n")
            let text = try await connection.response().text
            #expect(
                text.contains("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n"),
                "\(text)"
            )
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(try await connection.response().text.contains("Content-Length: 0\r\n\r\n"))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-T: u\r\n\r\n", "ab", "X-T: u\r\n"),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab", "ab", ""),
        ("HTTP/1.0 200 OK\r\n\r\nab", "ab", ""),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "ab", ""),
        ("HTTP/1.1 204 No Content\r\n\r\n", "", ""),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "", ""),
        ("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "", ""),
    ])
    func theClientsConnectionOutlivesEachResponse(response: String, body: String, trailers: String) async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply(response)
            if response.contains("close") || response.contains("HTTP/1.0") { connection.close() }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            for _ in 0..<3 {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                var answer = try await connection.response()
                #expect(answer.text == body)
                #expect(answer.trailers == trailers)
                if answer.status == 103 {
                    answer = try await connection.response()
                    #expect(answer.text == "ab")
                }
                #expect(answer.field("Connection") == nil)
            }
        }
    }

    @Test func headResponsesHaveNoBody() async throws {
        let server = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                connection.reply(
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (head.hasPrefix("HEAD") ? "" : "hello")
                )
            }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try await connection.response(to: .head)
            #expect(head.field("Content-Length") == "5")
            #expect(try await connection.response().text == "hello")
        }
        #expect(server.connectionCount == 1)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let server = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                let path = String(head.split(separator: " ")[1])
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
            }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send(
                (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
            )
            for number in 0..<50 { #expect(try await connection.response().text == "/\(number)") }
        }
        #expect(server.connectionCount == 1)
    }

    @Test func connectionsToServersAreReusedAcrossClients() async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            for _ in 0..<20 { #expect(try await fixture.get().text == "x") }
            #expect(fixture.proxy.counters.requests == 20)
            #expect(fixture.proxy.counters.connects + fixture.proxy.counters.reuses == 20)
            // One for each event loop at most.
            #expect(fixture.proxy.counters.connects <= 4)
        }
    }

    @Test func http10ClientsGetWhatTheyUnderstand() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let text = try await connection.waitForClose()
            #expect(text.hasSuffix("Connection: close\r\n\r\nab"), "\(text)")
            #expect(!text.contains("Transfer-Encoding"))
        }
        let plain = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: plain.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            for _ in 0..<2 {
                try await connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try await connection.response().field("Connection") == "keep-alive")
            }
            try await connection.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await connection.waitForClose().hasSuffix("Connection: close\r\n\r\nx"))
        }
    }

    @Test func aCloseThatWasAskedForComes() async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await connection.waitForClose().hasSuffix("Connection: close\r\n\r\nx"))
        }
    }

    @Test(arguments: ["CONNECT a:1 HTTP/1.1", "TRACE / HTTP/1.1"])
    func methodsThatAreNotForGatewaysAreRefused(line: String) async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("\(line)\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().status == 501)
            #expect(fixture.proxy.counters.refusals == [.methodNotImplemented: 1])
        }
        #expect(server.connectionCount == 0)
    }
}

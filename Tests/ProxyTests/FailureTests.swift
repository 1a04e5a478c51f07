import NIOCore
import Testing

@testable import Proxy

@Suite("Failures of servers and clients")
struct FailureTests {
    @Test func aFailedConnectionIsTriedOnAnotherServer() async throws {
        let server = try await ScriptedServer.answering("x")
        // Port 1 refuses.
        try await ProxyFixture.with([.init(port: 1, weight: 100), .init(port: server.port)]) { (fixture) async throws in
            for _ in 0..<10 { #expect(try await fixture.get().text == "x") }
            #expect(fixture.proxy.counters.retries >= 9)
        }
    }

    @Test func afterTwoFurtherServersTheClientHears502() async throws {
        try await ProxyFixture.with((1...5).map { .init(port: $0) }) { (fixture) async throws in
            #expect(try await fixture.get().status == 502)
            #expect(fixture.proxy.counters.retries == 2)
            #expect(fixture.proxy.counters.refusals == [.connectFailed: 1])
        }
    }

    /// Answers the first request of a connection and closes it at the second.
    private func answeringOnce() async throws -> ScriptedServer {
        try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            if connection.answered > 1 { return connection.close() }
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        }
    }

    @Test func aReusedConnectionThatDiesIsReplaced() async throws {
        let server = try await answeringOnce()
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            for _ in 0..<5 {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.response().status == 200)
            }
            #expect(fixture.proxy.counters.retries == 4)
            // What may have had an effect is not sent twice.
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(try await connection.response().status == 502)
            #expect(fixture.proxy.counters.refusals == [.upstreamClosed: 1])
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().status == 200)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le"])
    func aFreshConnectionThatClosesGives502(partial: String) async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            if !partial.isEmpty { connection.reply(partial) }
            connection.close()
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            #expect(try await fixture.get().status == 502)
            #expect(server.connectionCount == 1)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 1\n\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "garbage\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
    ])
    func aResponseThatCannotBeUnderstoodGives502(response: String) async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply(response)
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            #expect(try await fixture.get().status == 502)
            #expect(fixture.proxy.counters.refusals == [.upstreamMalformed: 1])
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ])
    func aResponseBrokenOffBreaksTheClientsConnection(response: String) async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply(response)
            connection.close()
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let text = try await connection.waitForClose()
            #expect(!text.contains("0\r\n\r\n"))
            #expect(fixture.proxy.counters.upstreamAborts == 1)
        }
    }

    @Test func interimResponsesWithoutEndAreRefused() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            for _ in 0..<100 { connection.reply("HTTP/1.1 102 Processing\r\n\r\n") }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
            #expect(try await connection.waitForClose().hasPrefix("HTTP/1.1 502 "))
            #expect(fixture.proxy.counters.refusals == [.upstreamMalformed: 1])
        }
    }

    @Test func octetsBehindAResponseEndTheConnectionToTheServer() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            )
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            for number in 1...3 {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.response().text == "x")
                #expect(server.connectionCount == number)
            }
        }
    }

    @Test func anIdleConnectionOnWhichOctetsComeIsNotUsed() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            if connection.number == 1 { connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil") }
        }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().text == "x")
            try await eventually { server.closedCount == 1 }
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().text == "x")
            #expect(server.connectionCount == 2)
        }
    }

    @Test func aClientThatLeavesCancelsItsRequest() async throws {
        let server = try await ScriptedServer.start { _ in }
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { server.connectionCount == 1 }
            try await connection.close()
            try await eventually { server.closedCount == 1 }
            #expect(fixture.proxy.counters.clientAborts == 1)
        }
    }

    @Test func aServerThatDoesNotAnswerInTimeGives504() async throws {
        let server = try await ScriptedServer.start { _ in }
        var limits = ProxyLimits()
        limits.responseHead = .milliseconds(100)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            #expect(try await fixture.get().status == 504)
            #expect(fixture.proxy.counters.refusals == [.responseTimeout: 1])
            try await eventually { server.closedCount == 1 }
        }
    }

    @Test func aClientThatIsSlowIsNotWaitedForLong() async throws {
        let server = try await ScriptedServer.start { _ in }
        var limits = ProxyLimits()
        limits.requestHead = .seconds(3)
        limits.stalledBody = .seconds(3)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            let head = try await fixture.connect()
            try await head.send("GET / HTT")
            let body = try await fixture.connect()
            try await body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
            let silent = try await fixture.connect()
            #expect(try await head.waitForClose().hasPrefix("HTTP/1.1 408 "))
            #expect(try await body.waitForClose().hasPrefix("HTTP/1.1 408 "))
            #expect(try await silent.waitForClose() == "")
            #expect(fixture.proxy.counters.refusals == [.requestTimeout: 2])
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        let server = try await ScriptedServer.answering("x")
        var limits = ProxyLimits()
        limits.keepAlive = .milliseconds(100)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().text == "x")
            #expect(try await connection.waitForClose() == "")
        }
    }

    @Test func aBodyThatStallsIsGivenUp() async throws {
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        }
        var limits = ProxyLimits()
        limits.stalledBody = .milliseconds(100)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.waitForClose().hasSuffix("\r\n\r\nabc"))
            try await eventually { server.closedCount == 1 }
        }
    }
}

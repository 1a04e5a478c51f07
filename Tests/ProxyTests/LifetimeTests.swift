import Addressing
import NIOCore
import NIOPosix
import Testing
import ZoneFile

@testable import Proxy

@Suite("Lifetimes")
struct LifetimeTests {
    @Test func aStopLetsRequestsEndAndIdleConnectionsGo() async throws {
        let release = Counter()
        let server = try await ScriptedServer.start { connection in
            guard let head = connection.takeHead() else { return }
            if head.hasPrefix("GET /slow") { return connection.answer(once: { release.value > 0 }, "slow") }
            connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        }
        var limits = ProxyLimits()
        limits.stop = .seconds(20)
        let proxy = try await RegionProxy.start(
            region: ProxyFixture.region,
            pools: [ProxyFixture.pool([.init(port: server.port)])],
            listen: [Endpoint(IPAddress(v4: 0x7f00_0001), port: 0)],
            on: .singleton,
            limits: limits,
            logger: ProxyFixture.silentLogger
        )
        let fixture = ProxyFixture(proxy: proxy)
        let idle = try await fixture.connect()
        try await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await idle.response()
        let slow = try await fixture.connect()
        try await slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        try await eventually { proxy.counters.requests == 2 }
        let stopping = Task { await proxy.stop() }
        #expect(try await idle.waitForClose() == "")
        release.add(1)
        #expect(try await slow.waitForClose().hasSuffix("Connection: close\r\n\r\nslow"))
        await stopping.value
        try await eventually { server.closedCount == server.connectionCount }
    }

    @Test func anUpdateThatCannotBeMeansNothing() async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let bad = try ProxyFixture.pool([.init(port: 1)], check: .http(port: nil, path: "no path"))
            #expect(throws: RegionProxyError.self) { try fixture.proxy.update(pools: [bad]) }
            #expect(try await fixture.get().text == "x")
        }
    }

    @Test func idleConnectionsToServersGrowOldAndAreClosed() async throws {
        let server = try await ScriptedServer.answering("x")
        var limits = ProxyLimits()
        limits.idleUpstream = .milliseconds(100)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            #expect(try await fixture.get().text == "x")
            try await eventually { server.closedCount == 1 }
            #expect(try await fixture.get().text == "x")
            #expect(fixture.proxy.counters.connects == 2)
        }
    }

    @Test func idleConnectionsToServersThatVanishAreClosed() async throws {
        let server = try await ScriptedServer.answering("x")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            #expect(try await fixture.get().text == "x")
            try fixture.proxy.update(pools: [ProxyFixture.pool([.init(port: 1)])])
            try await eventually { server.closedCount == 1 }
        }
    }

    /// Of some of these sizes a part is still with the proxy when the server has finished.
    @Test(arguments: [200_000, 300_000, 350_000, 400_000, 450_000, 500_000, 600_000])
    func aSlowReaderGetsAllOfALastResponse(size: Int) async throws {
        let body = ByteBuffer(repeating: UInt8(ascii: "m"), count: size)
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.0 200 OK\r\n\r\n")
            connection.writeAndFlush(body) { connection.close() }
        }
        var limits = ProxyLimits()
        limits.linger = .milliseconds(1)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            let connection = try await fixture.connect(reads: false, receiveBuffer: 4096)
            try await connection.send("GET / HTTP/1.0\r\n\r\n")
            try await Task.sleep(for: .milliseconds(300))
            try await connection.startReading()
            _ = try await connection.waitForClose()
            #expect(connection.receivedCount > size)
        }
    }

    /// Octets that come when the socket is closed already would have the kernel discard what it has not delivered.
    @Test(arguments: [200_000, 400_000, 600_000])
    func aClientThatSendsMoreLosesNothingOfALastResponse(size: Int) async throws {
        let body = ByteBuffer(repeating: UInt8(ascii: "m"), count: size)
        let server = try await ScriptedServer.start { connection in
            guard connection.takeHead() != nil else { return }
            connection.reply("HTTP/1.0 200 OK\r\n\r\n")
            connection.writeAndFlush(body) { connection.close() }
        }
        var limits = ProxyLimits()
        limits.linger = .milliseconds(1)
        try await ProxyFixture.with([.init(port: server.port)], limits: limits) { (fixture) async throws in
            let connection = try await fixture.connect(reads: false, receiveBuffer: 4096)
            try await connection.send("GET / HTTP/1.0\r\n\r\n")
            try await Task.sleep(for: .milliseconds(300))
            for _ in 0..<3 { try await connection.send("more that nobody reads") }
            try await connection.startReading()
            _ = try await connection.waitForClose()
            #expect(connection.receivedCount > size)
        }
    }

    @Test func answersOfTheProxyDoNotOutrunAClientThatDoesNotRead() async throws {
        let path = "/lb-health?" + String(repeating: "x", count: 1000)
        let request = "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
        let pools = (0..<100).map { ProxyFixture.Server(port: UInt16($0 + 1)) }
        try await ProxyFixture.with(
            pools: pools.map { try ProxyFixture.pool([$0], service: "s\($0.port)") }
        ) { (fixture) async throws in
            let connection = try await fixture.connect(reads: false, receiveBuffer: 4096)
            let requests = Array(String(repeating: request, count: 20_000).utf8)
            let sender = Task { try await connection.send(requests) }
            try await eventually { fixture.proxy.counters.requests > 0 }
            // 20,000 answers of 7 kilobytes would be 140 megabytes.
            var before: UInt64 = 0
            repeat {
                before = fixture.proxy.counters.requests
                try await Task.sleep(for: .milliseconds(500))
            } while fixture.proxy.counters.requests != before && before < 10_000
            #expect((1..<2000).contains(before))
            try await connection.close()
            _ = await sender.result
        }
    }
}

extension ScriptedServer.Connection {
    /// Answers as soon as `condition` holds.
    func answer(once condition: @escaping @Sendable () -> Bool, _ body: String) {
        guard condition() else { return later { self.answer(once: condition, body) } }
        reply("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}

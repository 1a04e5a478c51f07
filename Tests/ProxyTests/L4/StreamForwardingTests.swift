import Addressing
import Balancing
import NIOCore
import Testing
import ZoneFile

@testable import Proxy

@Suite("Connections passed on octet for octet")
struct StreamForwardingTests {
    /// Runs `body` with a proxy that has a pool of the mode `tcp` at the port given to it.
    private static func with(
        _ servers: [ProxyFixture.Server],
        check: CheckTarget = .none,
        proxyProtocol: PoolTransport.ProxyProtocol? = nil,
        limits: ProxyLimits = ProxyLimits(),
        peers: [IPPrefix] = [],
        _ body: (_ port: UInt16, ProxyFixture) async throws -> Void
    ) async throws {
        let port = try await FreePort.find()
        let pool = try ProxyFixture.pool(
            servers,
            check: check,
            service: "db",
            transport: PoolTransport(mode: .tcp, port: port, proxyProtocol: proxyProtocol)
        )
        try await ProxyFixture.with(pools: [pool], limits: limits, proxyHeaderPeers: peers) { fixture in
            try await body(port, fixture)
        }
    }

    private static func echo() async throws -> ScriptedServer {
        try await .start { connection in
            connection.reply(connection.received)
            connection.received.clear()
        }
    }

    @Test func octetsPassBothWaysUnread() async throws {
        let server = try await Self.echo()
        try await Self.with([.init(port: server.port)]) { port, fixture in
            let connection = try await TestConnection.connect(to: port)
            let octets = (0...255).map { UInt8($0) }
            try await connection.send(octets)
            let received = try await connection.wait { received, _ in received.count == 256 ? received : nil }
            #expect(received == octets)
            try await connection.close()
            try await eventually { server.closedCount == 1 }
            // No pool of the mode http is there for HTTP.
            #expect(try await fixture.get().status == 503)
        }
        try await server.stop()
    }

    @Test func aMegabyteOfEachPassesAndASlowReaderHoldsTheOtherBack() async throws {
        let server = try await Self.echo()
        try await Self.with([.init(port: server.port)]) { port, _ in
            let connection = try await TestConnection.connect(to: port, reads: false, receiveBuffer: 4096)
            let piece = [UInt8](repeating: 7, count: 65_536)
            for _ in 0..<32 { try await connection.send(piece) }
            try await connection.startReading()
            try await eventually { connection.receivedCount == 32 * 65_536 }
            try await connection.close()
        }
        try await server.stop()
    }

    @Test func aClientThatHasSaidAllStillHearsTheAnswer() async throws {
        // Answers only when the client has ended.
        let server = try await ScriptedServer.start(
            halfCloses: true,
            whenEnded: { connection in
                connection.reply("got \(connection.received.readableBytes)")
                connection.close()
            }
        ) { _ in }
        try await Self.with([.init(port: server.port)]) { port, _ in
            let connection = try await TestConnection.connect(to: port)
            try await connection.send("hello")
            try await connection.endOutput()
            #expect(try await connection.waitForClose() == "got 5")
        }
        try await server.stop()
    }

    @Test func whatAServerSaysBeforeItClosesArrives() async throws {
        let server = try await ScriptedServer.start { connection in
            connection.reply("bye")
            connection.close()
        }
        try await Self.with([.init(port: server.port)]) { port, _ in
            let connection = try await TestConnection.connect(to: port)
            try await connection.send("x")
            #expect(try await connection.waitForClose() == "bye")
        }
        try await server.stop()
    }

    @Test func aServerThatDoesNotAcceptIsPassedOver() async throws {
        let server = try await Self.echo()
        let dead = try await FreePort.find()
        try await Self.with([.init(port: dead), .init(port: server.port)]) { port, fixture in
            for _ in 0..<4 {
                let connection = try await TestConnection.connect(to: port)
                try await connection.send("x")
                try await connection.wait(for: "x")
                try await connection.close()
            }
            #expect(fixture.proxy.counters.retries > 0)
        }
        try await server.stop()
    }

    @Test func withoutAServerTheConnectionIsClosedAndCounted() async throws {
        let dead = try await FreePort.find()
        try await Self.with([.init(port: dead)]) { port, fixture in
            let connection = try await TestConnection.connect(to: port)
            #expect(try await connection.waitForClose().isEmpty)
            #expect(fixture.proxy.counters.breakOffs[.noServer] == 1)
        }
    }

    @Test func aClientThatVanishesEndsItsServersConnection() async throws {
        let server = try await Self.echo()
        try await Self.with([.init(port: server.port)]) { port, _ in
            let connection = try await TestConnection.connect(to: port)
            try await connection.send("x")
            try await connection.wait(for: "x")
            try await connection.reset()
            try await eventually { server.closedCount == 1 }
        }
        try await server.stop()
    }

    @Test func whatIsIdleIsClosedAndCounted() async throws {
        let server = try await Self.echo()
        var limits = ProxyLimits()
        limits.idleTunnel = .milliseconds(50)
        try await Self.with([.init(port: server.port)], limits: limits) { port, fixture in
            let connection = try await TestConnection.connect(to: port)
            #expect(try await connection.waitForClose().isEmpty)
            #expect(fixture.proxy.counters.breakOffs[.idle] == 1)
        }
        try await server.stop()
    }

    @Test func theServerIsToldWhoTheClientIs() async throws {
        let server = try await Self.echo()
        try await Self.with(
            [.init(port: server.port)],
            proxyProtocol: .v1,
            peers: IPPrefix.loopback
        ) { port, _ in
            let connection = try await TestConnection.connect(to: port)
            try await connection.send("PROXY TCP4 192.0.2.1 198.51.100.7 1 2\r\nhello")
            try await connection.wait(for: "PROXY TCP4 192.0.2.1 198.51.100.7 1 2\r\nhello")
            try await connection.close()
            let other = try await TestConnection.connect(to: port)
            try await other.send("hello")
            #expect(try await other.waitForClose().isEmpty)
        }
        try await server.stop()
    }

    @Test func listenersComeAndGoWithTheirPools() async throws {
        let server = try await Self.echo()
        try await Self.with([.init(port: server.port)]) { port, fixture in
            let open = try await TestConnection.connect(to: port)
            try await open.send("a")
            try await open.wait(for: "a")
            let other = try await FreePort.find()
            let moved = try ProxyFixture.pool(
                [.init(port: server.port)],
                service: "db",
                transport: PoolTransport(mode: .tcp, port: other)
            )
            try fixture.proxy.update(pools: [moved])
            try await eventually { (try? await TestConnection.connect(to: other)) != nil }
            try await eventually { (try? await TestConnection.connect(to: port)) == nil }
            // What was open is not touched.
            try await open.send("b")
            try await open.wait(for: "ab")
            try await open.close()
        }
        try await server.stop()
    }

    @Test func aServerThatLeftIsGivenUpWhenItsDrainIsOver() async throws {
        let first = try await Self.echo()
        let second = try await Self.echo()
        try await Self.with([.init(port: first.port)]) { port, fixture in
            let connection = try await TestConnection.connect(to: port)
            try await connection.send("a")
            try await connection.wait(for: "a")
            var pool = try ProxyFixture.pool(
                [.init(port: second.port)],
                service: "db",
                transport: PoolTransport(mode: .tcp, port: port)
            )
            try fixture.proxy.update(pools: [pool])
            try await connection.send("b")
            try await connection.wait(for: "ab")
            #expect(second.connectionCount == 0)
            pool.record.drain = .milliseconds(1)
            try fixture.proxy.update(pools: [pool])
            #expect(try await connection.waitForClose() == "ab")
            #expect(fixture.proxy.counters.drainOverruns == 1)
        }
    }

    @Test func aClientKeepsItsServerWhereItsAddressIsHashed() async throws {
        let servers = [try await Self.echo(), try await Self.echo(), try await Self.echo()]
        let port = try await FreePort.find()
        var pool = try ProxyFixture.pool(
            servers.map { .init(port: $0.port) },
            service: "db",
            transport: PoolTransport(mode: .tcp, port: port)
        )
        pool.record.balance = .sourceHash
        try await ProxyFixture.with(pools: [pool]) { _ in
            for count in 1...6 {
                let connection = try await TestConnection.connect(to: port)
                try await connection.send("x")
                try await connection.wait(for: "x")
                #expect(servers.map(\.connectionCount).sorted() == [0, 0, count])
                try await connection.close()
            }
        }
    }

    @Test func whereServersAreFullConnectionsWaitInLine() async throws {
        let server = try await Self.echo()
        let port = try await FreePort.find()
        var pool = try ProxyFixture.pool(
            [.init(port: server.port)],
            service: "db",
            transport: PoolTransport(mode: .tcp, port: port)
        )
        pool.record.maximumConnections = 1
        pool.record.queue = 2
        try await ProxyFixture.with(pools: [pool]) { fixture in
            func echoes(_ connection: TestConnection, _ text: String) async throws {
                try await connection.send(text)
                try await connection.wait(for: text)
            }
            let first = try await TestConnection.connect(to: port)
            try await echoes(first, "first")
            // What it says is not read before it has a server.
            let second = try await TestConnection.connect(to: port)
            try await second.send("second")
            try await eventually { fixture.proxy.health.pools.first?.waiting == 1 }
            let third = try await TestConnection.connect(to: port)
            try await eventually { fixture.proxy.health.pools.first?.waiting == 2 }
            let fourth = try await TestConnection.connect(to: port)
            #expect(try await fourth.waitForClose().isEmpty)
            #expect(fixture.proxy.counters.breakOffs == [.poolFull: 1])
            // One that goes leaves the line.
            try await third.reset()
            try await eventually { fixture.proxy.health.pools.first?.waiting == 1 }
            #expect(second.receivedCount == 0 && server.connectionCount == 1)
            try await first.close()
            try await second.wait(for: "second")
            #expect(server.connectionCount == 2)
            try await second.close()
            try await eventually { fixture.proxy.health.pools.first?.status.requests == 0 }
        }
        try await server.stop()
    }

    @Test func theLineHasAnEnd() async throws {
        let server = try await Self.echo()
        let port = try await FreePort.find()
        var pool = try ProxyFixture.pool(
            [.init(port: server.port)],
            service: "db",
            transport: PoolTransport(mode: .tcp, port: port)
        )
        pool.record.maximumConnections = 1
        pool.record.queueTimeout = .milliseconds(50)
        try await ProxyFixture.with(pools: [pool]) { fixture in
            let first = try await TestConnection.connect(to: port)
            try await first.send("a")
            try await first.wait(for: "a")
            let second = try await TestConnection.connect(to: port)
            #expect(try await second.waitForClose().isEmpty)
            #expect(fixture.proxy.counters.breakOffs == [.queueTimeout: 1])
            #expect(fixture.proxy.health.pools.first?.counts.timedOut == 1)
            try await first.send("b")
            try await first.wait(for: "ab")
            try await first.close()
        }
        try await server.stop()
    }
}

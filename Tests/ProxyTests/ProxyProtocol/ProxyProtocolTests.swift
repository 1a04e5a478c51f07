import Addressing
import NIOCore
import Testing
import ZoneFile

@testable import Proxy

@Suite("PROXY protocol")
struct ProxyProtocolTests {
    private static let loopback = IPPrefix.loopback

    /// A server that answers with the head it got.
    private static func reflecting() async throws -> ScriptedServer {
        try await .start { connection in
            while let head = connection.takeHead() {
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)")
            }
        }
    }

    @Test func aListedPeerSaysWhoTheClientIs() async throws {
        let server = try await Self.reflecting()
        let pool = try ProxyFixture.pool([.init(port: server.port)])
        try await ProxyFixture.with(pools: [pool], proxyHeaderPeers: Self.loopback) { fixture in
            let connection = try await fixture.connect()
            try await connection.send("PROXY TCP4 192.0.2.1 198.51.100.7 5")
            try await connection.send("6324 443\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().text.contains("X-Forwarded-For: 192.0.2.1\r\n"))
            // The header is that of the connection.
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().text.contains("X-Forwarded-For: 192.0.2.1\r\n"))
            try await connection.close()
        }
        try await server.stop()
    }

    @Test func aHealthCheckOfTheListedPeerSpeaksForItself() async throws {
        let server = try await Self.reflecting()
        let pool = try ProxyFixture.pool([.init(port: server.port)])
        try await ProxyFixture.with(pools: [pool], proxyHeaderPeers: Self.loopback) { fixture in
            let connection = try await fixture.connect()
            try await connection.send("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().text.contains("X-Forwarded-For: 127.0.0.1\r\n"))
            try await connection.close()
        }
        try await server.stop()
    }

    @Test func aListedPeerWithoutAHeaderIsClosedWithoutAWord() async throws {
        let server = try await Self.reflecting()
        let pool = try ProxyFixture.pool([.init(port: server.port)])
        try await ProxyFixture.with(pools: [pool], proxyHeaderPeers: Self.loopback) { fixture in
            let connection = try await fixture.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.waitForClose().isEmpty)
            #expect(fixture.proxy.counters.breakOffs == [.proxyHeaderMalformed: 1])
            #expect(fixture.proxy.counters.requests == 0)
        }
        try await server.stop()
    }

    @Test func anUnlistedPeerIsNotBelieved() async throws {
        let server = try await Self.reflecting()
        let pool = try ProxyFixture.pool([.init(port: server.port)])
        let others = [IPPrefix("192.0.2.0/24")].compactMap { $0 }
        try await ProxyFixture.with(pools: [pool], proxyHeaderPeers: others) { fixture in
            let connection = try await fixture.connect()
            try await connection.send("PROXY TCP4 192.0.2.1 198.51.100.7 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.waitForClose().hasPrefix("HTTP/1.1 400 "))
        }
        try await server.stop()
    }

    @Test(arguments: PoolTransport.ProxyProtocol.allCases)
    func aPoolsServersAreToldWhoTheClientIs(version: PoolTransport.ProxyProtocol) async throws {
        // Answers with the source in the header, or `none`, and counts its connections.
        let server = try await ScriptedServer.start { connection in
            if connection.answered == 0, connection.source.isEmpty {
                let octets = Array(connection.received.readableBytesView)
                guard let (header, count) = try? ProxyHeader.parse(octets.span) else { return }
                connection.source = header.addresses.map { "\($0.source.address)" } ?? "none"
                connection.received.moveReaderIndex(forwardBy: count)
            }
            while connection.takeHead() != nil {
                let body = connection.source
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
        let pool = try ProxyFixture.pool(
            [.init(port: server.port)],
            transport: PoolTransport(proxyProtocol: version)
        )
        try await ProxyFixture.with(pools: [pool], proxyHeaderPeers: Self.loopback) { fixture in
            for client in ["192.0.2.1", "192.0.2.2"] {
                let connection = try await fixture.connect()
                try await connection.send("PROXY TCP4 \(client) 198.51.100.7 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.response().text == client)
                try await connection.close()
            }
            // A connection that named one client carries no request of another.
            #expect(server.connectionCount == 2)
        }
        try await server.stop()
    }
}

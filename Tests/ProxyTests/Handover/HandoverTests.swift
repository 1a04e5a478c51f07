import Addressing
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Telemetry
import Testing
import ZoneFile

@testable import Proxy

@Suite("Hand-over of listening sockets")
struct HandoverTests {
    @Test func aMessageNamesItsSockets() throws {
        let sockets = [
            ListeningSocket(.tcp, try #require(Endpoint("192.0.2.1:80"))),
            ListeningSocket(.udp, try #require(Endpoint("[2001:db8::1]:53"))),
        ]
        let text = HandoverMessage.text(sockets)
        #expect(text == "tern-hand-over 1\ntcp 192.0.2.1:80\nudp [2001:db8::1]:53\n")
        #expect(HandoverMessage.sockets(text) == sockets)
        #expect(HandoverMessage.sockets(HandoverMessage.text([])) == [])
    }

    @Test(arguments: [
        "", "\n", "tern-hand-over 1", "tern-hand-over 2\n", "tern-hand-over 1\ntcp 192.0.2.1:80",
        "tern-hand-over 1\ntcp 192.0.2.1\n", "tern-hand-over 1\nsctp 192.0.2.1:80\n", "tern-hand-over 1\n\n",
        "tern-hand-over 1\ntcp 192.0.2.1:80 x\n",
    ])
    func anythingElseIsNone(text: String) {
        #expect(HandoverMessage.sockets(text) == nil)
    }

    @Test func withoutAProcessThereIsNothingToTakeOver() throws {
        #expect(try HandoverClient(path: "/tmp/tern-no-such-socket") == nil)
        #expect(throws: RegionProxyError.self) {
            _ = try HandoverClient(path: "/tmp/" + String(repeating: "x", count: 200))
        }
    }

    @Test func aSecondProxyServesAtTheSameSocketAndTheFirstEnds() async throws {
        let server = try await ScriptedServer.answering("x")
        let path = NSTemporaryDirectory() + "tern-\(UInt64.random(in: 0...UInt64.max))"
        let echo = try await ScriptedServer.start { connection in
            connection.reply(connection.received)
            connection.received.clear()
        }
        let peer = try await DatagramPeer(name: "a")
        let (stream, datagram) = (try await FreePort.find(), try await FreePort.find())
        let pools = [
            try ProxyFixture.pool([.init(port: server.port)]),
            try ProxyFixture.pool(
                [.init(port: echo.port)],
                service: "db",
                transport: PoolTransport(mode: .tcp, port: stream)
            ),
            try ProxyFixture.pool(
                [.init(port: peer.port)],
                service: "dns",
                transport: PoolTransport(mode: .udp, port: datagram)
            ),
        ]
        try await ProxyFixture.with(pools: pools) { first in
            try await first.proxy.offerHandover(at: path)
            // One that looks and goes takes nothing.
            let visitor = try HandoverClient(path: path)
            #expect(visitor?.sockets.count == 3)
            visitor?.sockets.values.forEach { _ = close($0) }
            #expect(try await first.get().status == 200)

            let held = try await first.connect()
            try await held.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await held.response().status == 200)

            let relayed = try await TestConnection.connect(to: stream)
            try await relayed.send("a")
            try await relayed.wait(for: "a")

            var limits = ProxyLimits()
            limits.stop = .milliseconds(100)
            let second = try await RegionProxy.start(
                region: ProxyFixture.region,
                pools: pools,
                listen: first.proxy.endpoints,
                on: .singleton,
                limits: limits,
                predecessor: try HandoverClient(path: path),
                logger: ProxyFixture.silentLogger
            )
            #expect(await first.proxy.waitForHandover())
            let end = Task { await first.proxy.stop() }
            #expect(second.endpoints == first.proxy.endpoints)
            try await eventually { try await first.get().status == 200 && second.counters.requests > 0 }
            // Both that are passed on octet for octet: what is open stays, what is new is served by the second.
            try await relayed.send("b")
            try await relayed.wait(for: "ab")
            try await relayed.close()
            // A connection that waited for a request still carries one, and then ends.
            try await held.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let last = try await held.response()
            #expect(last.status == 200 && last.field("Connection") == "close")
            await end.value
            #expect(try await first.get().status == 200)
            let other = try await TestConnection.connect(to: stream)
            try await other.send("c")
            try await other.wait(for: "c")
            try await other.close()
            let client = try await DatagramPeer()
            try await client.send("d", to: datagram)
            try await eventually { client.received.withLock { !$0.isEmpty } }
            try await client.close()
            await second.stop()
        }
        unsafe unlink(path)
        try await echo.stop()
        try await peer.close()
        try await server.stop()
    }

    @Test func aTunnelOutlivesItsListener() async throws {
        // Switches protocols, then gives back what it gets.
        let server = try await ScriptedServer.start { connection in
            if connection.answered == 0 {
                guard connection.takeHead() != nil else { return }
                connection.reply(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
                )
            }
            let octets = connection.received
            connection.received.clear()
            if octets.readableBytes > 0 { connection.reply(octets) }
        }
        let path = NSTemporaryDirectory() + "tern-\(UInt64.random(in: 0...UInt64.max))"
        let pools = [try ProxyFixture.pool([.init(port: server.port)])]
        try await ProxyFixture.with(pools: pools) { first in
            try await first.proxy.offerHandover(at: path)
            let socket = try await first.connect()
            try await socket.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            #expect(try await socket.response().status == 101)
            try await socket.send("before")
            try await socket.wait(for: "before")
            let second = try await RegionProxy.start(
                region: ProxyFixture.region,
                pools: pools,
                listen: first.proxy.endpoints,
                on: .singleton,
                predecessor: try HandoverClient(path: path),
                logger: ProxyFixture.silentLogger
            )
            #expect(await first.proxy.waitForHandover())
            let end = Task { await first.proxy.stop() }
            for round in 1...3 {
                try await socket.send("after \(round)")
                try await socket.wait(for: "after \(round)")
                #expect(second.counters.clients == 0)
            }
            // The process before stays for it, and ends when it ends.
            #expect((await first.proxy.stateReport()).load.activeConnections == 1)
            try await socket.close()
            await end.value
            await second.stop()
        }
        unsafe unlink(path)
        try await server.stop()
    }
}

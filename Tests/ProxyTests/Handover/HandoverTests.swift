import Addressing
import Foundation
import NIOPosix
import Testing

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
        let pool = try ProxyFixture.pool([.init(port: server.port)])
        try await ProxyFixture.with(pools: [pool]) { first in
            try await first.proxy.offerHandover(at: path)
            // One that looks and goes takes nothing.
            let visitor = try HandoverClient(path: path)
            #expect(visitor?.sockets.count == 1)
            visitor?.sockets.values.forEach { _ = close($0) }
            #expect(try await first.get().status == 200)

            let held = try await first.connect()
            try await held.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await held.response().status == 200)

            var limits = ProxyLimits()
            limits.stop = .milliseconds(100)
            let second = try await RegionProxy.start(
                region: ProxyFixture.region,
                pools: [pool],
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
            // A connection that waited for a request still carries one, and then ends.
            try await held.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let last = try await held.response()
            #expect(last.status == 200 && last.field("Connection") == "close")
            await end.value
            #expect(try await first.get().status == 200)
            await second.stop()
        }
        unsafe unlink(path)
        try await server.stop()
    }
}

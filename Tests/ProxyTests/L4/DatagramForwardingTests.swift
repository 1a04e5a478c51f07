import Addressing
import Synchronization
import Testing
import ZoneFile

@testable import Proxy

@Suite("Datagrams passed on")
struct DatagramForwardingTests {
    private static func with(
        _ servers: [UInt16],
        limits: ProxyLimits = ProxyLimits(),
        _ body: (_ port: UInt16, ProxyFixture) async throws -> Void
    ) async throws {
        let port = try await FreePort.find()
        let pool = try ProxyFixture.pool(
            servers.map { ProxyFixture.Server(port: $0) },
            service: "dns",
            transport: PoolTransport(mode: .udp, port: port)
        )
        try await ProxyFixture.with(pools: [pool], limits: limits) { try await body(port, $0) }
    }

    @Test func repliesFindTheirClientsAndAClientKeepsItsServer() async throws {
        let servers = [try await DatagramPeer(name: "a"), try await DatagramPeer(name: "b")]
        try await Self.with(servers.map(\.port)) { port, fixture in
            let clients = [try await DatagramPeer(), try await DatagramPeer()]
            for (number, client) in clients.enumerated() {
                for count in 1...3 {
                    try await client.send("\(number)", to: port)
                    try await eventually { client.received.withLock { $0.count } == count }
                }
                // Three replies from one server to one port, which is the flow's own.
                let replies = client.received.withLock { $0 }
                #expect(Set(replies).count == 1)
                #expect(replies[0].hasSuffix(" \(number)"))
            }
            let first = clients.map { $0.received.withLock { $0[0].prefix(1) } }
            #expect(Set(first) == ["a", "b"])
            #expect(fixture.proxy.counters.flows == 2)
            for client in clients { try await client.close() }
        }
        for server in servers { try await server.close() }
    }

    @Test func aFlowMovesToAnotherServerWhenTheDrainOfItsOwnIsOver() async throws {
        let first = try await DatagramPeer(name: "a")
        let second = try await DatagramPeer(name: "b")
        try await Self.with([first.port]) { port, fixture in
            let client = try await DatagramPeer()
            try await client.send("x", to: port)
            try await eventually { client.received.withLock { $0.count } == 1 }
            var pool = try ProxyFixture.pool(
                [.init(port: second.port)],
                service: "dns",
                transport: PoolTransport(mode: .udp, port: port)
            )
            try fixture.proxy.update(pools: [pool])
            try await client.send("y", to: port)
            try await eventually { client.received.withLock { $0.count } == 2 }
            #expect(client.received.withLock { $0.allSatisfy { $0.hasPrefix("a ") } })
            pool.record.drain = .milliseconds(1)
            try fixture.proxy.update(pools: [pool])
            try await eventually { fixture.proxy.counters.drainOverruns == 1 }
            try await client.send("z", to: port)
            try await eventually { client.received.withLock { $0.last?.hasPrefix("b ") } == true }
            try await client.close()
        }
        for server in [first, second] { try await server.close() }
    }

    @Test func flowsAreBoundedAndEndWhenIdle() async throws {
        let server = try await DatagramPeer(name: "a")
        var limits = ProxyLimits()
        limits.flows = 1
        limits.idleFlow = .milliseconds(200)
        try await Self.with([server.port], limits: limits) { port, fixture in
            let first = try await DatagramPeer()
            let second = try await DatagramPeer()
            try await first.send("x", to: port)
            try await eventually { first.received.withLock { $0.count } == 1 }
            try await second.send("y", to: port)
            // Once the first flow has ended there is room.
            try await eventually {
                try await second.send("z", to: port)
                return second.received.withLock { !$0.isEmpty }
            }
            #expect(fixture.proxy.counters.droppedDatagrams >= 1)
            #expect(server.received.withLock { !$0.contains("y") })
            try await first.close()
            try await second.close()
        }
        try await server.close()
    }

    @Test func aServerThatIsGoneCostsItsFlowOnly() async throws {
        let dead = try await FreePort.find()
        let server = try await DatagramPeer(name: "a")
        try await Self.with([dead, server.port]) { port, _ in
            let client = try await DatagramPeer()
            // The refusal ends the flow; another datagram begins one with the next server.
            try await eventually {
                try await client.send("x", to: port)
                return client.received.withLock { !$0.isEmpty }
            }
            try await client.close()
        }
        try await server.close()
    }
}

import Addressing
import DNSWire
import Logging
import NIOCore
import NIOPosix
import Testing
import ZoneFile

@testable import Proxy

@Suite("Discovery")
struct DiscoveryTests {
    private typealias Service = ScriptedNameServer.Service

    private func find(_ server: ScriptedNameServer) async throws -> Result<ServiceAnswer, DiscoveryError> {
        var client = NameServerClient(
            server: try SocketAddress(ipAddress: "127.0.0.1", port: Int(server.endpoint.port)),
            group: MultiThreadedEventLoopGroup.singleton
        )
        client.timeout = .milliseconds(500)
        return await Discoverer.find(try DomainName("_http._tcp.example.net."), client)
    }

    private func error(_ result: Result<ServiceAnswer, DiscoveryError>) -> DiscoveryError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test(arguments: [true, false])
    func priorityWeightPortAndAddressesAreFound(hasAdditional: Bool) async throws {
        let server = try await ScriptedNameServer.start(
            .init(
                services: [
                    Service(priority: 0, weight: 0, port: 8080, target: "a.example.net."),
                    Service(
                        priority: 9,
                        weight: 65_535,
                        port: 65_535,
                        target: "B.example.net.",
                        address: [10, 1, 2, 3]
                    ),
                ],
                ttl: 7,
                hasAdditional: hasAdditional
            )
        )
        let answer = try await find(server).get()
        #expect(answer.servers.map(\.priority) == [0, 9])
        #expect(answer.servers.map(\.weight) == [0, 65_535])
        #expect(answer.servers.map(\.port) == [8080, 65_535])
        #expect(answer.servers.map { $0.addresses.map(\.description) } == [["127.0.0.1"], ["10.1.2.3"]])
        #expect(answer.ttl == 7)
        // One query, or one and two for each name.
        #expect(server.queries.value == (hasAdditional ? 1 : 5))
        try await server.stop()
    }

    @Test func aTruncatedAnswerIsAskedForAgainOverTCP() async throws {
        let server = try await ScriptedNameServer.start(
            .init(services: (1...40).map { Service(port: $0, target: "app\($0).example.net.") }, truncates: true)
        )
        #expect(try await find(server).get().servers.count == 40)
        #expect(server.streamQueries.value == 1)
        try await server.stop()
    }

    @Test func whatIsNotTheResponseIsPassedOver() async throws {
        let server = try await ScriptedNameServer.start(.init(services: [Service(port: 80)], hasForgeries: true))
        #expect(try await find(server).get().servers.map(\.port) == [80])
        try await server.stop()
    }

    @Test func whatGivesNoServersIsAnError() async throws {
        let server = try await ScriptedNameServer.start(.init())
        #expect(error(try await find(server)) == .empty)
        server.change { $0.services = [Service(port: 80, target: "."), Service(port: 0)] }
        #expect(error(try await find(server)) == .empty)
        server.change { $0.services = [Service(port: 80, address: nil)] }
        #expect(error(try await find(server)) == .noAddress)
        server.change { $0.code = 3 }
        #expect(error(try await find(server)) == .refused(.nxDomain))
        server.change { $0.code = 2 }
        #expect(error(try await find(server)) == .refused(.servFail))
        server.change { $0.isSilent = true }
        #expect(error(try await find(server)) == .timeout)
        // A target without address does not take the others with it.
        server.change { script in
            script = .init(services: [Service(port: 80), Service(port: 81, target: "no.example.net.", address: nil)])
        }
        #expect(try await find(server).get().servers.map(\.port) == [80])
        try await server.stop()
    }

    @Test func aNameServerThatIsNotThereIsAnError() async throws {
        let server = try await ScriptedNameServer.start(.init())
        let endpoint = server.endpoint
        try await server.stop()
        var client = NameServerClient(
            server: try SocketAddress(ipAddress: "127.0.0.1", port: Int(endpoint.port)),
            group: MultiThreadedEventLoopGroup.singleton
        )
        client.timeout = .milliseconds(200)
        #expect(
            error(await Discoverer.find(try DomainName("a.example."), client)) == .unreachable("Connection refused")
        )
    }

    // MARK: - State

    @Test func theLastGoodSetStaysAndTheTTLHasAFloor() throws {
        var state = DiscoveryState(
            .init(
                name: try DomainName("a.example."),
                server: Endpoint(IPAddress(v4: 0x7F00_0001), port: 53),
                refresh: .seconds(30)
            )
        )
        func server(_ port: UInt16) throws -> PoolServer {
            PoolServer(priority: 0, weight: 1, port: port, target: try DomainName("a.example."), addresses: [])
        }
        #expect(state.failed(.timeout) == .seconds(1))
        #expect(state.succeeded([try server(1), try server(2)], ttl: 0) == (true, .seconds(1)))
        #expect(state.failure == nil)
        // Another order is the same set.
        #expect(state.succeeded([try server(2), try server(1)], ttl: 10) == (false, .seconds(10)))
        #expect(state.succeeded([try server(2)], ttl: 3600) == (true, .seconds(30)))
        let waits = (0..<7).map { _ in state.failed(.empty) }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        #expect(state.servers.map(\.port) == [2])
        #expect(state.failure == .empty)
    }

    // MARK: - In a proxy

    private func pool(_ server: ScriptedNameServer, check: CheckTarget = .none) throws -> PoolEntry {
        var pool = try ProxyFixture.pool([], check: check)
        pool.record.discovery = .init(
            name: try DomainName("_http._tcp.example.net."),
            server: server.endpoint,
            refresh: .seconds(1)
        )
        return pool
    }

    @Test func serversComeAndGoWithoutTouchingOthers() async throws {
        let first = try await ScriptedServer.start { connection in
            if connection.answered > 0, connection.received.readableBytes > 0 {
                // A tunnel sends back what it gets.
                let octets = connection.received
                connection.received.clear()
                return connection.reply(octets)
            }
            while let head = connection.takeHead() {
                guard head.contains("Upgrade") else {
                    connection.answered = 0
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
                    continue
                }
                connection.reply("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nopen")
            }
        }
        let second = try await ScriptedServer.answering("second")
        let names = try await ScriptedNameServer.start(.init(services: [Service(port: first.port)]))
        try await ProxyFixture.with(pools: [pool(names)]) { (fixture) async throws in
            #expect(await fixture.proxy.firstChecksEnded(within: .seconds(20)))
            try await eventually { try await fixture.get().text == "first" }
            let tunnel = try await fixture.connect()
            try await tunnel.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            try await tunnel.wait(for: "open")
            let kept = try await fixture.connect()
            try await kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await kept.response().text == "first")
            let connections = first.connectionCount
            // Another server joins: nothing of the first is closed or opened anew.
            names.change { $0.services.append(Service(port: second.port, target: "b.example.net.")) }
            try await eventually { try await fixture.get().text == "second" }
            try await tunnel.send("ping 1.")
            try await tunnel.wait(for: "ping 1.")
            #expect(first.closedCount == 0)
            // The first vanishes: no new requests there, the tunnel goes on, the client's connection too.
            names.change { $0.services.removeFirst() }
            try await eventually { fixture.proxy.health.pools.first?.total == 1 }
            for _ in 0..<4 {
                try await kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await kept.response().text == "second")
            }
            try await tunnel.send("ping 2.")
            try await tunnel.wait(for: "ping 2.")
            #expect(fixture.proxy.health.text.contains("1 draining"))
            #expect(first.connectionCount <= connections + 1)
            try await tunnel.close()
            try await eventually { first.closedCount == first.connectionCount }
        }
        try await names.stop()
    }

    @Test func whenNothingIsFoundTheLastGoodSetServesAndThatIsSaid() async throws {
        let server = try await ScriptedServer.answering("x")
        let names = try await ScriptedNameServer.start(.init(services: [Service(port: server.port)]))
        try await ProxyFixture.with(pools: [pool(names)]) { (fixture) async throws in
            try await eventually { try await fixture.get().text == "x" }
            for (code, reason) in [
                (0 as UInt8, "no servers are named"), (3, "the name server answered NXDOMAIN"),
                (2, "the name server answered SERVFAIL"),
            ] {
                names.change { $0 = .init(code: code) }
                try await eventually { fixture.proxy.health.text.contains("lookup of servers fails: \(reason)") }
                #expect(try await fixture.get().text == "x")
                #expect(try await fixture.get("/lb-health").status == 200)
            }
            names.change { $0 = .init(services: [Service(port: server.port)]) }
            try await eventually { !fixture.proxy.health.text.contains("lookup") }
        }
        try await names.stop()
    }

    /// Who waits for first results goes on to the checks of what was found, so these must be there.
    @Test func aResultCountsWhenItHasBeenTakenUp() async throws {
        let names = try await ScriptedNameServer.start(.init(services: [Service(port: 1)]))
        let directory = PoolDirectory(on: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test"))
        let (told, early) = (Counter(), Counter())
        directory.update([try pool(names)]) { [weak directory] isChanged in
            if directory?.hasAllResults == true { early.add(1) }
            if isChanged { told.add(1) }
        }
        try await eventually { directory.hasAllResults }
        #expect(told.value == 1 && early.value == 0)
        directory.stop()
        try await names.stop()
    }

    @Test func aServerThatIsFoundIsCheckedFirst() async throws {
        let release = Counter()
        let server = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                let isGood = !head.contains("tern-health") || release.value > 0
                connection.reply("HTTP/1.1 \(isGood ? "200 OK" : "503 No")\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let names = try await ScriptedNameServer.start(.init(services: [Service(port: server.port)]))
        let pool = try pool(names, check: .http(port: nil, path: "/health"))
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            #expect(await fixture.proxy.firstChecksEnded(within: .seconds(20)))
            #expect(fixture.proxy.health.pools.first?.total == 1)
            #expect(try await fixture.get().status == 503)
            release.add(1)
            try await eventually { try await fixture.get().status == 200 }
        }
        try await names.stop()
    }
}

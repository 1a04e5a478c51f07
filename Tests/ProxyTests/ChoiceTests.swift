import Addressing
import DNSWire
import Logging
import NIOPosix
import Testing
import ZoneFile

@testable import Proxy

@Suite("Choice of servers")
struct ChoiceTests {
    @Test func weightsHoldExactly() async throws {
        let five = try await ScriptedServer.answering("five")
        let three = try await ScriptedServer.answering("three")
        try await ProxyFixture.with([.init(port: five.port, weight: 5), .init(port: three.port, weight: 3)]) {
            (fixture) async throws in
            var counts: [String: Int] = [:]
            for _ in 0..<80 { counts[try await fixture.get().text, default: 0] += 1 }
            #expect(counts == ["five": 50, "three": 30])
        }
    }

    @Test func leastConnectionsPrefersTheIdleServer() async throws {
        let slow = try await ScriptedServer.start { _ in }
        let fast = try await ScriptedServer.answering("fast")
        let pool = try ProxyFixture.pool(
            [.init(port: slow.port), .init(port: fast.port)],
            balance: .leastConnections
        )
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            let waiting = try await fixture.connect()
            try await waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { slow.connectionCount == 1 }
            for _ in 0..<10 { #expect(try await fixture.get().text == "fast") }
        }
    }

    @Test func theBackupTierServesOnlyWhileTheActiveOneIsDown() async throws {
        let active = try await ScriptedServer.answering("active")
        let port = active.port
        let backup = try await ScriptedServer.answering("backup")
        let pool = try ProxyFixture.pool(
            [.init(port: port, priority: 0), .init(port: backup.port, priority: 1)],
            check: .http(port: nil, path: "/health"),
            fails: 2
        )
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            try await eventually { try await fixture.get().text == "active" }
            try await active.stop()
            try await eventually { try await fixture.get().text == "backup" }
            try await eventually { fixture.proxy.health.pools.first?.activePriority == 1 }
            #expect(try await fixture.get().text == "backup")
            let again = try await ScriptedServer.start(port: port) { connection in
                while connection.takeHead() != nil {
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nactive")
                }
            }
            try await eventually { try await fixture.get().text == "active" }
            try await again.stop()
        }
    }

    @Test func aServerGetsNoRequestBeforeItsFirstPassedCheck() async throws {
        let server = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                let status = head.contains("tern-health") ? "503 No" : "200 OK"
                connection.reply("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let pool = try ProxyFixture.pool([.init(port: server.port)], check: .http(port: nil, path: "/health"))
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            for _ in 0..<5 { #expect(try await fixture.get().status == 503) }
            #expect(await fixture.proxy.firstChecksEnded(within: .seconds(20)))
            let response = try await fixture.get()
            #expect(response.status == 503)
            #expect(response.field("Retry-After") == "5")
            #expect(fixture.proxy.counters.refusals == [.noHealthyServer: 6])
        }
    }

    @Test func healthIsAnsweredFromThePools() async throws {
        let server = try await ScriptedServer.answering("x")
        let http = try ProxyFixture.pool([.init(port: server.port)])
        let down = try ProxyFixture.pool([.init(port: 1)], check: .tcp(port: nil), service: "api")
        try await ProxyFixture.with(pools: [http]) { (fixture) async throws in
            let response = try await fixture.get("/lb-health?x")
            #expect(response.status == 200)
            #expect(response.text == "ok\n_http._tcp.us-east.example.test: 1 of 1 servers healthy, priority 0 serves\n")
            try fixture.proxy.update(pools: [http, down])
            let failing = try await fixture.get("/lb-health")
            #expect(failing.status == 503)
            #expect(failing.text.hasPrefix("failing\n"))
            #expect(failing.text.hasSuffix("_api._tcp.us-east.example.test: 0 of 1 servers healthy, none serves\n"))
            // The pool that serves requests is untouched.
            #expect(try await fixture.get("/lb-healthy").text == "x")
            #expect(try await fixture.get("/LB-HEALTH").text == "x")
            try fixture.proxy.update(pools: [])
            #expect(try await fixture.get("/lb-health").status == 503)
        }
    }

    @Test func anUpdateLeavesOpenConnectionsAndHealthAlone() async throws {
        let first = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                if head.hasPrefix("GET /slow") { return }
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
            }
        }
        let second = try await ScriptedServer.answering("second")
        let check = CheckTarget.http(port: nil, path: "/health")
        try await ProxyFixture.with(pools: [ProxyFixture.pool([.init(port: first.port)], check: check)]) {
            (fixture) async throws in
            try await eventually { fixture.proxy.health.isServing }
            let kept = try await fixture.connect()
            try await kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await kept.response().text == "first")
            // The same server stays healthy from one moment to the next.
            try fixture.proxy.update(
                pools: [ProxyFixture.pool([.init(port: first.port), .init(port: second.port)], check: check)]
            )
            #expect(fixture.proxy.health.isServing)
            #expect(try await fixture.get().status == 200)
            try await eventually { fixture.proxy.health.pools.first?.healthy == 2 }
            // The first server vanishes: no more requests there, and the client's connection goes on.
            try fixture.proxy.update(
                pools: [ProxyFixture.pool([.init(port: 1), .init(port: second.port)], check: check)]
            )
            for _ in 0..<10 {
                try await kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await kept.response().text == "second")
            }
        }
    }

    @Test func aServerThatIsRenamedStaysHealthy() async throws {
        let server = try await ScriptedServer.answering("x")
        let check = CheckTarget.http(port: nil, path: "/health")
        var pool = try ProxyFixture.pool([.init(port: server.port)], check: check)
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            try await eventually { fixture.proxy.health.isServing }
            pool.servers[0].target = try DomainName("renamed.example.test.")
            try fixture.proxy.update(pools: [pool])
            #expect(fixture.proxy.health.isServing)
            #expect(try await fixture.get().text == "x")
        }
    }

    @Test func anEndpointInUseIsNamed() async throws {
        let server = try await ScriptedServer.answering("x")
        let endpoint = Endpoint(IPAddress(v4: 0x7f00_0001), port: server.port)
        do {
            _ = try await RegionProxy.start(
                region: ProxyFixture.region,
                pools: [],
                listen: [endpoint],
                on: .singleton,
                logger: .init(label: "test")
            )
            Issue.record("it started")
        } catch {
            #expect("\(error)" == "cannot listen at 127.0.0.1:\(server.port): Address already in use")
        }
    }

    @Test func withoutPortsGivenTheRegionsCheckSaysWhereToListen() throws {
        var region = try ProxyFixture.region
        #expect(region.listenEndpoints == [Endpoint(IPAddress(v4: 0x7f00_0001), port: 80)])
        region.record.check = .http(port: 8080, path: "/lb-health")
        #expect(region.listenEndpoints == [Endpoint(IPAddress(v4: 0x7f00_0001), port: 8080)])
        region.record.check = .https(port: nil, path: "/")
        #expect(region.listenEndpoints == [Endpoint(IPAddress(v4: 0x7f00_0001), port: 443)])
    }
}

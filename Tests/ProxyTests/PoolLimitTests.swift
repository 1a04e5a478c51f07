import Addressing
import Balancing
import DNSWire
import Testing
import ZoneFile

@testable import Proxy

/// What a pool does for requests beside choosing a server: waiting, ejection, drains, the retry budget, keys.
@Suite("Pool limits")
struct PoolLimitTests {
    /// A server that answers `/slow` when it is released and everything else at once.
    private func gated(_ release: Counter, _ name: String = "x") async throws -> ScriptedServer {
        try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                if head.hasPrefix("GET /slow") { return connection.answer(once: { release.value > 0 }, name) }
                connection.reply("HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")
            }
        }
    }

    private func pool(
        _ servers: [ProxyFixture.Server],
        check: CheckTarget = .none,
        _ change: (inout PoolRecord) -> Void
    ) throws -> PoolEntry {
        var pool = try ProxyFixture.pool(servers, check: check)
        change(&pool.record)
        return pool
    }

    @Test func whatHasNoRoomWaitsAndGoesOn() async throws {
        let release = Counter()
        let server = try await gated(release)
        let pool = try pool([.init(port: server.port)]) { $0.maximumConnections = 1 }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            let first = try await fixture.connect()
            try await first.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { fixture.proxy.counters.requests == 1 }
            var waiting: [TestConnection] = []
            for _ in 0..<3 {
                let connection = try await fixture.connect()
                try await connection.send("POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                waiting.append(connection)
            }
            try await eventually { fixture.proxy.health.pools.first?.waiting == 3 }
            #expect(fixture.proxy.health.text.contains("3 waiting"))
            release.add(1)
            #expect(try await first.response().status == 200)
            for connection in waiting { #expect(try await connection.response().text == "x") }
            let pool = fixture.proxy.health.pools.first
            #expect(pool?.waiting == 0)
            #expect(pool?.counts.waited == 3)
            try await eventually { fixture.proxy.health.pools.first?.status.requests == 0 }
        }
    }

    @Test func whoWaitsTooLongIsAnswered503() async throws {
        let release = Counter()
        let server = try await gated(release)
        let pool = try pool([.init(port: server.port)]) {
            $0.maximumConnections = 1
            $0.queue = 1
            $0.queueTimeout = .milliseconds(50)
        }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            let first = try await fixture.connect()
            try await first.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { fixture.proxy.counters.requests == 1 }
            let second = try await fixture.connect()
            try await second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try await second.response()
            #expect(response.status == 503)
            #expect(response.field("Retry-After") == "5")
            #expect(response.field("Connection") == nil)
            #expect(fixture.proxy.counters.refusals == [.queueTimeout: 1])
            #expect(fixture.proxy.health.pools.first?.counts.timedOut == 1)
            release.add(1)
            #expect(try await first.response().status == 200)
            // The connection that was refused goes on.
            try await second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await second.response().text == "x")
        }
    }

    @Test func aFullLineAnswers503AtOnceAndAClientThatGoesLeavesIt() async throws {
        let release = Counter()
        let server = try await gated(release)
        let pool = try pool([.init(port: server.port)]) {
            $0.maximumConnections = 1
            $0.queue = 1
        }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            let first = try await fixture.connect()
            try await first.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { fixture.proxy.counters.requests == 1 }
            let second = try await fixture.connect()
            try await second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { fixture.proxy.health.pools.first?.waiting == 1 }
            #expect(try await fixture.get().status == 503)
            #expect(fixture.proxy.counters.refusals == [.poolFull: 1])
            try await second.close()
            try await eventually { fixture.proxy.health.pools.first?.waiting == 0 }
            release.add(1)
            #expect(try await first.response().status == 200)
            #expect(try await fixture.get().text == "x")
        }
    }

    @Test func aServerThatComesTakesThoseWhoWait() async throws {
        let release = Counter()
        let slow = try await gated(release)
        let other = try await ScriptedServer.answering("other")
        let pool = try pool([.init(port: slow.port)]) { $0.maximumConnections = 1 }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            let first = try await fixture.connect()
            try await first.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { fixture.proxy.counters.requests == 1 }
            let second = try await fixture.connect()
            try await second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await eventually { fixture.proxy.health.pools.first?.waiting == 1 }
            try fixture.proxy.update(
                pools: [
                    self.pool([.init(port: slow.port), .init(port: other.port)]) { $0.maximumConnections = 1 }
                ]
            )
            #expect(try await second.response().text == "other")
            release.add(1)
            #expect(try await first.response().status == 200)
        }
    }

    @Test func aServerThatAnswersErrorsIsEjected() async throws {
        let good = try await ScriptedServer.answering("good")
        let bad = try await ScriptedServer.start { connection in
            while connection.takeHead() != nil {
                connection.reply("HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nbad")
            }
        }
        let pool = try pool([.init(port: good.port), .init(port: bad.port)]) { $0.ejection.failuresInARow = 3 }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            var statuses: [Int] = []
            for _ in 0..<30 { statuses.append(try await fixture.get().status) }
            #expect(statuses.count { $0 == 500 } == 3)
            #expect(statuses.suffix(20).allSatisfy { $0 == 200 })
            #expect(fixture.proxy.health.text.contains("2 of 2 servers healthy, priority 0 serves, 1 ejected\n"))
        }
    }

    @Test func aServerThatCannotBeReachedIsEjected() async throws {
        let good = try await ScriptedServer.answering("good")
        let pool = try pool([.init(port: good.port), .init(port: 1)]) { $0.ejection.failuresInARow = 2 }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            for _ in 0..<20 { #expect(try await fixture.get().text == "good") }
            #expect(fixture.proxy.counters.retries == 2)
        }
    }

    @Test func withoutRetriesAFailedConnectionIsAnswered502() async throws {
        let good = try await ScriptedServer.answering("good")
        let pool = try pool([.init(port: good.port), .init(port: 1)]) { $0.retries = 0 }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            var statuses: [Int] = []
            for _ in 0..<10 { statuses.append(try await fixture.get().status) }
            #expect(statuses.count { $0 == 502 } == 5)
            #expect(fixture.proxy.counters.retries == 0)
            #expect(fixture.proxy.health.pools.first?.counts.retriesDenied == 5)
        }
    }

    @Test func aDrainHasADeadline() async throws {
        let server = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                if head.hasPrefix("GET /begun") {
                    connection.reply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
                }
            }
        }
        let other = try await ScriptedServer.answering("other")
        try await ProxyFixture.with([.init(port: server.port)]) { (fixture) async throws in
            let silent = try await fixture.connect()
            try await silent.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let begun = try await fixture.connect()
            try await begun.send("GET /begun HTTP/1.1\r\nHost: a\r\n\r\n")
            try await begun.wait(for: "part")
            try await eventually { server.connectionCount == 2 }
            // As long as the deadline has not passed they stay.
            try fixture.proxy.update(pools: [self.pool([.init(port: other.port)]) { _ in }])
            #expect(try await fixture.get().text == "other")
            #expect(fixture.proxy.health.text.contains("1 draining"))
            try fixture.proxy.update(pools: [self.pool([.init(port: other.port)]) { $0.drain = .milliseconds(1) }])
            #expect(try await silent.response().status == 502)
            #expect(try await begun.waitForClose().hasSuffix("part"))
            #expect(fixture.proxy.counters.drainOverruns == 2)
            try await eventually { fixture.proxy.health.pools.first?.status.draining == 0 }
        }
    }

    @Test func panicIsSaid() async throws {
        let server = try await ScriptedServer.start { connection in
            while let head = connection.takeHead() {
                let status = head.contains("tern-health") ? "503 No" : "200 OK"
                connection.reply("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let pool = try pool([.init(port: server.port)], check: .http(port: nil, path: "/health")) { $0.panic = 0.5 }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            try await eventually { try await fixture.get().status == 200 }
            let health = try await fixture.get("/lb-health")
            #expect(health.status == 503)
            #expect(health.text.hasSuffix("0 of 1 servers healthy, none serves, panic: requests go to all of them\n"))
            #expect((fixture.proxy.health.pools.first?.counts.panicked ?? 0) > 0)
        }
    }

    // MARK: - Keys

    @Test(
        arguments: [
            (.header("x-user"), "X-User: %\r\n", "/"), (.cookie("sid"), "Cookie: a=b; sid=%; c=d\r\n", "/"),
            (.query("user"), "", "/a?b=c&user=%&d=e"), (.uri, "", "/%"),
        ] as [(PoolRecord.Key, String, String)]
    )
    func requestsWithOneKeyGoToOneServer(key: PoolRecord.Key, fields: String, path: String) async throws {
        var servers: [ScriptedServer] = []
        for name in ["a", "b", "c"] { servers.append(try await ScriptedServer.answering(name)) }
        let pool = try pool(servers.map { .init(port: $0.port) }) {
            $0.balance = .rendezvous
            $0.key = key
        }
        try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
            var seen: Set<String> = []
            for user in 0..<16 {
                let (path, fields) = (path.replacing("%", with: "\(user)"), fields.replacing("%", with: "\(user)"))
                let first = try await fixture.get(path, fields: fields).text
                for _ in 0..<2 { #expect(try await fixture.get(path, fields: fields).text == first) }
                seen.insert(first)
            }
            #expect(seen.count > 1)
        }
    }

    @Test func withoutTheKeyTheClientsAddressDecides() async throws {
        var servers: [ScriptedServer] = []
        for name in ["a", "b", "c"] { servers.append(try await ScriptedServer.answering(name)) }
        for balance in [PoolRecord.Balance.sourceHash, .ring, .maglev] {
            let pool = try pool(servers.map { .init(port: $0.port) }) {
                $0.balance = balance
                if balance != .sourceHash { $0.key = .cookie("sid") }
            }
            try await ProxyFixture.with(pools: [pool]) { (fixture) async throws in
                let first = try await fixture.get("/a").text
                for path in ["/b", "/c?sid=1", "/d"] {
                    #expect(try await fixture.get(path, fields: "Cookie: xsid=\(path)\r\n").text == first)
                }
            }
        }
    }
}

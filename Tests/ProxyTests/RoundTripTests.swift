import Addressing
import NIOCore
import Telemetry
import Testing
import ZoneFile

@testable import Proxy

/// What a proxy measures of its clients' round trips, and of whose it measures nothing.
@Suite("Round trips of clients")
struct RoundTripTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private static func origin() async throws -> ScriptedServer {
        try await .start { connection in
            while connection.takeHead() != nil { connection.reply(ok) }
        }
    }

    /// Loopback clients are measured, as those of the kernel are.
    private static var settings: RoundTripSettings {
        var settings = RoundTripSettings()
        settings.includesLocal = true
        return settings
    }

    private static func report(of proxy: RegionProxy) async throws -> RoundTripReport {
        try #require(await proxy.stateReport(since: .start).roundTrips)
    }

    @Test func theKernelMeasuresEachConnection() async throws {
        let server = try await Self.origin()
        let pools = [try ProxyFixture.pool([.init(port: server.port)])]
        try await ProxyFixture.with(pools: pools, roundTrips: Self.settings) { fixture in
            for _ in 0..<5 { #expect(try await fixture.get().status == 200) }
            let report = try await Self.report(of: fixture.proxy)
            #expect(report.entries.map(\.prefix.description) == ["127.0.0.0/24"])
            let digest = try #require(report.entries.first?.digest)
            // One for each handshake at least; whatever this machine does, it is nearer than a second.
            #expect(digest.count >= 5 && digest.minimum < 1_000_000)
            let summary = await fixture.proxy.roundTrips
            #expect(summary.networks == 1 && summary.samples == UInt64(digest.count))
            #expect(summary.skipped == .init(relayed: 0, local: 0, unmeasured: 0, overflowed: 0))
            // Whoever does not ask is told nothing.
            #expect(await fixture.proxy.stateReport().roundTrips == nil)
        }
        try await server.stop()
    }

    @Test func aConnectionOfThePassedOnKindIsMeasured() async throws {
        let server = try await ScriptedServer.start { connection in
            connection.reply(connection.received)
            connection.received.clear()
        }
        let port = try await FreePort.find()
        let pool = try ProxyFixture.pool(
            [.init(port: server.port)],
            service: "db",
            transport: PoolTransport(mode: .tcp, port: port)
        )
        try await ProxyFixture.with(pools: [pool], roundTrips: Self.settings) { fixture in
            let connection = try await TestConnection.connect(to: port)
            try await connection.send(Array("x".utf8))
            _ = try await connection.wait { received, _ in received.count == 1 ? received : nil }
            try await connection.close()
            let digest = try #require(try await Self.report(of: fixture.proxy).entries.first?.digest)
            #expect(digest.count >= 1)
            #expect(await fixture.proxy.roundTrips.skipped.unmeasured == 0)
        }
        try await server.stop()
    }

    /// What the client says of others in the head of its request names no network.
    @Test func headerFieldsNameNoNetworks() async throws {
        let server = try await Self.origin()
        let pools = [try ProxyFixture.pool([.init(port: server.port)])]
        try await ProxyFixture.with(pools: pools, roundTrips: Self.settings) { fixture in
            for number in 1...20 {
                let fields = "X-Forwarded-For: 198.51.\(number).1\r\nForwarded: for=203.0.\(number).1\r\n"
                #expect(try await fixture.get(fields: fields).status == 200)
            }
            let report = try await Self.report(of: fixture.proxy)
            #expect(report.entries.map(\.prefix.description) == ["127.0.0.0/24"] && report.known == 1)
        }
        try await server.stop()
    }

    /// To a proxy in front the kernel's round trip is not the client's, and what it says of the client is not measured.
    @Test(arguments: [true, false])
    func proxiesInFrontAreLeftOut(speaksProxyProtocol: Bool) async throws {
        let server = try await Self.origin()
        let loopback = try #require(IPPrefix("127.0.0.0/8"))
        try await ProxyFixture.with(
            pools: [try ProxyFixture.pool([.init(port: server.port)])],
            trusted: speaksProxyProtocol ? [] : [loopback],
            proxyHeaderPeers: speaksProxyProtocol ? [loopback] : [],
            roundTrips: Self.settings
        ) { fixture in
            let connection = try await fixture.connect()
            let header = speaksProxyProtocol ? "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n" : ""
            let request = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.9\r\n\r\n"
            try await connection.send(header + request)
            #expect(try await connection.response().status == 200)
            try await connection.send(request)
            #expect(try await connection.response().status == 200)
            try await connection.close()
            #expect(try await Self.report(of: fixture.proxy).entries.isEmpty)
            #expect(await fixture.proxy.roundTrips.skipped.relayed == 1)
        }
        try await server.stop()
    }

    @Test func clientsOnThisMachineAreLeftOut() async throws {
        let server = try await Self.origin()
        try await ProxyFixture.with([.init(port: server.port)]) { fixture in
            let response = try await fixture.get()
            #expect(response.status == 200)
            #expect(try await Self.report(of: fixture.proxy).entries.isEmpty)
            #expect(await fixture.proxy.roundTrips.skipped.local == 1)
        }
        try await server.stop()
    }

    @Test func whatIsNewIsToldOnce() async throws {
        let server = try await Self.origin()
        var settings = RoundTripSettings()
        settings.pretended = [ClientPrefix(try #require(IPAddress("127.0.0.1"))): 42_000]
        let pools = [try ProxyFixture.pool([.init(port: server.port)])]
        try await ProxyFixture.with(pools: pools, roundTrips: settings) { fixture in
            #expect(try await fixture.get().status == 200)
            let first = try await Self.report(of: fixture.proxy)
            #expect(first.entries.map(\.digest.centre) == [42_000] && first.remaining == 0)
            let second = await fixture.proxy.stateReport(since: first.cursor).roundTrips
            #expect(second?.entries.isEmpty == true && second?.cursor == first.cursor)
            #expect(try await fixture.get().status == 200)
            let third = await fixture.proxy.stateReport(since: first.cursor).roundTrips
            #expect(third?.entries.map(\.digest.count) == [2])
        }
        try await server.stop()
    }
}

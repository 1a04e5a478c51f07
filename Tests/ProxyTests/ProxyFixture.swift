import Addressing
import DNSWire
import Health
import Logging
import NIOPosix
import Telemetry
import Testing
import ZoneFile

@testable import Proxy

/// A proxy on a port of 127.0.0.1 with servers on other ports of it.
struct ProxyFixture {
    /// One SRV record.
    struct Server {
        var port: UInt16
        var priority: UInt16 = 0
        var weight: UInt16 = 1
    }

    let proxy: RegionProxy

    static var silentLogger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    var port: UInt16 { proxy.endpoints.first?.port ?? 0 }

    /// A pool whose servers, once healthy, stay it: a busy machine is no reason to fail a check, unless `fails` says so.
    static func pool(
        _ servers: [Server],
        balance: PoolRecord.Balance = .roundRobin,
        check: CheckTarget = .none,
        fails: Int = 1000,
        service: String = "http",
        transport: PoolTransport = PoolTransport()
    ) throws -> PoolEntry {
        let region = try DomainName("us-east.example.test.")
        return PoolEntry(
            record: PoolRecord(
                name: try DomainName("_\(service)._\(transport.mode == .udp ? "udp" : "tcp").us-east.example.test."),
                balance: balance,
                check: check,
                schedule: CheckSchedule(interval: .seconds(1), timeout: .seconds(1), fails: fails, passes: 1),
                transport: transport
            ),
            region: region,
            service: service,
            servers: try servers.enumerated().map { index, server in
                PoolServer(
                    priority: server.priority,
                    weight: server.weight,
                    port: server.port,
                    target: try DomainName("app\(index + 1).us-east.example.test."),
                    addresses: [IPAddress(v4: 0x7f00_0001)]
                )
            }
        )
    }

    static var region: RegionEntry {
        get throws {
            RegionEntry(
                record: RegionRecord(name: try DomainName("us-east.example.test.")),
                addresses: [IPAddress(v4: 0x7f00_0001)]
            )
        }
    }

    /// Runs `body` with a proxy over `pools` and stops it.
    static func with(
        pools: [PoolEntry],
        limits: ProxyLimits = ProxyLimits(),
        trusted: [IPPrefix] = [],
        proxyHeaderPeers: [IPPrefix] = [],
        roundTrips: RoundTripSettings = RoundTripSettings(),
        _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        var limits = limits
        limits.stop = .milliseconds(100)
        let proxy = try await RegionProxy.start(
            region: region,
            pools: pools,
            listen: [Endpoint(IPAddress(v4: 0x7f00_0001), port: 0)],
            on: .singleton,
            limits: limits,
            trusted: trusted,
            proxyHeaderPeers: proxyHeaderPeers,
            roundTrips: roundTrips,
            logger: silentLogger
        )
        do {
            try await body(ProxyFixture(proxy: proxy))
        } catch {
            await proxy.stop()
            throw error
        }
        await proxy.stop()
    }

    static func with(
        _ servers: [Server],
        limits: ProxyLimits = ProxyLimits(),
        _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        try await with(pools: [pool(servers)], limits: limits, body)
    }

    func connect(reads: Bool = true, receiveBuffer: Int? = nil) async throws -> TestConnection {
        try await TestConnection.connect(to: port, reads: reads, receiveBuffer: receiveBuffer)
    }

    /// Sends one request on a connection of its own.
    func get(_ path: String = "/", fields: String = "") async throws -> TestResponse {
        let connection = try await connect()
        try await connection.send("GET \(path) HTTP/1.1\r\nHost: www.example.test\r\n\(fields)\r\n")
        let response = try await connection.response()
        try? await connection.close()
        return response
    }
}

/// Waits until `condition` holds, at most 20 seconds.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(20)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw TestFailure.timeout }
        try await Task.sleep(for: .milliseconds(5))
    }
}

import Addressing
import Balancing
import Testing
import ZoneFile

@testable import Proxy

@Suite("Pools")
struct ServerPoolTests {
    private static let check = CheckTarget.tcp(port: nil)

    private func pool(_ servers: [ProxyFixture.Server], check: CheckTarget = check) throws -> ServerPool {
        let entry = try ProxyFixture.pool(servers, check: check)
        let pool = ServerPool(name: entry.record.name, service: entry.service)
        _ = pool.update(entry)
        return pool
    }

    private func endpoint(_ port: UInt16) -> Endpoint { Endpoint(IPAddress(v4: 0x7f00_0001), port: port) }

    /// The port of the server that would be chosen.
    private func choice(_ pool: ServerPool, excluding tried: [Int] = []) -> UInt16? {
        guard let server = server(pool, excluding: tried) else { return nil }
        pool.ended(server)
        return server.identity.endpoint.port
    }

    private func server(_ pool: ServerPool, excluding tried: [Int] = []) -> PooledServer? {
        guard case .server(let server) = pool.place(excluding: tried) else { return nil }
        return server
    }

    @Test func nothingIsChosenBeforeACheckHasPassed() throws {
        let pool = try pool([.init(port: 1), .init(port: 2)])
        #expect(choice(pool) == nil)
        #expect(pool.summary.status.activePriority == nil)
        pool.setHealthy(true, at: endpoint(2))
        for _ in 0..<3 { #expect(choice(pool) == 2) }
        #expect(pool.summary.status.healthy == 1)
        #expect(pool.summary.status.total == 2)
    }

    @Test func withoutAnyCheckAllAreChosen() throws {
        let pool = try pool([.init(port: 1), .init(port: 2)], check: .none)
        #expect(Set([choice(pool), choice(pool)]) == [1, 2])
    }

    @Test func aBackupTierIsChosenOnlyWhileNoneBeforeItCanServe() throws {
        let pool = try pool([.init(port: 1), .init(port: 2, priority: 1), .init(port: 3, priority: 2)])
        for port in [2, 3] as [UInt16] { pool.setHealthy(true, at: endpoint(port)) }
        #expect(choice(pool) == 2)
        pool.setHealthy(true, at: endpoint(1))
        for _ in 0..<5 { #expect(choice(pool) == 1) }
        pool.setHealthy(false, at: endpoint(1))
        #expect(choice(pool) == 2)
        #expect(pool.summary.status.activePriority == 1)
    }

    @Test func anUpdateKeepsHealthAndNamesWhatIsGone() throws {
        let pool = try pool([.init(port: 1), .init(port: 2)])
        for port in [1, 2] as [UInt16] { pool.setHealthy(true, at: endpoint(port)) }
        let chosen = [server(pool), server(pool)]
        let second = try #require(chosen.compactMap { $0 }.first { $0.identity.endpoint.port == 2 })
        let gone = try pool.update(ProxyFixture.pool([.init(port: 1), .init(port: 3)], check: Self.check))
        #expect(gone == [second.key])
        for _ in 0..<3 { #expect(choice(pool) == 1) }
        pool.setHealthy(true, at: endpoint(3))
        #expect(Set([choice(pool), choice(pool)]) == [1, 3])
    }

    @Test func aServerThatComesBackMustPassAgain() throws {
        let pool = try pool([.init(port: 1)])
        pool.setHealthy(true, at: endpoint(1))
        _ = try pool.update(ProxyFixture.pool([], check: Self.check))
        #expect(choice(pool) == nil)
        _ = try pool.update(ProxyFixture.pool([.init(port: 1)], check: Self.check))
        #expect(choice(pool) == nil)
    }

    @Test func anotherWayToBalanceKeepsTheRequestsInProgress() throws {
        let pool = try pool([.init(port: 1), .init(port: 2)], check: .none)
        let busy = try #require(server(pool))
        _ = try pool.update(ProxyFixture.pool([.init(port: 1), .init(port: 2)], balance: .leastConnections))
        for _ in 0..<4 { #expect(choice(pool) != busy.identity.endpoint.port) }
        pool.ended(busy)
        #expect(Set([choice(pool), choice(pool)]) == [1, 2])
    }
}

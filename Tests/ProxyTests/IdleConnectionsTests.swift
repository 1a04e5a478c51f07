import Testing

@testable import Proxy

@Suite("Idle connections")
struct IdleConnectionsTests {
    private final class Connection {}

    private func put(_ connection: Connection, _ server: Int, in idle: inout IdleConnections<Connection>) -> Bool {
        idle.put(connection, server: server)
    }

    private func take(_ server: Int, from idle: inout IdleConnections<Connection>) -> Connection? {
        idle.take(server: server)
    }

    @Test func theOneUsedLastIsTakenFirst() {
        var idle = IdleConnections<Connection>(perServer: 3, total: 10)
        let connections = (0..<3).map { _ in Connection() }
        for connection in connections { #expect(put(connection, 1, in: &idle)) }
        #expect(take(2, from: &idle) == nil)
        #expect(take(1, from: &idle) === connections[2])
        #expect(take(1, from: &idle) === connections[1])
        #expect(idle.count == 1)
    }

    @Test func bothLimitsHold() {
        var idle = IdleConnections<Connection>(perServer: 2, total: 3)
        #expect(put(Connection(), 1, in: &idle))
        #expect(put(Connection(), 1, in: &idle))
        #expect(!put(Connection(), 1, in: &idle))
        #expect(put(Connection(), 2, in: &idle))
        #expect(!put(Connection(), 3, in: &idle))
        #expect(idle.count == 3)
        _ = idle.take(server: 1)
        #expect(put(Connection(), 3, in: &idle))
    }

    @Test func whatClosedIsForgotten() {
        var idle = IdleConnections<Connection>(perServer: 3, total: 3)
        let (first, second) = (Connection(), Connection())
        _ = idle.put(first, server: 1)
        _ = idle.put(second, server: 1)
        idle.remove(first, server: 1)
        idle.remove(first, server: 1)
        idle.remove(second, server: 2)
        #expect(idle.count == 1)
        #expect(take(1, from: &idle) === second)
        #expect(idle.count == 0)
    }

    @Test func aServerThatIsGoneTakesItsConnectionsAlong() {
        var idle = IdleConnections<Connection>(perServer: 3, total: 5)
        for server in [1, 1, 2] { _ = idle.put(Connection(), server: server) }
        let gone = idle.takeAll(server: 1)
        #expect(gone.count == 2)
        #expect(take(1, from: &idle) == nil)
        #expect(idle.count == 1)
        let rest = idle.takeAll()
        #expect(rest.count == 1)
        #expect(idle.count == 0)
    }
}

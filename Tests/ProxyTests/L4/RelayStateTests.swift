import NIOCore
import Testing

@testable import Proxy

@Suite("Relayed connections: which ends are open")
struct RelayStateTests {
    @Test(arguments: [RelayState.Side.client, .server])
    func oneEndIsPassedOnAndTheSecondCloses(first: RelayState.Side) {
        let second: RelayState.Side = first == .client ? .server : .client
        var relay = RelayState()
        #expect(relay.connected() == .none)
        #expect(relay.ended(first) == .endInput(of: second))
        #expect(relay.ended(first) == .none)
        #expect(relay.ended(second) == .endInputAndClose(of: first))
        #expect(relay.ended(second) == .none)
    }

    @Test func aClientThatEndsBeforeTheServerIsThereIsPassedOnLater() {
        var relay = RelayState()
        #expect(relay.ended(.client) == .none)
        #expect(relay.connected() == .endInput(of: .server))
        #expect(relay.ended(.server) == .endInputAndClose(of: .client))
    }
}

@Suite("Flows of datagrams")
struct FlowTableTests {
    private static func time(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    @Test func flowsEndWhenNothingMoves() {
        var table = FlowTable<Int, String>(limit: 10, idle: .seconds(60))
        table.add("a", for: 1, now: Self.time(0))
        table.add("b", for: 2, now: Self.time(0))
        #expect(table.use(1, now: Self.time(30)) == "a")
        #expect(table.use(3, now: Self.time(30)) == nil)
        #expect(table.takeIdle(now: Self.time(59)).isEmpty)
        #expect(table.takeIdle(now: Self.time(60)) == ["b"])
        #expect(table.use(2, now: Self.time(61)) == nil)
        #expect(table.takeIdle(now: Self.time(90)) == ["a"])
        #expect(table.count == 0)
    }

    @Test func thereIsRoomForSoMany() {
        var table = FlowTable<Int, Int>(limit: 2, idle: .seconds(60))
        for key in 1...2 {
            #expect(table.hasRoom)
            table.add(key, for: key, now: Self.time(0))
        }
        #expect(!table.hasRoom)
        #expect(table.remove(1) == 1)
        #expect(table.remove(1) == nil)
        #expect(table.hasRoom)
        #expect(table.takeAll() == [2])
    }
}

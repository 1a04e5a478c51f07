import DNSWire
import Foundation
import Steering
import Testing

@testable import DNSServer

@Suite struct RegionOrdersTests {
    private let east: DomainName
    private let now = Timestamp(seconds: 1_000_000)

    init() throws { east = try DomainName("us-east.example.test.") }

    private func state(
        _ orders: RegionOrders,
        _ assigned: AdministrativeState = .none,
        after seconds: Int64 = 0
    ) -> AdministrativeState {
        orders.state(of: east, assigned: assigned, at: now.adding(seconds))
    }

    @Test func aDrainEndsWhenTheLongestTTLHasPassed() {
        var orders = RegionOrders()
        orders.drain(east, by: "ada", reason: "disk", at: now, expiry: now.adding(300))
        #expect(state(orders) == .draining)
        #expect(state(orders, after: 299) == .draining)
        #expect(state(orders, after: 300) == .drained)
        #expect(orders.nextChange(after: now) == now.adding(300))
        #expect(orders.nextChange(after: now.adding(300)) == nil)
    }

    @Test func aSecondDrainDoesNotBeginAnew() {
        var orders = RegionOrders()
        orders.drain(east, by: "ada", reason: "disk", at: now, expiry: now.adding(300))
        orders.drain(east, by: "bob", reason: "disk, still", at: now.adding(200), expiry: now.adding(500))
        #expect(state(orders, after: 300) == .drained)
        #expect(orders.orders[east]?.by == "bob")
        // Taken back and ordered again it does.
        orders.lift(east)
        #expect(state(orders, after: 300) == .none)
        orders.drain(east, by: "bob", reason: "", at: now.adding(300), expiry: now.adding(600))
        #expect(state(orders, after: 599) == .draining)
    }

    @Test func anOrderIsNotEffectiveBeforeItIsGiven() {
        var orders = RegionOrders()
        orders.drain(east, by: "ada", reason: "", at: now, expiry: now.adding(-10))
        #expect(orders.orders[east]?.drainedAt == now)
        #expect(state(orders) == .drained)
    }

    @Test(arguments: AdministrativeState.allCases)
    func anOrderGoesBeforeTheZoneFileAndThatBeforeTheChecks(assigned: AdministrativeState) {
        var orders = RegionOrders()
        #expect(state(orders, assigned) == assigned)
        for (isUp, forced) in [(true, AdministrativeState.forcedUp), (false, .forcedDown)] {
            orders.force(east, isUp: isUp, by: "ada", reason: "", at: now)
            #expect(state(orders, assigned) == forced)
        }
        orders.drain(east, by: "ada", reason: "", at: now, expiry: now.adding(1))
        #expect(state(orders, assigned) == .draining)
        #expect(orders.lift(east)?.kind == .drain)
        #expect(state(orders, assigned) == assigned)
        #expect(orders.lift(east) == nil)
    }

    @Test func aDrainOfTheZoneFileHasItsTimeToo() {
        var orders = RegionOrders()
        orders.follow(draining: [east: now.adding(60)])
        #expect(state(orders, .draining, after: 59) == .draining)
        #expect(state(orders, .draining, after: 60) == .drained)
        #expect(orders.nextChange(after: now) == now.adding(60))
        // Read again, the zone file does not begin it anew.
        orders.follow(draining: [east: now.adding(90)])
        #expect(orders.drainedAt(east, assigned: .draining) == now.adding(60))
        // It does once it has said something else in between.
        orders.follow(draining: [:])
        #expect(orders.nextChange(after: now) == nil)
        orders.follow(draining: [east: now.adding(90)])
        #expect(orders.drainedAt(east, assigned: .draining) == now.adding(90))
        #expect(orders.drainedAt(east, assigned: .none) == nil)
    }

    @Test func itIsReadAsItWasWritten() throws {
        var orders = RegionOrders()
        orders.drain(east, by: "ada", reason: "disk \"full\"\u{2028}ü", at: now, expiry: now.adding(300))
        orders.force(try DomainName("a\\.b.test."), isUp: true, by: "::1", reason: "", at: now)
        orders.follow(draining: [try DomainName("x.test."): now])
        let data = try JSONEncoder().encode(orders)
        #expect(try JSONDecoder().decode(RegionOrders.self, from: data) == orders)
        #expect(try JSONDecoder().decode(RegionOrders.self, from: Data("{}".utf8)) == RegionOrders())
    }

    @Test(arguments: [
        #"{"orders":{"a..b":{"kind":"up","by":"","at":"2026-11-27T13:10:00Z","reason":""}}}"#,
        #"{"orders":{"a.":{"kind":"sideways","by":"","at":"2026-11-27T13:10:00Z","reason":""}}}"#,
        #"{"orders":{"a.":{"kind":"up","by":"","at":"yesterday","reason":""}}}"#, #"{"zone-drains":{"a.":5}}"#, "[]",
    ])
    func damageIsNoticed(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RegionOrders.self, from: Data(text.utf8)) }
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_795_785_000, "2026-11-27T13:10:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (4_102_444_799, "2099-12-31T23:59:59Z"),
    ])
    func isReadAsItIsWritten(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
        #expect(Timestamp(text) == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        "", "2026-11-27", "2026-11-27T13:10:00", "2026-11-27 13:10:00Z", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-27T13:10:00+", "202x-11-27T13:10:00Z", "2026-11-27T25:10:00Z",
    ])
    func isNothingElse(text: String) { #expect(Timestamp(text) == nil) }

    @Test func theEndOfTimeStays() { #expect(Timestamp(seconds: .max).adding(1) == Timestamp(seconds: .max)) }
}

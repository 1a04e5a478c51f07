import Balancing
import Testing

@testable import Proxy

@Suite("Delivery of a last response")
struct DeliveryWatchTests {
    private func goesOn(_ watch: inout DeliveryWatch, _ acknowledged: UInt64, _ isDelivered: Bool, at time: Int64)
        -> Bool
    {
        watch.goesOn(
            TransportInfo(acknowledged: acknowledged, isDelivered: isDelivered),
            at: Moment(nanoseconds: time * 1_000_000_000),
            stallLimit: .seconds(60)
        )
    }

    @Test func whatWasDeliveredWithinTheFirstTimeEnds() {
        var watch = DeliveryWatch()
        #expect(goesOn(&watch, 500, true, at: 2) == false)
    }

    @Test func aClientThatTakesSomeNowAndThenIsWaitedFor() {
        var watch = DeliveryWatch()
        for step in 1...100 { #expect(goesOn(&watch, UInt64(step), false, at: Int64(step) * 59) == true) }
        // Delivered: once more, so that the client can close first.
        #expect(goesOn(&watch, 101, true, at: 5902) == true)
        #expect(goesOn(&watch, 101, true, at: 5904) == false)
    }

    @Test func oneThatTakesNothingIsGivenUp() {
        var watch = DeliveryWatch()
        #expect(goesOn(&watch, 7, false, at: 2) == true)
        #expect(goesOn(&watch, 7, false, at: 61) == true)
        #expect(goesOn(&watch, 7, false, at: 62) == false)
    }
}

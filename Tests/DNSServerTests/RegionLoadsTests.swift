import Steering
import Telemetry
import Testing

@testable import DNSServer

@Suite struct RegionLoadsTests {
    private func report(_ instance: UInt64, _ rate: Double, connections: UInt32 = 0) -> StateReport {
        StateReport(
            region: "r",
            instance: instance,
            load: StateReport.Load(requestsPerSecond: rate, activeConnections: connections, connectionLimit: 100)
        )
    }

    @Test func `proxies add up, each once however many addresses it has`() {
        #expect(RegionLoads.load([], capacity: 10) == nil)
        #expect(RegionLoads.load([report(1, 5), report(2, 7), report(1, 5)], capacity: 100) == 12)
    }

    @Test func `a region is as full as its connections are`() {
        #expect(RegionLoads.load([report(1, 5, connections: 80)], capacity: 100) == 80)
        #expect(RegionLoads.load([report(1, 5, connections: 80)], capacity: nil) == 5)
    }

    @Test func `answers are kept for whole intervals`() {
        #expect(CapacityPacing().memory == 3)
        #expect(CapacityPacing(interval: .seconds(60)).memory == 1)
        #expect(CapacityPacing(interval: .seconds(4)).memory == 8)
    }
}

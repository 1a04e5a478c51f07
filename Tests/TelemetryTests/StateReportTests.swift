import Testing

@testable import Telemetry

@Suite struct StateReportTests {
    private static let report = StateReport(
        region: "us-east.example.com.",
        instance: 0x0123_4567_89AB_CDEF,
        load: StateReport.Load(
            requestsPerSecond: 1234.5,
            activeRequests: 17,
            activeConnections: 450,
            connectionLimit: 20_000
        ),
        pools: [
            StateReport.Pool(name: "_http._tcp.us-east.example.com.", healthy: 2, total: 3, activePriority: 0),
            StateReport.Pool(name: "_api._tcp.us-east.example.com.", healthy: 0, total: 1, activePriority: nil),
        ]
    )

    @Test func `what is written is read`() throws {
        #expect(try StateReport(octets: Self.report.octets) == Self.report)
        let bare = StateReport(region: "")
        #expect(try StateReport(octets: bare.octets) == bare)
    }

    @Test func `the octets are these`() {
        let report = StateReport(
            region: "a",
            instance: 1,
            load: StateReport.Load(requestsPerSecond: 2, activeRequests: 3, activeConnections: 4, connectionLimit: 5),
            pools: [StateReport.Pool(name: "p", healthy: 1, total: 2, activePriority: 7)]
        )
        var expected: [UInt8] = [0x54, 0x45, 0x52, 0x4E, 1]
        expected += [1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0x61]
        expected += [2, 0, 0, 0, 20, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5]
        expected += [3, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 7, 0x70]
        #expect(report.octets == expected)
    }

    @Test func `a region serves when every pool has a tier that does`() {
        var report = Self.report
        #expect(!report.isServing)
        report.pools[1].activePriority = 1
        #expect(report.isServing)
        report.pools = []
        #expect(!report.isServing)
    }

    @Test func `sections and octets of later forms are passed over`() throws {
        var octets = Self.report.octets
        octets += [0x77, 0, 0, 0, 3, 1, 2, 3]
        #expect(try StateReport(octets: octets) == Self.report)
        var longer = StateReport(region: "a").octets
        // The load is the last section; it gets two more octets.
        longer += [9, 9]
        longer[longer.count - 2 - 20 - 1] = 22
        #expect(try StateReport(octets: longer) == StateReport(region: "a"))
    }

    /// Octets after the mark, without which they are no report at all.
    private static let faulty: [(octets: [UInt8], error: StateReport.WireError)] = [
        ([], .notAReport),
        ([2], .version(2)),
        ([1], .incomplete),
        ([1, 1], .truncated),
        ([1, 1, 0xFF, 0xFF, 0xFF, 0xFF], .truncated),
        ([1, 1, 0, 0, 0, 2, 0, 0], .truncated),
        ([1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF], .notText),
    ]

    @Test(arguments: faulty)
    func `what is no report is refused`(octets: [UInt8], error: StateReport.WireError) {
        #expect(throws: error) { try StateReport(octets: Array("TERN".utf8) + octets) }
        #expect(throws: StateReport.WireError.notAReport) { try StateReport(octets: octets) }
    }

    @Test func `numbers out of range and repeated sections are refused`() {
        for rate in [Double.nan, .infinity, -1] {
            var report = Self.report
            report.load.requestsPerSecond = rate
            #expect(throws: StateReport.WireError.outOfRange) { try StateReport(octets: report.octets) }
        }
        var report = Self.report
        report.pools[0].healthy = 9
        #expect(throws: StateReport.WireError.outOfRange) { try StateReport(octets: report.octets) }
        let region = StateReport(region: "a").octets[5..<19]
        #expect(throws: StateReport.WireError.repeated) { try StateReport(octets: Self.report.octets + region) }
        let large = [UInt8](repeating: 0, count: StateReport.Limits.octets + 1)
        #expect(throws: StateReport.WireError.tooLarge) { try StateReport(octets: large) }
        var many = StateReport(region: "a").octets
        for _ in 0..<9000 { many += [0x77, 0, 0, 0, 0] }
        #expect(throws: StateReport.WireError.tooLarge) { try StateReport(octets: many) }
    }

    @Test func `damaged reports are read or refused, and what is read can be written`() {
        var state: UInt64 = 5
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let octets = Self.report.octets
        var readable = 0
        for _ in 0..<8_000 {
            var damaged = octets
            for _ in 0...random(3) {
                switch random(4) {
                case 0: damaged[random(damaged.count)] = UInt8(random(256))
                case 1: damaged.removeLast(random(damaged.count - 6))
                case 2: damaged.insert(UInt8(random(256)), at: random(damaged.count))
                default: damaged[random(damaged.count)] ^= 1 << UInt8(random(8))
                }
            }
            guard let report = try? StateReport(octets: damaged) else { continue }
            readable += 1
            #expect(report.load.requestsPerSecond.isFinite)
            #expect((try? StateReport(octets: report.octets)) == report)
        }
        #expect(readable > 100)
    }
}

@Suite struct RateWindowTests {
    @Test func `the rate is that of the last seconds`() {
        var window = RateWindow(at: .zero)
        #expect(window.rate(of: 0, at: .zero) == 0)
        #expect(window.rate(of: 100, at: .seconds(1)) == 100)
        #expect(window.rate(of: 200, at: .seconds(2)) == 100)
        for second in 3...10 { _ = window.rate(of: 200, at: .seconds(second)) }
        #expect(window.rate(of: 200, at: .seconds(11)) == 0)
        #expect(window.rate(of: 600, at: .seconds(12)) == 100)
    }

    @Test func `it may be asked by many, often and rarely`() {
        var window = RateWindow(at: .zero)
        for millisecond in 1...20_000 {
            let rate = window.rate(of: UInt64(millisecond), at: .milliseconds(millisecond))
            #expect(abs(rate - 1000) < 0.5)
        }
        #expect(abs(window.rate(of: 20_000 + 3600, at: .seconds(20 + 3600)) - 1) < 2)
        // A count that goes back is of another run.
        #expect(window.rate(of: 0, at: .seconds(20 + 3601)) == 0)
    }
}

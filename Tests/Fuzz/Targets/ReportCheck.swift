import Addressing
import Telemetry

/// Any octets as the report of a proxy: refused, or read as what can be written and read again, within all bounds.
enum ReportCheck {
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        try checkCursor(input)
        guard let report = try? StateReport(octets: input) else { return }
        try require(report.load.requestsPerSecond.isFinite && report.load.requestsPerSecond >= 0, "an impossible rate")
        try require(report.pools.allSatisfy { $0.healthy <= $0.total }, "more servers healthy than there are")
        try require((try? StateReport(octets: report.octets)) == report, "what was read is not what it is written as")
        guard let roundTrips = report.roundTrips else { return }
        let networks = roundTrips.entries.map(\.prefix)
        try require(networks.count <= RoundTripReport.Limits.networks, "\(networks.count) networks")
        try require(Set(networks).count == networks.count, "a network is there twice")
        try require(roundTrips.remaining == 0 || roundTrips.version > roundTrips.since, "a reader would ask for ever")
        for entry in roundTrips.entries {
            try require(entry.digest.count > 0, "a digest of nothing")
            let longest = Float(RoundTripDigest.longest)
            try require((1...longest).contains(entry.digest.centre), "a centre of \(entry.digest.centre)")
            try require((1...longest).contains(entry.digest.recent), "\(entry.digest.recent) of late")
            try require((0...longest).contains(entry.digest.deviation), "a deviation of \(entry.digest.deviation)")
            try require(roundTrips.age(of: entry.digest) <= roundTrips.now, "a sample of before the start")
        }
    }

    /// A cursor has one text.
    private static func checkCursor(_ input: [UInt8]) throws(BrokenRule) {
        guard let text = String(validating: input, as: UTF8.self), let cursor = RoundTripCursor(text) else { return }
        try require(cursor.description == text, "\(text) is read as \(cursor)")
    }

    static var seeds: [[UInt8]] {
        let pools = [
            StateReport.Pool(name: "_http._tcp.us-east.example.com.", healthy: 2, total: 3, activePriority: 0),
            StateReport.Pool(name: "_api._tcp.us-east.example.com.", healthy: 0, total: 1, activePriority: nil),
        ]
        var table = RoundTripTable(capacity: 1, seed: 1)
        let clients = ["192.0.2.7", "198.51.100.1", "2001:db8:1::1", "2001:db8:2::1"].compactMap { IPAddress($0) }
        for (time, client) in (clients + clients.prefix(2)).enumerated() {
            table.add(UInt32(20_000 * (time + 1)), from: ClientPrefix(client), at: UInt32(time))
        }
        let reports = [
            table.report(since: .start, epoch: 7, now: 9), table.report(since: .start, epoch: 7, now: 9, limit: 2),
            table.report(since: RoundTripCursor(epoch: 7, version: 6), epoch: 7, now: 9),
        ]
        let load = StateReport.Load(
            requestsPerSecond: 12.5,
            activeRequests: 3,
            activeConnections: 4,
            connectionLimit: 5
        )
        let states =
            [StateReport(region: ""), StateReport(region: "us-east.", instance: .max, load: load, pools: pools)]
            + reports.map { StateReport(region: "us-east.", load: load, roundTrips: $0) }
        return states.map(\.octets) + [Array("0".utf8), Array("00000000000000ff.42".utf8)]
    }
}

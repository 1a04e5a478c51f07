import Health
import Steering
import Telemetry
import ZoneFile

/// The load of each region, as its proxies last reported it.
enum RegionLoads {
    /// A report is believed for so many intervals of the check.
    private static let lifetime = 4

    /// By region index, in requests a second; `nil` where no proxy has reported lately.
    static func current(
        _ fleet: Fleet,
        _ records: ControlRecords,
        _ watch: RegionWatch,
        at now: ContinuousClock.Instant
    ) -> [Double?] {
        var loads: [Double?] = Array(repeating: nil, count: fleet.regions.count)
        for entry in records.regions {
            guard case .tern = entry.record.check, let region = fleet.region(named: entry.record.name) else { continue }
            let limit = entry.record.schedule.interval * lifetime
            let reports = watch.recentOutcomes(of: entry, at: now, limit: limit).compactMap(\.report)
            loads[region.index] = load(reports, capacity: region.capacity)
        }
        return loads
    }

    /// The load of a region.
    ///
    /// One that is short of connections before it is short of requests is as full as its connections are.
    static func load(_ reports: [StateReport], capacity: Double?) -> Double? {
        guard !reports.isEmpty else { return nil }
        var seen: Set<UInt64> = []
        // A proxy with several addresses is asked at each.
        let proxies = reports.filter { seen.insert($0.instance).inserted }
        let requests = proxies.reduce(0) { $0 + $1.load.requestsPerSecond }
        let connections = proxies.reduce(0) { $0 + $1.load.capacityInUse } / Double(proxies.count)
        return max(requests, connections * (capacity ?? 0))
    }
}

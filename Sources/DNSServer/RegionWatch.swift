import Addressing
import DNSWire
import Health
import Logging
import NIOCore
package import NIOPosix
package import Steering
import Synchronization
import Telemetry
package import ZoneFile

/// Watches the proxies of all regions and tells when the health of one changes.
package final class RegionWatch: Sendable {
    private let monitor: HealthMonitor
    /// What proxies want to see from who asks for their state.
    private let reportKey: String?
    /// Whose checks have which label.
    private let regions: RegionNames

    /// A watch on nothing.
    ///
    /// - Parameters:
    ///   - reportKey: what proxies want to see from who asks for their state.
    ///   - onChange: called on an event loop; must not block.
    ///   - onOutlook: called likewise when nothing changed but how soon something could.
    ///   - inbox: where round trips go that proxies report.
    init(
        on group: MultiThreadedEventLoopGroup,
        reportKey: String? = nil,
        logger: Logger,
        onChange: @escaping @Sendable () -> Void,
        onOutlook: @escaping @Sendable () -> Void = {},
        inbox: LatencyInbox? = nil
    ) {
        self.reportKey = reportKey
        let regions = RegionNames()
        self.regions = regions
        monitor = HealthMonitor(
            on: group,
            logger: logger,
            onChange: { _ in onChange() },
            onOutlook: onOutlook,
            onReport: { id, report in
                guard let inbox, let roundTrips = report.roundTrips, let region = regions[id.label] else { return }
                inbox.put(
                    LatencyInbox.Message(
                        region: region,
                        address: id.endpoint.address,
                        claim: report.region,
                        requestsPerSecond: report.load.requestsPerSecond,
                        report: roundTrips,
                        time: .now
                    )
                )
            }
        )
    }

    /// Watches the regions of `records` from now on; an address that stays keeps its state.
    ///
    /// - Parameter asksRoundTrips: whether proxies are asked for the round trips to their clients too.
    /// - Throws: ``RegionCheckError`` when a region's check cannot be made; then nothing changes.
    func watch(_ records: ControlRecords, asksRoundTrips: Bool = false) throws(RegionCheckError) {
        var targets: [HealthTarget] = []
        for region in records.regions where region.record.check != .none {
            for address in region.addresses {
                do throws(CheckConfigurationError) {
                    let id = Self.target(of: region.record, address)
                    let name = region.record.name.readable
                    targets.append(
                        try HealthTarget(
                            id,
                            check: region.record.check,
                            schedule: region.record.schedule,
                            authority: name,
                            region: name,
                            reportKey: reportKey,
                            asksRoundTrips: asksRoundTrips
                        )
                    )
                } catch {
                    throw RegionCheckError(region: region.record.name, cause: error)
                }
            }
        }
        regions.replace(records.regions.map(\.record))
        monitor.update(targets: targets)
    }

    /// Waits until every address was asked once, at most `limit`.
    func firstRoundEnded(within limit: Duration) async {
        _ = await monitor.firstRoundEnded(within: limit)
    }

    /// What is known now, as steering takes it.
    func health(of fleet: Fleet, _ records: ControlRecords) -> FleetHealth {
        var health = FleetHealth(unchecked: fleet)
        let states = monitor.states
        for entry in records.regions where entry.record.check != .none {
            guard let region = fleet.region(named: entry.record.name) else { continue }
            for (position, address) in region.addresses.enumerated() {
                let state = states[Self.target(of: entry.record, address)]
                health.set(
                    AddressHealth(state?.status ?? .unknown),
                    outlook: state.map { Outlook($0.shortestTimeToChange(entry.record.schedule)) },
                    region: region,
                    position: position
                )
            }
        }
        return health
    }

    /// The last result of each address of a region that is not older than `limit`, in the order written.
    func recentOutcomes(of entry: RegionEntry, at now: ContinuousClock.Instant, limit: Duration) -> [CheckOutcome] {
        entry.addresses.compactMap { address in
            guard let state = monitor.state(of: Self.target(of: entry.record, address)),
                let checked = state.lastChecked, now - checked <= limit
            else { return nil }
            return state.lastOutcome
        }
    }

    /// Asks every proxy once.
    ///
    /// - Throws: ``RegionCheckError`` when a region's check cannot be made.
    package static func once(
        _ records: ControlRecords,
        _ fleet: Fleet,
        on group: MultiThreadedEventLoopGroup
    ) async throws(RegionCheckError) -> FleetHealth {
        let watch = RegionWatch(on: group, logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }) {}
        try watch.watch(records)
        await watch.firstRoundEnded(within: .seconds(30))
        let health = watch.health(of: fleet, records)
        await watch.stop()
        return health
    }

    /// Ends all checks.
    func stop() async {
        await monitor.stop()
    }

    /// What is known of an address of a region; `nil` when it is not checked.
    func state(of record: RegionRecord, _ address: IPAddress) -> HealthState? {
        monitor.state(of: Self.target(of: record, address))
    }

    /// The states of all addresses that are checked.
    var states: [HealthTarget.ID: HealthState] { monitor.states }

    fileprivate static func label(of record: RegionRecord) -> String { "region \(record.name.readable)" }

    /// The port is the one that the check names, else the one the service has by default.
    static func target(of record: RegionRecord, _ address: IPAddress) -> HealthTarget.ID {
        HealthTarget.ID(
            label: label(of: record),
            endpoint: Endpoint(address, port: record.check.regionPort)
        )
    }
}

/// The regions by the labels of their checks, for event loops to look up.
private final class RegionNames: Sendable {
    private let names = Mutex<[String: DomainName]>([:])

    subscript(label: String) -> DomainName? { names.withLock { $0[label] } }

    func replace(_ records: [RegionRecord]) {
        let new = Dictionary(records.map { (RegionWatch.label(of: $0), $0.name) }, uniquingKeysWith: { $1 })
        names.withLock { $0 = new }
    }
}

extension AddressHealth {
    fileprivate init(_ status: HealthState.Status) {
        self =
            switch status {
            case .unknown: .unknown
            case .healthy: .healthy
            case .unhealthy: .unhealthy
            }
    }
}

/// Why a region cannot be checked as its REGION record says.
package struct RegionCheckError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The region.
    var region: DomainName
    var cause: CheckConfigurationError

    package var description: String { "region \(region.readable): \(cause)" }
}

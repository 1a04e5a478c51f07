import Addressing
import DNSWire
import Health
import Steering
import ZoneFile

/// A region as operators see it.
package struct RegionReport: Codable, Hashable, Sendable {
    /// Whose word decides the state.
    package enum Authority: String, Codable, Sendable {
        case order
        case zoneFile = "zone file"
        case checks
    }

    /// One address of a region's proxies.
    package struct Address: Codable, Hashable, Sendable {
        package var address: String
        /// `healthy`, `unhealthy` or `unknown`; `unchecked` where the region has no check.
        package var health: String
        /// Since when.
        package var since: Timestamp?
        /// What the last check found.
        package var lastOutcome: String?
        package var lastChecked: Timestamp?
        /// Successes since the last failure.
        package var passesInARow: Int?
        /// Successes in a row that make it healthy again, where it flaps and those are more than usual.
        package var passesNeeded: Int?
        /// Failures since the last success.
        package var failsInARow: Int?
    }

    /// The owner name of its REGION record, absolute.
    package var name: String
    /// The name for people.
    package var label: String
    /// `healthy`, `healthy (1 of 2)`, `unhealthy`, `kept`, `draining`, `drained`, `forced-up`, ...
    package var state: String
    package var decidedBy: Authority
    /// What the checks alone amount to.
    package var checks: String
    /// Why it is answered as before though the checks fail, if so.
    package var kept: String?
    /// `state=` of the REGION record.
    package var zoneState: String?
    /// The order in force.
    package var order: RegionOrders.Order?
    /// When a draining region leaves the answers.
    package var drainedAt: Timestamp?
    /// Requests a second that it carries.
    package var capacity: Double?
    /// The share of its clients that it sends on for want of capacity, 0...1.
    package var shed: Double
    package var addresses: [Address]
}

/// What is known of the regions, to be told.
struct RegionReporter {
    let fleet: Fleet
    let records: ControlRecords
    let health: FleetHealth
    /// By own checks alone.
    let checked: FleetHealth
    let orders: RegionOrders
    let states: [HealthTarget.ID: HealthState]
    let now: Timestamp
    /// The same moment on the clock of the checks.
    let instant: ContinuousClock.Instant

    /// All regions, in the order written.
    var reports: [RegionReport] { records.regions.compactMap(report) }

    private func report(_ entry: RegionEntry) -> RegionReport? {
        guard let region = fleet.region(named: entry.record.name) else { return nil }
        let order = orders.orders[region.name]
        return RegionReport(
            name: region.name.description,
            label: region.label,
            state: health.description(of: region),
            decidedBy: order != nil ? .order : region.assigned == .none ? .checks : .zoneFile,
            checks: checked.description(of: region),
            kept: health.kept[region.index]?.text,
            zoneState: entry.record.state?.rawValue,
            order: order,
            drainedAt: orders.drainedAt(region.name, assigned: region.assigned),
            capacity: region.capacity,
            shed: health.shed[region.index],
            addresses: region.addresses.map { address(entry.record, $0) }
        )
    }

    private func address(_ record: RegionRecord, _ address: IPAddress) -> RegionReport.Address {
        guard record.check != .none, let state = states[RegionWatch.target(of: record, address)] else {
            return RegionReport.Address(
                address: address.description,
                health: record.check == .none ? "unchecked" : HealthState.Status.unknown.rawValue
            )
        }
        return RegionReport.Address(
            address: address.description,
            health: state.status.rawValue,
            since: wall(state.since),
            lastOutcome: state.lastOutcome?.description,
            lastChecked: state.lastChecked.map(wall),
            passesInARow: state.passesInARow,
            passesNeeded: state.status == .unhealthy && state.relapses > 0
                ? state.neededPasses(record.schedule.passes) : nil,
            failsInARow: state.failsInARow
        )
    }

    private func wall(_ moment: ContinuousClock.Instant) -> Timestamp {
        now.adding(-moment.duration(to: instant).components.seconds)
    }
}

package import Addressing
package import DNSWire
package import Geography
package import ZoneFile

/// A region as steering sees it: where it is, whose clients it covers, which addresses lead to it.
package struct Region: Hashable, Sendable {
    /// Its place in ``Fleet/regions``, 0...65534.
    package let index: Int
    /// The owner name of its REGION record.
    package let name: DomainName
    /// A short name for people: `us-east`.
    package let label: String
    /// Where it is.
    package let location: GeoPoint?
    /// Whose clients the `geo` policy sends here; a region lies in these areas, which is what a fence asks.
    package let covers: [Area]
    /// What the distance to the region is multiplied by, 0.01...1.99: 1 - `bias`/100.
    package let stretch: Double
    /// Requests a second that it carries; `nil` when not said.
    package let capacity: Double?
    /// What the zone file says of it.
    package let assigned: AdministrativeState
    /// The addresses of its proxies in the order written.
    package let addresses: [IPAddress]
    /// How many addresses must be healthy for the region to be, 1...`addresses.count` (1 where there are none).
    package let requiredCount: Int
    /// When its addresses are checked; `nil` when they never are (`check=none`).
    package let schedule: CheckSchedule?

    /// Whether its addresses are checked at all.
    package var isChecked: Bool { schedule != nil }

    init(index: Int, label: String, entry: RegionEntry) {
        self.index = index
        self.label = label
        name = entry.record.name
        location = entry.record.location
        covers = entry.record.covers
        stretch = 1 - min(max(entry.record.bias, -99), 99) / 100
        capacity = entry.record.capacity
        assigned = AdministrativeState(entry.record.state)
        addresses = entry.addresses
        requiredCount = max(1, entry.record.minimumHealthy?.count(of: entry.addresses.count) ?? 1)
        schedule = entry.record.check == .none ? nil : entry.record.schedule
    }

    /// Whether it lies inside `fence`; every region lies inside an empty fence.
    func isInside(_ fence: [Area]) -> Bool {
        fence.isEmpty || covers.contains { cover in fence.contains { cover.lies(in: $0) } }
    }
}

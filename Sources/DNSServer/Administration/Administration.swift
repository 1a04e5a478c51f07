import DNSWire
import Steering

/// What a ``ZoneService`` needs to be told orders: those that were in force before, the time, and where to keep them.
package struct Administration: Sendable {
    /// The orders in force at the start.
    package var orders: RegionOrders
    /// The time of day.
    package var now: @Sendable () -> Timestamp
    /// Keeps the orders across restarts, and returns why it cannot, if so; `nil` where nothing is to be kept.
    package var save: @Sendable (RegionOrders) -> String?

    package init(
        orders: RegionOrders = RegionOrders(),
        now: @escaping @Sendable () -> Timestamp = { .now },
        save: @escaping @Sendable (RegionOrders) -> String? = { _ in nil }
    ) {
        self.orders = orders
        self.now = now
        self.save = save
    }
}

extension RegionOrders {
    /// Sets the administrative state of every region.
    func apply(to health: inout FleetHealth, _ fleet: Fleet, at now: Timestamp) {
        for region in fleet.regions {
            health.set(state(of: region.name, assigned: region.assigned, at: now), region: region)
        }
    }
}

/// An order of a region that no zone has any more.
package struct StrayOrder: Codable, Hashable, Sendable {
    /// The region, absolute.
    package var region: String
    package var order: RegionOrders.Order
}

/// What came of an order.
package struct OrderReport: Codable, Hashable, Sendable {
    /// The region afterwards; `nil` for an order taken back of a region that no zone has any more.
    package var region: RegionReport?
    /// Why the order is not kept across restarts, if so.
    package var warning: String?
}

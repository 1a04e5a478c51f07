import Authority
import DNSWire
import Logging
import Steering

extension ZoneService {
    /// Takes a region out of the answers: at once its answers live as short as they may, and when those given before
    /// have left the caches, it takes no more clients.
    ///
    /// - Parameters:
    ///   - name: its label or its whole name.
    ///   - by: who orders it.
    /// - Throws: ``AdministrationError``
    package func drain(_ name: String, by: String, reason: String) throws(AdministrationError) -> OrderReport {
        let region = try region(called: name)
        let now = administration.now()
        let isOut = [.drained, .forcedDown].contains(decisions.health.administrative[region.index])
        let expiry = isOut ? now : expiry(of: region, at: now)
        orders.drain(region.name, by: by, reason: reason, at: now, expiry: expiry)
        return carryOut(region.name)
    }

    /// Takes the order to drain back.
    ///
    /// - Throws: ``AdministrationError``, also when there is none.
    package func undrain(_ name: String, by: String) throws(AdministrationError) -> OrderReport {
        try lift(name, by: by) { order, name throws(AdministrationError) in
            guard order.kind == .drain else { throw .isForced(name, isUp: order.kind == .up) }
        }
    }

    /// Makes a region up or down whatever checks and zone file say; `nil` takes any order back.
    ///
    /// - Throws: ``AdministrationError``
    package func force(
        _ name: String,
        isUp: Bool?,
        by: String,
        reason: String
    ) throws(AdministrationError) -> OrderReport {
        guard let isUp else { return try lift(name, by: by) { _, _ throws(AdministrationError) in } }
        let region = try region(called: name)
        orders.force(region.name, isUp: isUp, by: by, reason: reason, at: administration.now())
        return carryOut(region.name)
    }

    private func lift(
        _ name: String,
        by: String,
        _ verify: (RegionOrders.Order, String) throws(AdministrationError) -> Void
    ) throws(AdministrationError) -> OrderReport {
        // The zones may have lost the region meanwhile.
        let stray = (try? DomainName(name)).flatMap { orders.orders[$0] != nil ? $0 : nil }
        let region = if let stray { stray } else { try self.region(called: name).name }
        let label = map.fleet.region(named: region)?.label ?? region.readable
        guard let order = orders.orders[region] else { throw .noOrder(label) }
        try verify(order, label)
        orders.lift(region)
        logger.notice("order taken back", metadata: ["region": "\(label)", "by": "\(by)"])
        return carryOut(region)
    }

    /// Keeps the orders and publishes what they mean.
    private func carryOut(_ region: DomainName) -> OrderReport {
        if let order = orders.orders[region] {
            logger.notice(
                "region ordered",
                metadata: [
                    "region": "\(region.readable)", "order": "\(order.kind)", "by": "\(order.by)",
                    "reason": "\(order.reason)",
                ]
            )
        }
        let failure = keepOrders()
        takeHealth()
        awaitNextChange()
        return OrderReport(region: regionReports.first { $0.name == region.description }, warning: failure)
    }

    /// Saves the orders.
    ///
    /// - Returns: why they are not kept across restarts, if so.
    @discardableResult
    func keepOrders() -> String? {
        guard let failure = administration.save(orders) else { return nil }
        logger.error("orders are not kept across restarts: \(failure)")
        return failure
    }
}

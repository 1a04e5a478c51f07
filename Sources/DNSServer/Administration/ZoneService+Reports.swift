package import Addressing
import Authority
package import DNSWire
package import Steering
import ZoneFile

extension ZoneService {
    /// All regions with what decides their state.
    package var regionReports: [RegionReport] {
        var checked = watch.health(of: map.fleet, records)
        for region in map.fleet.regions { checked.set(AdministrativeState.none, region: region) }
        return RegionReporter(
            fleet: map.fleet,
            records: records,
            health: decisions.health,
            checked: checked,
            orders: orders,
            states: watch.states,
            now: administration.now(),
            instant: .now
        ).reports
    }

    /// The orders of regions that no zone has any more; they are in force again when one has.
    package var strayOrders: [StrayOrder] {
        orders.orders.filter { map.fleet.region(named: $0.key) == nil }.sorted { $0.key < $1.key }
            .map { StrayOrder(region: $0.key.description, order: $0.value) }
    }

    /// What is served.
    ///
    /// - Parameter limit: how many zones are named.
    package func contents(zones limit: Int) -> ServiceContents {
        ServiceContents(
            generation: publisher.generation,
            summary: zones.summary,
            regionCount: map.fleet.regions.count,
            zones: zones.serials(limit: limit).map { ServiceReport.Zone(name: $0.name.description, serial: $0.serial) },
            reloadFailure: reloadFailure
        )
    }

    /// Why a client gets its answer, from the decisions that queries are answered from.
    ///
    /// - Parameters:
    ///   - down: regions to take as down.
    /// - Throws: ``AdministrationError``
    package func explanation(
        of name: DomainName,
        client: IPAddress,
        subnet: IPPrefix?,
        down: [String]
    ) throws(AdministrationError) -> Explanation {
        guard let rule = map.fleet.rule(named: name) else {
            throw .notSteered(name, steered: map.fleet.rules.prefix(12).map(\.name))
        }
        var decisions = decisions
        if !down.isEmpty {
            var health = decisions.health
            for region in down { health.set(AddressHealth.unhealthy, region: try self.region(called: region)) }
            decisions = decisions.updated(for: health)
        }
        return decisions.explain(rule, client: client, subnet: subnet, ttl: zones.steeredTTL(ofRule: rule.index) ?? 0)
    }

    /// The region that a person means: by its label or its whole name.
    func region(called name: String) throws(AdministrationError) -> Region {
        let named = (try? DomainName(name)).flatMap { map.fleet.region(named: $0) }
        guard let region = map.fleet.regions.first(where: { $0.label == name }) ?? named else {
            throw .noSuchRegion(name, regions: map.fleet.regions.map(\.label))
        }
        return region
    }
}

import Authority
import DNSWire
import GeoData
import Geography
import Steering
import ZoneFile

/// A zone with everything that answering from it needs, all its regions healthy.
struct ServedZone {
    let map: SteeringMap
    let snapshot: Snapshot

    /// Why there is none.
    struct Fault: Error {
        var findings: [Finding]
    }

    /// Reads a geographic database and a zone file.
    init(database: String, zone: String) throws {
        let set = ZoneSet(paths: [zone])
        guard !set.hasErrors else { throw Fault(findings: set.findings) }
        let geography = try GeoDatabase(path: database)
        let atlas = try Atlas { (add) throws(GeoDatabaseError) in
            try geography.forEachNetwork { prefix, location in add(prefix, location.index) }
        }
        let fleet = Fleet(ControlRecords(zones: set.zones))
        map = SteeringMap(fleet: fleet, atlas: atlas)
        var rules: [DomainName: Int] = [:]
        for rule in fleet.rules { rules[rule.name] = rule.index }
        let zones = try ZoneCompiler.compile(set.zones, rules: rules)
        let decisions = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
        let steering = try SteerData(zones, decisions)
        snapshot = Snapshot(zones: zones, steering: steering, controlAccess: [], generation: 1)
    }
}

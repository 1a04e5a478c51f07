import Authority
import DNSWire
import Geography
import Steering
import ZoneFile

/// A large fleet: 64 regions of two addresses and 100 steered names, each with a choice of regions of its own; or with
/// names in names, three levels of them.
///
/// It measures how long a change takes until it can be published, where ``ServedZone`` is for what an answer takes.
struct SteeredFleet {
    private let zones: ZoneData
    private let regions: [Region]
    private var health: FleetHealth
    private var decisions: SteeringDecisions

    private static let policies =
        Array(repeating: "nearest", count: 30) + Array(repeating: "geo", count: 25)
        + Array(repeating: "latency", count: 10) + Array(repeating: "weighted", count: 20)
        + Array(repeating: "failover", count: 10) + Array(repeating: "all", count: 5)

    /// Steers the fleet by the places of an atlas.
    ///
    /// - Parameter isComposed: whether steered names list steered names.
    init(_ atlas: Atlas, isComposed: Bool = false) throws {
        let text = Self.regions(atlas) + (isComposed ? Self.composedNames : Self.names)
        let outcome = ZoneFileReader.read(
            Array(text.utf8),
            path: "fleet",
            origin: try DomainName("fleet.test")
        )
        guard let zone = outcome.zone else { throw ServedZone.Fault(findings: outcome.findings) }
        let fleet = Fleet(ControlRecords(zones: [zone]))
        var rules: [DomainName: Int] = [:]
        for rule in fleet.rules { rules[rule.name] = rule.index }
        zones = try ZoneCompiler.compile([zone], rules: rules)
        regions = fleet.regions
        health = FleetHealth(allHealthy: fleet)
        decisions = SteeringDecisions(map: SteeringMap(fleet: fleet, atlas: atlas), health: health)
    }

    /// Takes one address down, or up again, and makes what would be published.
    ///
    /// - Parameter number: which change: of four in a row one region goes down and up again.
    /// - Returns: something of the result.
    mutating func flip(_ number: Int) -> Int {
        let region = regions[number / 4 % regions.count]
        health.set(number % 4 < 2 ? .unhealthy : .healthy, region: region, position: number % 2)
        decisions = decisions.updated(for: health)
        return (try? SteerData(zones, decisions))?.decisions.answers(of: decisions.map.fleet.rules[0]).count ?? 0
    }

    /// The zone up to its steered names, with regions in countries spread over the atlas.
    private static func regions(_ atlas: Atlas) -> String {
        var text = "$TTL 60\n@ SOA ns1 host 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n"
        let places = atlas.locations.compactMap { place in
            place.coordinates.flatMap { point in place.country.map { (point, $0) } }
        }
        for index in 0..<64 where !places.isEmpty {
            let (point, country) = places[index * 977 % places.count]
            text += "r\(index) REGION at=\(point.latitude),\(point.longitude) covers=country:\(country)\n"
            text += "r\(index) A 192.0.2.\(index)\nr\(index) AAAA 2001:db8::\(index)\n"
        }
        return text
    }

    /// A hundred names that list regions.
    private static var names: String {
        var text = ""
        for (index, policy) in policies.enumerated() {
            // 37 has no factor in common with the count, so that each name gets another order.
            let members = (0..<(64 - index % 12)).map { position in
                let region = (position * 37 + index * 5) % 64
                return policy == "weighted" ? "r\(region)=\(1 + (region + index) % 9)" : "r\(region)"
            }
            let override = index % 20 == 19 ? " net=10.\(index).0.0/24:r7" : ""
            text += "n\(index) STEER \(policy) \(members.joined(separator: " "))\(override)\n"
        }
        return text
    }

    /// Eight names that list eight regions each, four that list two of them, and 88 that list these.
    private static var composedNames: String {
        var text = ""
        let policies = ["nearest", "geo", "weighted", "failover"]
        for group in 0..<8 {
            let regions = (0..<8).map { "r\(group + $0 * 8)" }
            text += "g\(group) STEER \(policies[group % 4]) \(regions.joined(separator: " "))\n"
        }
        for pair in 0..<4 { text += "m\(pair) STEER \(policies[pair]) g\(2 * pair) g\(2 * pair + 1)\n" }
        for index in 0..<88 {
            let (kind, count) = index % 2 == 0 ? ("m", 4) : ("g", 8)
            let members = (0..<count).map { "\(kind)\(($0 * 3 + index) % count)" }
            text += "n\(index) STEER \(policies[index / 2 % 4]) \(members.joined(separator: " "))\n"
        }
        return text
    }
}

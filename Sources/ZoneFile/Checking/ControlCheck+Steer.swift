import Addressing
import DNSWire
import Geography

extension ControlCheck {
    /// Checks the STEER record of a name.
    mutating func checkSteer(_ rrset: ZoneRRset, _ graph: SteerGraph, _ zone: Int) {
        reportRepeated(rrset, zone)
        let record = rrset.first
        checkNeighbours(rrset, zone)
        var fields = ControlFields(rdata: record.rdata)
        let steer = SteerRecord(name: rrset.node.owner, fields: &fields)
        guard report(fields, record, zone) else { return }
        let members = fields.fields.filter { $0.key == "region" }.map(\.index)
        let named = namedRegions(steer, fields)
        for named in named where regions[named.name] == nil && !graph.isSteered(named.name) {
            let others = graph.steers.keys.filter { $0 != steer.name }.sorted()
            reportUnknown(named.name, or: others, record, zone, field: named.field)
        }
        checkMembers(steer, members, graph, rrset, zone)
        checkWeights(steer, members, graph, record, zone)
        checkOptions(steer, fields, rrset, zone)
        checkComposition(steer, graph, named, record, zone)
        checkFence(steer, graph, named, fields, record, zone)
    }

    /// A name is either steered or an alias or has addresses of its own.
    private mutating func checkNeighbours(_ rrset: ZoneRRset, _ zone: Int) {
        for neighbour in rrset.node.rrsets {
            switch neighbour.type {
            case .cname:
                report(
                    .steerBesideCNAME,
                    neighbour.first,
                    zone,
                    "\(rrset.node.owner) has a STEER record and a CNAME record",
                    hint: "remove the CNAME: STEER answers the name itself"
                )
            case .a, .aaaa:
                report(
                    .steerBesideAddress,
                    neighbour.first,
                    zone,
                    "\(rrset.node.owner) has a STEER record and \(neighbour.type) records",
                    hint: "STEER answers with the addresses of regions; give the name one or the other"
                )
            default: break
            }
        }
    }

    /// Checks the regions in the list.
    private mutating func checkMembers(
        _ steer: SteerRecord,
        _ indices: [Int],
        _ graph: SteerGraph,
        _ rrset: ZoneRRset,
        _ zone: Int
    ) {
        let record = rrset.first
        var seen: Set<DomainName> = []
        var shortest: Duration?
        for (member, field) in zip(steer.members, indices) {
            let shown = member.region.relative(to: zones[zone].origin)
            if !seen.insert(member.region).inserted {
                report(.repeatedRegion, record, zone, field: field, "the region \(shown) is listed twice")
            }
            let reach = graph.reach(of: member.region, membersOnly: true)
            for region in reach where region.check != .none {
                shortest = min(shortest ?? region.schedule.interval, region.schedule.interval)
            }
            if steer.policy.usesPlaces, !reach.isEmpty, reach.allSatisfy({ $0.location == nil && $0.covers.isEmpty }) {
                report(
                    .regionWithoutPlace,
                    record,
                    zone,
                    field: field,
                    "the policy '\(steer.policy.rawValue)' goes by places, and the region \(shown) has none",
                    hint: "give its REGION record at=LATITUDE,LONGITUDE or covers=AREA,..."
                )
            }
        }
        if let shortest, Duration.seconds(rrset.ttl) < shortest {
            report(
                .ttlBelowInterval,
                record,
                zone,
                "TTL \(rrset.ttl) is shorter than the check interval of the regions, \(shortest)",
                hint: "resolvers would ask more often than the answer can change"
            )
        }
    }

    /// Checks that weights fit the policy and leave someone to share.
    private mutating func checkWeights(
        _ steer: SteerRecord,
        _ members: [Int],
        _ graph: SteerGraph,
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        guard steer.policy == .weighted else {
            guard let index = steer.members.firstIndex(where: { $0.weight != 1 }), index < members.count else { return }
            report(
                .optionWithoutEffect,
                record,
                zone,
                field: members[index],
                "the policy '\(steer.policy.rawValue)' does not use weights",
                hint: "the policy that does is 'weighted'"
            )
            return
        }
        let inside = steer.members.filter { member in
            graph.reach(of: member.region).allSatisfy { $0.lies(inside: steer.fence) }
        }
        if inside.allSatisfy({ $0.weight == 0 }), !inside.isEmpty || steer.fence.isEmpty {
            let message =
                inside.count == steer.members.count ? "all weights are 0" : "all weights inside the fence are 0"
            let hint = "weight 0 keeps a region for when all others are out: give one a weight"
            report(.zeroWeights, record, zone, field: members.first, message, hint: hint)
        }
        // Shares inside shares: a region at both levels would get neither.
        let direct = Set(steer.members.map(\.region).filter { !graph.isSteered($0) })
        for (member, field) in zip(steer.members, members) where graph.isSteered(member.region) {
            let reach = graph.reach(of: member.region, membersOnly: true).map(\.name)
            if let twice = reach.first(where: direct.contains) {
                let shown = member.region.relative(to: zones[zone].origin)
                let region = twice.relative(to: zones[zone].origin)
                report(
                    .repeatedRegion,
                    record,
                    zone,
                    field: field,
                    "\(region) is a region of \(shown) and stands beside it, so that no weight says its share",
                    hint: "list it in one place"
                )
            }
        }
    }

    /// Checks that options fit the policy and each other.
    private mutating func checkOptions(
        _ steer: SteerRecord,
        _ fields: ControlFields,
        _ rrset: ZoneRRset,
        _ zone: Int
    ) {
        let record = rrset.first
        var networks: Set<IPPrefix> = []
        for (override, field) in zip(steer.overrides, fields.fields.filter { $0.key == "net" })
        where !networks.insert(override.network).inserted {
            let message = "the network \(override.network) is given twice"
            report(.repeatedNetwork, record, zone, field: field.index, message, hint: "it goes to one region")
        }
        if let minimum = steer.minimumTTL, minimum > rrset.ttl {
            report(
                .minimumAboveTTL,
                record,
                zone,
                field: fields.fields.first { $0.key == "ttl-min" }?.index,
                "ttl-min is \(minimum) s, and the TTL of the record is \(rrset.ttl) s",
                hint: "the TTL of the record is the longest that answers have"
            )
        }
        guard let within = steer.within else { return }
        let field = fields.fields.first { $0.key == "within" }?.index
        switch (steer.policy, within) {
        case (.latency, .time), (.nearest, .kilometres), (.geo, .kilometres): break
        case (.latency, .kilometres):
            report(.withinUnit, record, zone, field: field, "'latency' measures time", hint: "such as within=5ms")
        case (.nearest, .time), (.geo, .time):
            let message = "'\(steer.policy.rawValue)' measures distance"
            report(.withinUnit, record, zone, field: field, message, hint: "such as within=300km")
        default:
            report(
                .optionWithoutEffect,
                record,
                zone,
                field: field,
                "the policy '\(steer.policy.rawValue)' does not use 'within'",
                hint: "the policies that do are latency, nearest and geo"
            )
        }
    }
}

extension SteerRecord.Policy {
    /// Whether the policy needs to know where regions are.
    fileprivate var usesPlaces: Bool {
        switch self {
        case .geo, .nearest, .latency: true
        case .failover, .weighted, .all: false
        }
    }
}

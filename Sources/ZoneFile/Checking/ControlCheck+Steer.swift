import DNSWire
import Geography

extension ControlCheck {
    /// Checks the STEER record of a name.
    mutating func checkSteer(_ rrset: ZoneRRset, _ zone: Int) {
        reportRepeated(rrset, zone)
        let record = rrset.first
        checkNeighbours(rrset, zone)
        var fields = ControlFields(rdata: record.rdata)
        let steer = SteerRecord(name: rrset.node.owner, fields: &fields)
        guard report(fields, record, zone) else { return }
        let members = fields.fields.filter { $0.key == "region" }.map(\.index)
        checkMembers(steer, members, rrset, zone)
        checkOptions(steer, members, fields, record, zone)
        checkFence(steer, fields, record, zone)
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

    /// Checks the regions in the list, those in `net=` and the one in `when-down=`.
    private mutating func checkMembers(_ steer: SteerRecord, _ indices: [Int], _ rrset: ZoneRRset, _ zone: Int) {
        let record = rrset.first
        var seen: Set<DomainName> = []
        var shortest: Duration?
        for (member, field) in zip(steer.members, indices) {
            let shown = member.region.relative(to: zones[zone].origin)
            if !seen.insert(member.region).inserted {
                report(.repeatedRegion, record, zone, field: field, "the region \(shown) is listed twice")
            }
            guard let region = regions[member.region]?.record else {
                reportUnknown(member.region, record, zone, field: field)
                continue
            }
            if region.check != .none { shortest = min(shortest ?? region.schedule.interval, region.schedule.interval) }
            if steer.policy.usesPlaces, region.location == nil, region.covers.isEmpty {
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
        var fields = ControlFields(rdata: record.rdata)
        let overrides = fields.known(["net"], repeatable: ["net"])
        for (override, field) in zip(steer.overrides, overrides) where regions[override.region] == nil {
            reportUnknown(override.region, record, zone, field: field.index)
        }
        if case .region(let name) = steer.whenDown, regions[name] == nil {
            reportUnknown(name, record, zone, field: fields.fields.first { $0.key == "when-down" }?.index)
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

    /// Checks that weights and `within=` fit the policy.
    private mutating func checkOptions(
        _ steer: SteerRecord,
        _ members: [Int],
        _ fields: ControlFields,
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        if steer.policy == .weighted {
            if steer.members.allSatisfy({ $0.weight == 0 }) {
                report(.zeroWeights, record, zone, field: members.first, "all weights are 0")
            }
        } else if let index = steer.members.firstIndex(where: { $0.weight != 1 }), index < members.count {
            report(
                .optionWithoutEffect,
                record,
                zone,
                field: members[index],
                "the policy '\(steer.policy.rawValue)' does not use weights",
                hint: "the policy that does is 'weighted'"
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

    /// Checks that some region of the list lies inside the fence.
    private mutating func checkFence(
        _ steer: SteerRecord,
        _ fields: ControlFields,
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        let known = steer.members.compactMap { regions[$0.region]?.record }
        guard !steer.fence.isEmpty, !known.contains(where: { $0.lies(inside: steer.fence) }) else { return }
        report(
            .unsatisfiableFence,
            record,
            zone,
            field: fields.fields.first { $0.key == "fence" }?.index,
            "none of the regions lies inside the fence",
            hint: "a region lies in the areas that its covers= names"
        )
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

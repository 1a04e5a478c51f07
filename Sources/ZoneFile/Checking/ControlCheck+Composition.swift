import DNSWire

extension ControlCheck {
    /// A field that names a region, with what it is for.
    struct NamedRegion {
        var name: DomainName
        /// Its index in the RDATA.
        var field: Int?
    }

    /// Everything a STEER record names as a region, with the fields.
    func namedRegions(_ steer: SteerRecord, _ fields: ControlFields) -> [NamedRegion] {
        var named: [NamedRegion] = []
        var members = steer.members.makeIterator()
        var overrides = steer.overrides.makeIterator()
        for field in fields.fields {
            let name: DomainName? =
                switch field.key {
                case "region": members.next()?.region
                case "net": overrides.next()?.region
                case "when-down":
                    if case .region(let name) = steer.whenDown { name } else { nil }
                default: nil
                }
            if let name { named.append(NamedRegion(name: name, field: field.index)) }
        }
        return named
    }

    /// Checks the steered names that stand as regions of another.
    mutating func checkComposition(
        _ steer: SteerRecord,
        _ graph: SteerGraph,
        _ named: [NamedRegion],
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        let origin = zones[zone].origin
        for named in named where graph.isSteered(named.name) {
            let shown = named.name.relative(to: origin)
            if steer.policy == .all {
                report(
                    .steerInAll,
                    record,
                    zone,
                    field: named.field,
                    "\(shown) is a steered name, and the policy 'all' takes regions only",
                    hint: "list its regions"
                )
            }
            guard graph.level(named.name) >= SteerRecord.maximumDepth else { continue }
            if let path = graph.path(from: named.name, to: steer.name) {
                let names = ([steer.name] + path).map { $0.relative(to: origin) }
                report(
                    .steerLoop,
                    record,
                    zone,
                    field: named.field,
                    "\(shown) leads back to \(names[0]): \(names.joined(separator: " > "))",
                    hint: "a steered name cannot be a region of itself"
                )
            } else if graph.level(named.name) == SteerRecord.maximumDepth {
                report(
                    .steerTooDeep,
                    record,
                    zone,
                    field: named.field,
                    "\(shown) and the steered names in it are \(SteerRecord.maximumDepth) levels already",
                    hint: "at most \(SteerRecord.maximumDepth) steered names can stand one in the other"
                )
            }
        }
    }

    /// Checks that a fence leaves something, and that nothing that must be answered lies outside.
    mutating func checkFence(
        _ steer: SteerRecord,
        _ graph: SteerGraph,
        _ named: [NamedRegion],
        _ fields: ControlFields,
        _ record: ZoneRecord,
        _ zone: Int
    ) {
        guard !steer.fence.isEmpty else { return }
        let members = Set(fields.fields.filter { $0.key == "region" }.map(\.index))
        var isSatisfiable = false
        var isCut = false
        for named in named {
            let reach = graph.reach(of: named.name)
            let inside = reach.count { $0.lies(inside: steer.fence) }
            let isMember = named.field.map(members.contains) ?? false
            if inside > 0, inside == reach.count, isMember { isSatisfiable = true }
            guard inside < reach.count else { continue }
            let shown = named.name.relative(to: zones[zone].origin)
            if inside > 0, let outside = reach.first(where: { !$0.lies(inside: steer.fence) }) {
                isCut = true
                let region = outside.name.relative(to: zones[zone].origin)
                report(
                    .fenceCut,
                    record,
                    zone,
                    field: named.field,
                    "\(shown) can answer \(region), which lies outside the fence",
                    hint: "give \(shown) the same fence"
                )
            } else if !isMember {
                report(
                    .outsideFence,
                    record,
                    zone,
                    field: named.field,
                    "\(shown) lies outside the fence",
                    hint: "a region lies in the areas that its covers= names"
                )
            }
        }
        if !isSatisfiable, !isCut {
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
}

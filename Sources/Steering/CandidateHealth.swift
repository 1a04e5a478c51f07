import ZoneFile

/// A state of health by candidate: of a region what is known of it, of a group what its regions amount to.
struct CandidateHealth: Sendable {
    /// What the candidates of groups are made from.
    let regions: FleetHealth
    /// By candidate.
    private(set) var conditions: [RegionCondition]
    /// By candidate; nothing is ever said of a group.
    private(set) var administrative: [AdministrativeState]
    /// By candidate: the share of its clients that it sends on for want of capacity, 0...1.
    private(set) var shed: [Double]
    /// The labels of groups count their regions.
    private let groups: [Group]

    init(_ health: FleetHealth, _ fleet: Fleet) {
        regions = health
        conditions = health.conditions
        administrative = health.administrative
        shed = health.shed
        groups = fleet.groups
        // A group comes after those that it lists.
        for group in fleet.groups {
            let standing = Self.standing(of: fleet.rules[group.rule], conditions, administrative, shed)
            conditions.append(standing.condition)
            administrative.append(.none)
            shed.append(standing.shed)
        }
    }

    /// What the members of a rule amount to, whoever asks.
    private static func standing(
        of rule: Rule,
        _ conditions: [RegionCondition],
        _ administrative: [AdministrativeState],
        _ shed: [Double]
    ) -> (condition: RegionCondition, shed: Double) {
        let permitted = rule.members.filter { !administrative[$0.region].isOut }
        let usable = permitted.filter {
            conditions[$0.region].isUp
                || administrative[$0.region] == .forcedUp && conditions[$0.region] != .noAddresses
        }
        guard !usable.isEmpty else {
            if rule.members.allSatisfy({ conditions[$0.region] == .noAddresses }) { return (.noAddresses, 0) }
            let isKnown = permitted.isEmpty || permitted.contains { conditions[$0.region] == .unhealthy }
            return (isKnown ? .unhealthy : .unknown, 0)
        }
        return (.healthy, shedTogether(rule, usable, shed))
    }

    /// A member of a group that takes clients.
    private struct Place: WaterfallPlace {
        var region: Int
        var weight: Double
        var band: Int
    }

    /// The share of its clients that no member of a group keeps, where order and weights are all that is known of them.
    private static func shedTogether(_ rule: Rule, _ usable: [Rule.Member], _ shed: [Double]) -> Double {
        guard rule.record.policy != .all else { return 0 }
        let isWeighted = rule.record.policy == .weighted
        let isReserve = usable.allSatisfy { $0.weight == 0 }
        let places = usable.enumerated().compactMap { position, member -> Place? in
            guard isWeighted else { return Place(region: member.region, weight: 1, band: position) }
            if !isReserve, member.weight == 0 { return nil }
            return Place(region: member.region, weight: isReserve ? 1 : Double(member.weight), band: 0)
        }
        return Waterfall.share(over: places, kept: { 1 - shed[places[$0].region] }) { _, _, _ in }
    }

    /// The share that a candidate sends on of those clients who would go to `next`.
    ///
    /// Towards a group it is the mean of what it is towards the group's regions.
    func shed(of candidate: Int, next: Waterfall.Next) -> Double {
        guard candidate < regions.addresses.count else { return shed[candidate] }
        guard case .region(let next) = next, next >= regions.addresses.count else {
            return regions.shed(of: candidate, next: next)
        }
        let parts = groups[next - regions.addresses.count].regions
        guard !parts.isEmpty else { return shed[candidate] }
        return parts.reduce(0) { $0 + regions.shed(of: candidate, next: .region($1)) } / Double(parts.count)
    }

    /// Why a region is answered as before though the checks fail; `nil` when they do not, and for a group.
    func keeping(_ candidate: Int) -> Keeping? {
        regions.kept.indices.contains(candidate) ? regions.kept[candidate] : nil
    }

    /// How many addresses of a region are up, of how many; of a group, how many regions.
    func count(of candidate: Int) -> (up: Int, total: Int) {
        guard candidate >= regions.addresses.count else {
            let states = regions.addresses[candidate]
            return (states.count { $0 == .healthy }, states.count)
        }
        let members = groups[candidate - regions.addresses.count].regions
        return (members.count { conditions[$0].isUp && !administrative[$0].isOut }, members.count)
    }

    /// By candidate: what is different from `before`, which is of the same fleet.
    func changes(since before: CandidateHealth) -> [FleetHealth.Change] {
        conditions.indices.map { candidate in
            let isAsGood =
                conditions[candidate] == before.conditions[candidate]
                || conditions[candidate].isUp && before.conditions[candidate].isUp
            let isAsBefore =
                isAsGood && administrative[candidate] == before.administrative[candidate]
                && shed[candidate] == before.shed[candidate]
            guard isAsBefore else { return .standing }
            guard candidate < regions.addresses.count else { return .none }
            guard regions.spill[candidate] == before.regions.spill[candidate] else { return .standing }
            return regions.addresses[candidate] == before.regions.addresses[candidate] ? .none : .addresses
        }
    }
}

extension AdministrativeState {
    /// Whether a region in this state is taken out of all answers.
    var isOut: Bool {
        switch self {
        case .drained, .forcedDown: true
        case .none, .draining, .forcedUp: false
        }
    }
}

extension RegionCondition {
    /// Whether so many addresses are known to be up that the region is.
    var isUp: Bool { self == .healthy || self == .degraded }
}

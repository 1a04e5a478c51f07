/// The clients of all steered names in groups: those of a group have the same choices.
///
/// A group is the ranking of a rule, so which groups there are depends on the map alone. Where their clients may go
/// depends on health besides; see ``ClientChoices``.
struct ClientGroups: Sendable {
    /// A group.
    struct Group: Hashable, Sendable {
        /// Index into ``Fleet/rules``, of the first rule of its kind.
        var rule: Int
        /// The number of its ranking among those of the rule.
        var ranking: Int
        /// Where steered names stand as regions, a class of the clients, which tells their rankings there; else 0.
        var sample: UInt32 = 0
    }

    /// What makes a group the same in another map of the same regions and names: its rule, and how that and the names it
    /// lists rank regions for its clients.
    struct Identity: Hashable, Sendable {
        var rule: Int
        /// The packed heads of the rankings, each behind its length.
        var heads: [UInt16]
    }

    /// The groups.
    private(set) var groups: [Group] = []
    /// By group.
    private(set) var identities: [Identity] = []
    /// By group: its part of the IPv4 addresses of its rule, in which there are `ruleWeight` of them; they add up to 1.
    /// It is where the estimate of demand begins.
    private(set) var prior: [Double] = []

    /// Groups at most, and groups times regions at most: a bound on time and memory.
    private static let maximumCount = 4096
    private static let maximumProduct = 400_000

    /// The groups of the rules that have a region with a capacity.
    init(_ map: SteeringMap) {
        let regions = map.fleet.regions
        let classWeights = Self.classWeights(map.table)
        var weighed: [(group: Group, weight: Double)] = []
        for rule in map.fleet.rules where rule.reach.contains(where: { regions[$0].capacity != nil }) {
            // A name that is answered as another brings its share of clients to the same groups.
            let first = map.firstAlike[rule.index]
            let ranker = map.rankerOfRule[rule.index]
            if rule.groupCount > 0 {
                weighed += Self.composed(first, map, classWeights)
                continue
            }
            var weights = Array(repeating: 0.0, count: map.rankings[ranker].count)
            if let column = map.columnOfRanker[ranker] {
                let width = map.table.columnCount
                for number in classWeights.indices {
                    weights[Int(map.table.rankings[number * width + column])] += classWeights[number]
                }
            } else {
                weights[0] = 1
            }
            for (ranking, weight) in weights.enumerated() {
                // Rankings of IPv6 networks alone have clients too.
                weighed.append((Group(rule: first, ranking: ranking), max(weight, 1e-6)))
            }
        }
        let limit = max(1, min(Self.maximumCount, Self.maximumProduct / max(1, regions.count)))
        var places: [Group: Int] = [:]
        // The heaviest first, the others by their order, so that every name server has the same groups.
        let order = weighed.indices.sorted {
            weighed[$0].weight != weighed[$1].weight ? weighed[$0].weight > weighed[$1].weight : $0 < $1
        }
        for index in order {
            let (group, weight) = weighed[index]
            if let place = places[group] {
                prior[place] += weight
            } else if groups.count < limit {
                places[group] = groups.count
                groups.append(group)
                prior.append(weight)
            } else if let place = groups.firstIndex(where: { $0.rule == group.rule }) {
                prior[place] += weight
            }
        }
        let total = prior.reduce(0, +)
        for index in prior.indices where total > 0 { prior[index] /= total }
        identities = groups.map { Self.identity(of: $0, map) }
    }

    /// By group: which of the former groups it is; `nil` for one that is new.
    func places(in former: ClientGroups) -> [Int?] {
        var known: [Identity: Int] = [:]
        for (place, identity) in former.identities.enumerated() { known[identity] = place }
        return identities.map { known[$0] }
    }

    private static func identity(of group: Group, _ map: SteeringMap) -> Identity {
        let rule = map.fleet.rules[group.rule]
        var heads: [UInt16] = []
        func append(_ rule: Rule, _ ranking: Int) {
            let rankings = map.rankings[map.rankerOfRule[rule.index]]
            let head = rankings.elements[rankings.range(ranking)]
            heads.append(UInt16(clamping: head.count))
            heads += head
        }
        append(rule, group.ranking)
        if rule.groupCount > 0 {
            for number in map.rulesWithin(rule) {
                let inner = map.fleet.rules[number]
                append(inner, map.ranking(of: inner, group.sample))
            }
        }
        return Identity(rule: group.rule, heads: heads)
    }

    /// The groups of a rule that lists steered names: clients with the same rankings in all of them have the same choices.
    private static func composed(
        _ rule: Int,
        _ map: SteeringMap,
        _ classWeights: [Double]
    ) -> [(group: Group, weight: Double)] {
        let rules = map.rulesWithin(map.fleet.rules[rule]).map { map.fleet.rules[$0] }
        var tuples = TupleInterner<UInt32>()
        var found: [(group: Group, weight: Double)] = []
        for (number, weight) in classWeights.enumerated() {
            let sample = UInt32(number)
            let (known, isNew) = tuples.intern(rules.map { UInt32(map.ranking(of: $0, sample)) })
            if isNew {
                let ranking = map.ranking(of: map.fleet.rules[rule], sample)
                found.append((Group(rule: rule, ranking: ranking, sample: sample), 1e-6))
            }
            found[known].weight += weight
        }
        return found
    }

    /// By class: the part of all IPv4 addresses that is of it.
    private static func classWeights(_ table: PrefixTable) -> [Double] {
        var weights = Array(repeating: 0.0, count: table.classCount)
        let runs = table.v4.runs
        for index in runs.starts.indices {
            let end = index + 1 < runs.starts.count ? UInt64(runs.starts[index + 1]) : 1 << 32
            weights[Int(runs.values[index])] += Double(end - UInt64(runs.starts[index])) / 4_294_967_296
        }
        return weights
    }
}

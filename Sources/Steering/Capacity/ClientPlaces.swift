/// The regions that the clients of one class may go to for a rule, in bands, with groups looked into.
///
/// A band of one group becomes the bands of its rule. In a band of several a group stands for the first band of its
/// rule: what that does not keep, the others of the outer band take.
struct ClientPlaces {
    /// A region.
    struct Place: WaterfallPlace {
        var region: Int
        var weight: Double
        var band: Int
    }

    /// Best first; each region once.
    private(set) var places: [Place] = []
    /// Whether all get equal parts, as the `all` policy has it.
    let isFixed: Bool

    /// - Parameters:
    ///   - ranking: the number of the ranking that the rule has for the clients.
    ///   - sample: the class of the clients, for the rankings of groups.
    init(_ rule: Rule, ranking: Int, sample: UInt32, _ map: SteeringMap, _ health: CandidateHealth) {
        let selection = Selection(rule, map.rankings[map.rankerOfRule[rule.index]][ranking], health)
        isFixed = selection.answersAll
        var seen: Set<Int> = []
        var band = 0
        var start = 0
        while start < selection.candidates.count {
            let peers = selection.candidates[start...].prefix { $0.band == selection.candidates[start].band }
            start = peers.endIndex
            var isTaken = false
            for candidate in peers {
                for inner in Self.inner(candidate.region, sample, map, health) {
                    guard peers.count == 1 || inner.band == 0, seen.insert(inner.region).inserted else { continue }
                    let weight = peers.count == 1 ? inner.weight : candidate.weight * inner.weight
                    places.append(Place(region: inner.region, weight: weight, band: band + inner.band))
                    isTaken = true
                }
            }
            if isTaken { band = (places.last?.band ?? band) + 1 }
        }
    }

    /// A candidate's regions: itself, or those of a group; the weights of the first band add up to 1.
    private static func inner(
        _ candidate: Int,
        _ sample: UInt32,
        _ map: SteeringMap,
        _ health: CandidateHealth
    ) -> [Place] {
        guard let group = map.fleet.group(candidate) else { return [Place(region: candidate, weight: 1, band: 0)] }
        let rule = map.fleet.rules[group.rule]
        var places = ClientPlaces(rule, ranking: map.ranking(of: rule, sample), sample: sample, map, health).places
        let total = places.reduce(0) { $0 + ($1.band == 0 ? $1.weight : 0) }
        for index in places.indices where total > 0 { places[index].weight /= total }
        return places
    }
}

extension SteeringMap {
    /// The number of the ranking that a rule has for a class.
    func ranking(of rule: Rule, _ number: UInt32) -> Int {
        guard let column = columnOfRanker[rankerOfRule[rule.index]] else { return 0 }
        return Int(table.rankings[Int(number) * table.columnCount + column])
    }

    /// The rules by which clients of a rule are decided: itself and those of its groups, each once.
    func rulesWithin(_ rule: Rule) -> [Int] {
        var found: [Int] = []
        var open = [rule.index]
        while let index = open.popLast() {
            guard !found.contains(index) else { continue }
            found.append(index)
            open += fleet.rules[index].regions.compactMap { fleet.group($0)?.rule }
        }
        return found
    }
}

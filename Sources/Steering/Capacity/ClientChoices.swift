import Geography

/// Where the clients of each group may go in one state of health, best first, whatever the load.
struct ClientChoices: Sendable {
    /// A region that takes clients of a group.
    struct Place: WaterfallPlace, Sendable {
        var region: Int
        var weight: Double
        var band: Int
        /// Index into ``ClientChoices/passages``.
        var passage: Int
    }

    /// A way out of a region: all clients who come to it and would go on to the same region.
    struct Passage: Hashable, Sendable {
        var region: Int
        var next: Waterfall.Next
        /// What going on costs these clients, in kilometres: the distance between the two regions bounds what is added
        /// to their own. 0 among regions that are as good.
        var cost: Double
    }

    /// The places of all groups, one group after another.
    private(set) var places: [Place] = []
    /// Where those of each group begin, and at last where the next would.
    private(set) var starts: [Int] = [0]
    /// By group: whether all its places get equal parts whatever their load, as the `all` policy has it.
    private(set) var isFixed: [Bool] = []
    /// By region, and for each by cost.
    private(set) var passages: [Passage] = []
    /// By region index: its passages.
    private(set) var passagesOfRegion: [Range<Int>] = []
    /// By region index: a number that regions share which clients can be moved between, however indirectly.
    private(set) var pools: [Int]

    /// So many places of a group are reckoned with.
    private static let depth = 16
    /// What going on to a region at an unknown place costs: half way around the globe.
    private static let unknownCost = 20_015.0

    /// What the filters leave of each group, before capacity.
    init(_ groups: ClientGroups, _ map: SteeringMap, _ health: FleetHealth) {
        let regions = map.fleet.regions
        var unloaded = health
        unloaded.clearSpill()
        let candidateHealth = CandidateHealth(unloaded, map.fleet)
        pools = Array(regions.indices)
        var numbers: [Passage: Int] = [:]
        for group in groups.groups {
            let rule = map.fleet.rules[group.rule]
            let choice = ClientPlaces(
                rule,
                ranking: group.ranking,
                sample: group.sample,
                map,
                candidateHealth
            )
            let candidates = choice.places.prefix(choice.isFixed ? .max : Self.depth)
            for index in candidates.indices {
                let next = Waterfall.next(after: index, in: candidates)
                let passage = Passage(
                    region: candidates[index].region,
                    next: next,
                    cost: Self.cost(regions[candidates[index].region], next, regions)
                )
                if numbers[passage] == nil {
                    numbers[passage] = passages.count
                    passages.append(passage)
                }
                places.append(
                    Place(
                        region: candidates[index].region,
                        weight: candidates[index].weight,
                        band: candidates[index].band,
                        passage: numbers[passage] ?? 0
                    )
                )
                if !choice.isFixed { join(candidates[index].region, candidates[0].region) }
            }
            starts.append(places.count)
            isFixed.append(choice.isFixed || candidates.count < 2)
        }
        sortPassages(regionCount: regions.count)
        for region in pools.indices { pools[region] = pool(of: region) }
    }

    private static func cost(_ region: Region, _ next: Waterfall.Next, _ regions: [Region]) -> Double {
        switch next {
        case .peers: return 0
        case .nobody: return 2 * unknownCost
        case .region(let next):
            guard let here = region.location, let there = regions[next].location else { return unknownCost }
            return here.distance(to: there)
        }
    }

    private mutating func sortPassages(regionCount: Int) {
        let order = passages.indices.sorted {
            let (one, other) = (passages[$0], passages[$1])
            if one.region != other.region { return one.region < other.region }
            return one.cost != other.cost ? one.cost < other.cost : $0 < $1
        }
        var ranks = Array(repeating: 0, count: passages.count)
        for (rank, index) in order.enumerated() { ranks[index] = rank }
        for index in places.indices { places[index].passage = ranks[places[index].passage] }
        passages = order.map { passages[$0] }
        var start = 0
        for region in 0..<regionCount {
            var end = start
            while end < passages.count, passages[end].region == region { end += 1 }
            passagesOfRegion.append(start..<end)
            start = end
        }
    }

    // MARK: - Pools: disjoint sets of regions, each named by its least member

    private func pool(of region: Int) -> Int {
        var region = region
        while pools[region] != region { region = pools[region] }
        return region
    }

    private mutating func join(_ one: Int, _ other: Int) {
        let (one, other) = (pool(of: one), pool(of: other))
        pools[max(one, other)] = min(one, other)
    }
}

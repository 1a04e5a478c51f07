/// Which share of its clients each region sends on, and of which clients.
struct SpillPlan: Hashable, Sendable {
    /// By region index: of all clients who come to it, 0...1.
    var shares: [Double]
    /// By passage, see ``ClientChoices/passages``: the part of its clients that the region keeps.
    var kept: [Double]

    /// Nobody is sent on.
    init(regionCount: Int, passageCount: Int) {
        shares = Array(repeating: 0, count: regionCount)
        kept = Array(repeating: 1, count: passageCount)
    }

    /// Goes over to other choices in the same regions: what is kept of a passage stays, and a new passage takes the share
    /// of its region.
    mutating func carry(from former: ClientChoices, to choices: ClientChoices) {
        let known = Dictionary(zip(former.passages, kept), uniquingKeysWith: { first, _ in first })
        kept = choices.passages.map { known[$0] ?? 1 - shares[$0.region] }
    }

    /// Sets what a region keeps of each passage so that it sends on its share, those who lose least before the others.
    ///
    /// - Parameter arrivals: by passage: how many come through it.
    mutating func arrange(_ region: Int, _ choices: ClientChoices, arrivals: [Double]) {
        let passages = choices.passagesOfRegion[region]
        let total = passages.reduce(0) { $0 + arrivals[$1] }
        let front = SpillOrder.front(share: shares[region])
        var start = passages.lowerBound
        var low = 0.0
        while start < passages.upperBound {
            // Passages of equal cost are one.
            var end = start
            var arriving = 0.0
            while end < passages.upperBound, choices.passages[end].cost == choices.passages[start].cost {
                arriving += arrivals[end]
                end += 1
            }
            let high = total > 0 ? low + arriving / total : 1
            let kept = 1 - SpillOrder.share(front: front, from: low, to: high)
            for passage in start..<end { self.kept[passage] = kept }
            low = total > 0 ? high : 0
            start = end
        }
    }
}

/// Finds the plan under which no region gets more than it should, for an estimate of demand.
struct SpillPlanner {
    let choices: ClientChoices
    let model: DemandModel
    /// By region index: requests a second; `nil` for a region that never sends anyone on.
    let capacities: [Double?]
    let settings: CapacitySettings
    /// By region index: its share of its capacity that is aimed at, and at which it begins to send clients on.
    private(set) var levels: [(target: Double, limit: Double)]

    /// No region sends on more, so that something always tells how its clients are doing.
    private static let greatestShare = 0.998
    private static let damping = 0.7
    private static let iterations = 80
    private static let tolerance = 0.001
    /// When a pool is fuller than the target, its regions aim at so much more than the mean.
    private static let headroom = 1.01

    /// - Parameter pressure: by region index: by how much it is to be emptier than the others.
    init(
        _ choices: ClientChoices,
        _ model: DemandModel,
        _ capacities: [Double?],
        _ pressure: [Double],
        _ settings: CapacitySettings
    ) {
        self.choices = choices
        self.model = model
        self.capacities = capacities
        self.settings = settings
        levels = []
        levels = zip(meanLevels(pressure), pressure).map { mean, pressure in
            let target = max(settings.target, mean * Self.headroom) * (1 - pressure)
            return (target, target + settings.limit - settings.target)
        }
    }

    /// By region: the demand on its pool over the capacity of it; 0 when some region of the pool carries any load.
    private func meanLevels(_ pressure: [Double]) -> [Double] {
        var demand = Array(repeating: 0.0, count: capacities.count)
        var capacity = demand
        for group in model.demand.indices {
            guard choices.starts[group] < choices.starts[group + 1] else { continue }
            demand[choices.pools[choices.places[choices.starts[group]].region]] += model.demand[group]
        }
        for region in capacities.indices where !choices.passagesOfRegion[region].isEmpty {
            demand[choices.pools[region]] += model.fixed[region]
            capacity[choices.pools[region]] += (capacities[region] ?? .infinity) * (1 - pressure[region])
        }
        return capacities.indices.map { region in
            let pool = choices.pools[region]
            return capacity[pool] > 0 ? demand[pool] / capacity[pool] : 0
        }
    }

    /// What comes to the regions.
    struct Flow {
        /// By passage: clients who can be sent on.
        var arrivals: [Double]
        /// By region: load that cannot.
        var fixed: [Double]
        /// By region: the load when all is as planned.
        var loads: [Double]
    }

    /// What comes to the regions once all clients follow a plan.
    func flow(_ plan: SpillPlan) -> Flow {
        var flow = Flow(
            arrivals: Array(repeating: 0, count: choices.passages.count),
            fixed: model.fixed,
            loads: model.fixed
        )
        for group in model.demand.indices {
            let demand = model.demand[group]
            let isFixed = choices.isFixed[group]
            choices.share(group, kept: plan.kept) { region, passage, part, arriving in
                flow.loads[region] += demand * part
                if isFixed { flow.fixed[region] += demand * part } else { flow.arrivals[passage] += demand * arriving }
            }
        }
        return flow
    }

    /// The plan.
    ///
    /// It is found from the beginning each time, so that it depends on demand and health and not on plans before, and
    /// name servers that see the same come to the same.
    ///
    /// - Parameter spilling: by region: whether it sends clients on at present; raised where it has to begin.
    func solve(spilling: inout [Bool]) -> (plan: SpillPlan, flow: Flow) {
        var plan = SpillPlan(regionCount: capacities.count, passageCount: choices.passages.count)
        var flow = flow(plan)
        for _ in 0..<Self.iterations {
            var change = 0.0
            for (region, capacity) in capacities.enumerated() {
                guard let capacity, !choices.passagesOfRegion[region].isEmpty else { continue }
                let arriving = choices.passagesOfRegion[region].reduce(0) { $0 + flow.arrivals[$1] }
                if arriving + flow.fixed[region] > levels[region].limit * capacity { spilling[region] = true }
                guard spilling[region] else { continue }
                let room = levels[region].target * capacity - flow.fixed[region]
                let wanted = arriving > 0 ? min(max(1 - room / arriving, 0), Self.greatestShare) : 0
                let share = plan.shares[region] + Self.damping * (wanted - plan.shares[region])
                change = max(change, abs(wanted - plan.shares[region]))
                plan.shares[region] = wanted == 0 && share < Self.tolerance ? 0 : share
                plan.arrange(region, choices, arrivals: flow.arrivals)
            }
            guard change > Self.tolerance else { break }
            flow = self.flow(plan)
        }
        return (plan, flow)
    }
}

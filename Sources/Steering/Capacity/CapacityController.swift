/// Decides, interval by interval, which share of its clients each region sends on, from the load the regions report.
///
/// 1. The demand of each group of clients is estimated from the loads and from where the groups have been sent over the
///    time that answers are kept; see ``DemandModel``. So clients who have not asked again yet are reckoned with, and
///    what has been done already is not done twice.
/// 2. For that demand a plan is made under which no region gets more than it should; see ``SpillPlanner``. A region
///    that is lost needs no rule of its own: its clients are estimated like all others, and come to their next choices
///    in the plan before they do in fact.
/// 3. Shares go from what they are towards the plan by bounded steps, and not all of the way at once. A share that turns
///    back takes lesser steps from then on, see ``composure``, so that it cannot go to and fro for long.
///
/// Pure: time is the number of intervals, and the same inputs give the same shares.
package struct CapacityController: Sendable {
    /// What a region is doing.
    package struct Standing: Hashable, Sendable {
        /// The load last reported, in requests a second; `nil` when none was.
        package var load: Double?
        /// The load expected once all clients follow the present answers.
        package var expected: Double
        /// Its capacity.
        package var capacity: Double?
        /// The share of its clients that it sends on.
        package var shed: Double
    }

    package let settings: CapacitySettings
    private var map: SteeringMap?
    private var health: FleetHealth?
    private var groups: ClientGroups?
    private var choices: ClientChoices?
    private var model = DemandModel(prior: [], regionCount: 0)
    private var plan = SpillPlan(regionCount: 0, passageCount: 0)
    private var spilling: [Bool] = []
    /// By region: by how much less than the target it aims at, since it stays fuller than the model has it.
    private var pressure: [Double] = []
    /// By region: for how many intervals it has been over its capacity.
    private var overloadedFor: [Int] = []
    private var moments: [Whereabouts] = []
    private var loads: [Double?] = []
    private var isHasty = false
    /// By region: the part of a step that is taken while nobody is overloaded. It falls when the share turns back, which
    /// it does where a step moves more clients than were wanted: there are only so many, and they are not alike.
    private var composure: [Double] = []
    /// By region: whether its share rose when it last changed.
    private var rose: [Bool?] = []
    /// All load together for which composure was lost.
    private var totalLoad = 0.0
    /// Whether a change of health was planned for in this interval.
    private var hasTurned = false
    /// By region index.
    package private(set) var standings: [Standing] = []

    private static let overload = 1.02
    /// The part of the way to the plan that is gone in an interval.
    private static let approach = 0.5
    /// The same while the region is overloaded; all of it right after another is lost, whose clients are known.
    private static let hastyApproach = 0.8
    /// Above this use others hurry to take clients of a region, those below ``room`` of theirs most.
    private static let distress = 1.05
    private static let room = 0.8
    /// Of the fall of a share: how many times as much is allowed then.
    private static let helpfulness = 2.0
    /// What composure is multiplied by when a share turns back, the least it can be, and what it grows by in an interval.
    private static let soberness = 0.2
    private static let leastComposure = 0.03
    private static let recovery = 1.01
    /// When all load together has changed by more than this, demand is another and composure begins anew.
    private static let otherDemand = 0.05
    /// A lesser change of a share does not tell a direction.
    private static let leastTurn = 0.005
    private static let pressureStep = 0.04
    private static let greatestPressure = 0.15
    /// So many intervals answers are kept at most, as far as they are reckoned with.
    private static let longestMemory = 12

    package init(settings: CapacitySettings = CapacitySettings()) {
        self.settings = settings
    }

    /// Takes note of another map or state of health, and plans for it at once: the steps up are greater then.
    ///
    /// - Parameter health: what it says of shares is not regarded.
    package mutating func turn(to map: SteeringMap, _ health: FleetHealth) {
        let unloaded = health.withoutSpill
        let isNewMap = map !== self.map
        guard isNewMap || unloaded != self.health else { return }
        let former = self.map.flatMap { isNewMap && $0.fleet.isAlike(map.fleet) ? self.groups : nil }
        if isNewMap {
            let before = self.map?.fleet
            groups = ClientGroups(map)
            self.map = map
            if former == nil { begin(map.fleet, insteadOf: before) }
        }
        guard let groups else { return }
        // As when round trips were measured: the same regions are ranked otherwise for some.
        let isMereRanking = former != nil && unloaded == self.health
        if !isMereRanking { isHasty = self.health.map { unloaded.losesRegion(since: $0) } ?? false }
        self.health = unloaded
        let before = self.choices
        let choices = ClientChoices(groups, map, unloaded)
        self.choices = choices
        if isMereRanking, let before {
            plan.carry(from: before, to: choices)
        } else {
            plan.kept = Array(repeating: 1, count: choices.passages.count)
            for region in map.fleet.regions.indices {
                plan.arrange(region, choices, arrivals: Array(repeating: 0, count: choices.passages.count))
            }
        }
        if let former {
            let (places, now) = (groups.places(in: former), whereabouts(choices, others: []))
            model = model.carried(to: groups.prior, places, now: now)
            moments = moments.map { $0.carried(to: now, places) }
        } else if isNewMap {
            moments = [whereabouts(choices, others: [])]
            model = DemandModel(prior: groups.prior, regionCount: map.fleet.regions.count)
            model.observe(loads, moments[0])
        }
        if !isMereRanking {
            // Once in an interval, so that a region which flaps does not drive the others.
            if !hasTurned { advance(others: []) }
            hasTurned = true
        }
        if moments.count > 1 || isMereRanking { _ = moments.popLast() }
        moments.append(whereabouts(choices, others: []))
    }

    /// Begins with other regions or names; regions that stay keep their share and their load.
    private mutating func begin(_ fleet: Fleet, insteadOf before: Fleet?) {
        let shares = plan.shares
        plan = SpillPlan(regionCount: fleet.regions.count, passageCount: 0)
        var loads: [Double?] = Array(repeating: nil, count: fleet.regions.count)
        for region in fleet.regions {
            guard let old = before?.region(named: region.name)?.index, shares.indices.contains(old) else { continue }
            plan.shares[region.index] = shares[old]
            if self.loads.indices.contains(old) { loads[region.index] = self.loads[old] }
        }
        self.loads = loads
        spilling = plan.shares.map { $0 > 0 }
        pressure = plan.shares.map { _ in 0 }
        overloadedFor = plan.shares.map { _ in 0 }
        composure = plan.shares.map { _ in 1 }
        rose = plan.shares.map { _ in nil }
    }

    /// Supposes loads, and goes at once to the plan that they lead to in the end.
    ///
    /// - Parameter loads: by region index, in requests a second: what comes to each while nobody is sent on; `nil` where
    ///   nothing is known.
    package mutating func suppose(loads: [Double?]) {
        guard let map, let choices, let groups, loads.count == map.fleet.regions.count else { return }
        self.loads = loads
        plan = SpillPlan(regionCount: loads.count, passageCount: choices.passages.count)
        model = DemandModel(prior: groups.prior, regionCount: loads.count)
        model.observe(loads, whereabouts(choices, others: []))
        let calm = Array(repeating: 0.0, count: loads.count)
        spilling = loads.map { _ in false }
        plan =
            SpillPlanner(choices, model, map.fleet.regions.map(\.capacity), calm, settings)
            .solve(spilling: &spilling).plan
    }

    /// Begins with the shares that another name server has, which all clients are taken to follow already.
    ///
    /// - Parameter shares: by region index; of regions without a capacity they do not count.
    package mutating func adopt(_ shares: [Double]) {
        guard let map, let choices, shares.count == map.fleet.regions.count else { return }
        let arrivals = Array(repeating: 0.0, count: choices.passages.count)
        for region in map.fleet.regions where region.capacity != nil {
            plan.shares[region.index] = min(max(shares[region.index], 0), 1)
            spilling[region.index] = plan.shares[region.index] > 0
            plan.arrange(region.index, choices, arrivals: arrivals)
        }
        moments = [whereabouts(choices, others: [])]
    }

    /// Ends an interval.
    ///
    /// - Parameters:
    ///   - loads: by region index, in requests a second during the interval; `nil` where nothing is known.
    ///   - memory: how many intervals answers are kept, 1 at least: the time to live over the interval.
    ///   - others: the shares that other name servers of the same zones have, by region index: those whose clients ask
    ///     them follow these.
    package mutating func step(loads: [Double?], memory: Int, others: [[Double]] = []) {
        guard let choices, let map, loads.count == map.fleet.regions.count else { return }
        self.loads = loads
        let memory = min(max(memory, 1), Self.longestMemory)
        if let mean = Whereabouts(meanOf: moments.suffix(memory)) {
            model.observe(loads, mean)
        }
        press(memory: memory)
        noticeDemand()
        advance(others: others)
        moments.append(whereabouts(choices, others: others))
        moments.removeFirst(max(0, moments.count - memory))
        isHasty = false
        hasTurned = false
    }

    /// Sets the shares that regions send on in `health`, which is of the same fleet.
    package func apply(to health: inout FleetHealth) {
        guard let map, let choices, health.shed.count == map.fleet.regions.count else { return }
        for region in map.fleet.regions {
            let share = plan.shares[region.index]
            guard share > 0 else {
                health.set(shed: 0, region: region)
                continue
            }
            var towards = Array(repeating: share, count: map.fleet.regions.count + 1)
            for passage in choices.passagesOfRegion[region.index] {
                let index =
                    switch choices.passages[passage].next {
                    case .peers: region.index
                    case .region(let next): next
                    case .nobody: map.fleet.regions.count
                    }
                towards[index] = 1 - plan.kept[passage]
            }
            health.set(shed: share, towards: towards, region: region)
        }
    }

    // MARK: - Parts

    /// Presses regions harder that stay over their capacity when all clients must have asked again since it was seen.
    private mutating func press(memory: Int) {
        guard let map else { return }
        for (region, load) in zip(map.fleet.regions, loads) {
            guard let load, let capacity = region.capacity else { continue }
            overloadedFor[region.index] = load > capacity * Self.overload ? overloadedFor[region.index] + 1 : 0
            let isLasting = overloadedFor[region.index] > memory
            let step = isLasting ? Self.pressureStep : -Self.pressureStep
            pressure[region.index] = min(max(pressure[region.index] + step, 0), Self.greatestPressure)
        }
    }

    /// Goes a step towards the plan for the present estimate.
    private mutating func advance(others: [[Double]]) {
        guard let map, let choices else { return }
        let capacities = map.fleet.regions.map(\.capacity)
        let planner = SpillPlanner(choices, model, capacities, pressure, settings)
        let present = planner.flow(plan).loads
        let (wanted, flow) = planner.solve(spilling: &spilling)
        // The regions of a pool go on together, since each relies in the plan on what the others do.
        var isUnsettled = Array(repeating: false, count: capacities.count)
        for (region, capacity) in capacities.enumerated() {
            guard let capacity else { continue }
            let (level, share) = (planner.levels[region], plan.shares[region])
            let isTooFull = present[region] > level.limit * capacity
            let isTooEmpty = share > 0 && present[region] < (level.target - settings.slack) * capacity
            if isTooFull || isTooEmpty || (share > 0) != (wanted.shares[region] > 0) {
                isUnsettled[choices.pools[region]] = true
            }
        }
        let isPressing = pressingPools(capacities, choices)
        for (region, capacity) in capacities.enumerated() {
            guard let capacity else { continue }
            let share = plan.shares[region]
            let arriving = choices.passagesOfRegion[region].reduce(0) { $0 + flow.arrivals[$1] }
            if isUnsettled[choices.pools[region]] {
                let isHasty = isHasty || (loads[region] ?? 0) > capacity
                let rise = isHasty ? settings.greatestHastyRise : settings.greatestRise
                // Where many clients come to a small region, a small share of them is much for it.
                let isPressing = isPressing[choices.pools[region]]
                let helps = isPressing && (loads[region] ?? 0) < Self.room * capacity
                let fall =
                    settings.greatestFall * (helps ? Self.helpfulness : 1) * min(1, capacity / max(arriving, 1e-9))
                let approach = self.isHasty ? 1 : isHasty ? Self.hastyApproach : Self.approach
                let way = (wanted.shares[region] - share) * approach
                let step = min(max(way, -fall), rise)
                compose(region, step)
                plan.shares[region] += isPressing || self.isHasty ? step : step * composure[region]
                plan.arrange(region, choices, arrivals: flow.arrivals)
            }
            let target = planner.levels[region].target * capacity
            spilling[region] = spilling[region] && (plan.shares[region] > 0 || arriving + flow.fixed[region] > target)
        }
        for region in composure.indices { composure[region] = min(1, composure[region] * Self.recovery) }
        let loadsNow = planner.flow(plan).loads
        standings = map.fleet.regions.map { region in
            Standing(
                load: loads[region.index],
                expected: loadsNow[region.index],
                capacity: region.capacity,
                shed: plan.shares[region.index]
            )
        }
    }

    /// Begins anew with composure when demand is not what it was.
    private mutating func noticeDemand() {
        let total = loads.reduce(0) { $0 + ($1 ?? 0) }
        guard abs(total - totalLoad) > Self.otherDemand * totalLoad else { return }
        totalLoad = total
        composure = composure.map { _ in 1 }
        rose = rose.map { _ in nil }
    }

    /// By pool: whether one of its regions is overloaded while another has room.
    private func pressingPools(_ capacities: [Double?], _ choices: ClientChoices) -> [Bool] {
        var isOver = Array(repeating: false, count: capacities.count)
        var hasRoom = isOver
        for (region, capacity) in capacities.enumerated() {
            guard let capacity, let load = loads[region] else { continue }
            if load > Self.distress * capacity { isOver[choices.pools[region]] = true }
            if load < capacity { hasRoom[choices.pools[region]] = true }
        }
        return zip(isOver, hasRoom).map { $0 && $1 }
    }

    /// Takes note of where a share is going.
    private mutating func compose(_ region: Int, _ step: Double) {
        guard abs(step) > Self.leastTurn else { return }
        let rises = step > 0
        if rose[region] == !rises {
            composure[region] = max(composure[region] * Self.soberness, Self.leastComposure)
        }
        rose[region] = rises
    }

    private func whereabouts(_ choices: ClientChoices, others: [[Double]]) -> Whereabouts {
        var kept = plan.kept
        let others = others.filter { $0.count == plan.shares.count }
        if !others.isEmpty {
            for region in plan.shares.indices {
                let sum = others.reduce(plan.shares[region]) { $0 + $1[region] }
                let mean = sum / Double(others.count + 1)
                let own = plan.shares[region]
                for passage in choices.passagesOfRegion[region] {
                    // What others move they move in the same order, so in proportion as far as that goes.
                    let moved = own > 0 ? min(1, (1 - kept[passage]) * mean / own) : mean
                    kept[passage] = 1 - moved
                }
            }
        }
        return Whereabouts(choices, regionCount: plan.shares.count, kept: kept)
    }
}

extension FleetHealth {
    /// The same with no region sending anyone on.
    fileprivate var withoutSpill: FleetHealth {
        var health = self
        health.clearSpill()
        return health
    }

    /// Whether a region that took clients before takes none now.
    fileprivate func losesRegion(since before: FleetHealth) -> Bool {
        guard conditions.count == before.conditions.count else { return false }
        return conditions.indices.contains { before.takesClients($0) && !takesClients($0) }
    }

    private func takesClients(_ region: Int) -> Bool {
        switch administrative[region] {
        case .drained, .forcedDown: false
        case .forcedUp: true
        case .none, .draining: conditions[region].isUp
        }
    }
}

extension Fleet {
    /// Whether the other has the same regions and steered names, in the same order.
    fileprivate func isAlike(_ other: Fleet) -> Bool {
        regions.map(\.name) == other.regions.map(\.name) && rules.map(\.name) == other.rules.map(\.name)
            && regions.map(\.capacity) == other.regions.map(\.capacity)
    }
}

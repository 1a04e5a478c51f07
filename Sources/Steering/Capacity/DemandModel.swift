/// Where clients are, by group and region, as far as the answers given so far tell it.
struct Whereabouts: Sendable {
    let regionCount: Int
    /// `regionCount` parts for each group, which add up to 1 or, for a group that is answered nothing, to 0.
    private(set) var parts: [Float]

    /// Everyone where the answers of this moment lead.
    ///
    /// - Parameter kept: by passage: the part of those who come through it that their region keeps.
    init(_ choices: ClientChoices, regionCount: Int, kept: [Double]) {
        self.regionCount = regionCount
        let groupCount = choices.isFixed.count
        parts = Array(repeating: 0, count: groupCount * regionCount)
        for group in 0..<groupCount {
            choices.share(group, kept: kept) { region, _, part, _ in
                parts[group * regionCount + region] += Float(part)
            }
        }
    }

    /// The mean of several moments.
    init?(meanOf moments: some Collection<Whereabouts>) {
        guard let first = moments.first else { return nil }
        regionCount = first.regionCount
        var sum = first.parts
        for moment in moments.dropFirst() where moment.parts.count == sum.count {
            for index in sum.indices { sum[index] += moment.parts[index] }
        }
        let factor = 1 / Float(moments.count)
        for index in sum.indices { sum[index] *= factor }
        parts = sum
    }
}

extension ClientChoices {
    /// Shares the clients of a group out as they will be once all have asked again.
    ///
    /// - Parameter take: called with a region, a passage, the part of the group that its region takes of it, and the
    ///   part that comes to it.
    func share(_ group: Int, kept: [Double], take: (_ region: Int, _ passage: Int, _ part: Double, Double) -> Void) {
        let places = places[starts[group]..<starts[group + 1]]
        guard !places.isEmpty else { return }
        if isFixed[group] {
            let part = 1 / Double(places.count)
            for place in places { take(place.region, place.passage, part, part) }
            return
        }
        var rest = Waterfall.share(over: places, kept: { kept[places[$0].passage] }, take: { _, _, _ in })
        // Nobody keeps anyone: as a selection does, the first then takes all.
        if rest > 0.9999, let first = places.first {
            take(first.region, first.passage, 1, 1)
            return
        }
        let factor = 1 / (1 - rest)
        rest = Waterfall.share(over: places, kept: { kept[places[$0].passage] }) { index, arriving, part in
            take(places[index].region, places[index].passage, part * factor, arriving * factor)
        }
    }
}

/// What each group of clients demands, in requests a second, estimated from the load that regions report.
///
/// Which requests come from which clients is not reported, only how many each region gets; but it is known where each
/// group's clients have been sent. This is network tomography, and the estimate that makes the reported loads likeliest
/// is found by expectation maximisation (Y. Vardi, "Network tomography", Journal of the American Statistical
/// Association 91, 1996): each region's surplus over what was expected is laid to its clients in proportion. Where the
/// estimate begins, demand is spread by the number of addresses.
struct DemandModel: Sendable {
    /// By group.
    private(set) var demand: [Double]
    /// By region: what comes to it wherever clients are sent.
    private(set) var fixed: [Double]
    private let prior: [Double]

    /// The share of a region's load that is taken to be fixed in the beginning.
    private static let fixedShare = 0.01
    /// How far one step may change an estimate.
    private static let ratios = 0.1...10.0
    /// A group is never taken to demand less than this times its prior, so that it can come back.
    private static let leastDemand = 0.1

    init(prior: [Double], regionCount: Int) {
        self.prior = prior
        demand = []
        fixed = Array(repeating: 0, count: regionCount)
    }

    /// Takes in what the regions report.
    ///
    /// - Parameters:
    ///   - loads: by region; `nil` where nothing is known.
    ///   - whereabouts: of the groups at that time.
    ///   - steps: how often the estimate is improved.
    mutating func observe(_ loads: [Double?], _ whereabouts: Whereabouts, steps: Int) {
        let regionCount = fixed.count
        guard loads.count == regionCount, whereabouts.parts.count == prior.count * regionCount else { return }
        if demand.isEmpty {
            var known = 0.0
            for group in prior.indices {
                for region in 0..<regionCount where loads[region] != nil {
                    known += prior[group] * Double(whereabouts.parts[group * regionCount + region])
                }
            }
            let total = loads.reduce(0) { $0 + ($1 ?? 0) }
            guard known > 0, total > 0 else { return }
            demand = prior.map { $0 * total / known }
        }
        for region in 0..<regionCount {
            if let load = loads[region] { fixed[region] = max(fixed[region], load * Self.fixedShare / 10) }
        }
        for _ in 0..<steps {
            let expected = expectedLoads(whereabouts)
            let ratios = (0..<regionCount).map { region in
                guard let load = loads[region], expected[region] > 0 else { return Float(1) }
                return Float(min(max(load / expected[region], Self.ratios.lowerBound), Self.ratios.upperBound))
            }
            for group in demand.indices {
                var (sum, weighted) = (Float(0), Float(0))
                for region in 0..<regionCount {
                    let part = whereabouts.parts[group * regionCount + region]
                    sum += part
                    weighted += part * ratios[region]
                }
                if sum > 0 {
                    demand[group] = max(demand[group] * Double(weighted / sum), prior[group] * Self.leastDemand)
                }
            }
            for region in 0..<regionCount { fixed[region] *= Double(ratios[region]) }
        }
    }

    /// By region: the load when the groups are at these places.
    private func expectedLoads(_ whereabouts: Whereabouts) -> [Double] {
        let regionCount = fixed.count
        var loads = fixed
        for group in demand.indices {
            for region in 0..<regionCount {
                loads[region] += demand[group] * Double(whereabouts.parts[group * regionCount + region])
            }
        }
        return loads
    }
}

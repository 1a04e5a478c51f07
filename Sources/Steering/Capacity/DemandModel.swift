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

    /// The same for other groups: each where it was, one that is new where it is now.
    ///
    /// - Parameter places: by group: which of the groups here it is.
    func carried(to now: Whereabouts, _ places: [Int?]) -> Whereabouts {
        var carried = now
        for (group, place) in places.enumerated() {
            guard let place else { continue }
            for region in 0..<regionCount {
                carried.parts[group * regionCount + region] = parts[place * regionCount + region]
            }
        }
        return carried
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
///
/// One report has as many numbers as there are regions, fewer than there are groups. Reports from times when clients
/// were elsewhere say more, so the last ``memory`` of them are looked at together. Older ones count less, and those
/// that the present estimate explains much worse than the newest count hardly at all: demand was another then.
struct DemandModel: Sendable {
    /// What was reported, and where clients were at that time.
    private struct Report: Sendable {
        var loads: [Double?]
        var whereabouts: Whereabouts
    }

    /// By group.
    private(set) var demand: [Double]
    /// By region: what comes to it wherever clients are sent.
    private(set) var fixed: [Double]
    private let prior: [Double]
    /// The newest last.
    private var reports: [Report] = []

    /// The share of a region's load that is taken to be fixed in the beginning.
    private static let fixedShare = 0.01
    /// How far one step may change an estimate.
    private static let ratios = 0.1...10.0
    /// Reports that are looked at.
    private static let memory = 10
    /// What a report counts beside the one after it.
    private static let decay = 0.9
    /// The part of the load that a report may be off and still count much.
    private static let tolerance = 0.03
    /// How often the estimate is improved by one more report, and how many terms that may take to compute.
    private static let steps = 30
    private static let terms = 8_000_000
    /// A group is never taken to demand less than this times its prior, so that it can come back.
    private static let leastDemand = 0.1

    init(prior: [Double], regionCount: Int) {
        self.prior = prior
        demand = []
        fixed = Array(repeating: 0, count: regionCount)
    }

    /// The same for other groups of the same regions: each demands what it did, one that is new by its prior.
    ///
    /// - Parameters:
    ///   - places: by group: which of the groups here it is.
    ///   - now: where the new groups are.
    func carried(to prior: [Double], _ places: [Int?], now: Whereabouts) -> DemandModel {
        var model = DemandModel(prior: prior, regionCount: fixed.count)
        guard !demand.isEmpty else { return model }
        let total = demand.reduce(0, +)
        model.fixed = fixed
        model.demand = zip(prior, places).map { prior, place in place.map { demand[$0] } ?? prior * total }
        model.reports = reports.map {
            Report(loads: $0.loads, whereabouts: $0.whereabouts.carried(to: now, places))
        }
        return model
    }

    /// Takes in what the regions report.
    ///
    /// - Parameters:
    ///   - loads: by region; `nil` where nothing is known.
    ///   - whereabouts: of the groups at that time.
    mutating func observe(_ loads: [Double?], _ whereabouts: Whereabouts) {
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
        reports.append(Report(loads: loads, whereabouts: whereabouts))
        reports.removeFirst(max(0, reports.count - Self.memory))
        let terms = max(1, demand.count * regionCount * reports.count)
        for _ in 0..<min(Self.steps, max(3, Self.terms / terms)) { improve() }
    }

    /// One step of expectation maximisation over all reports.
    private mutating func improve() {
        let regionCount = fixed.count
        var sums = Array(repeating: Float(0), count: demand.count)
        var weighted = sums
        var fixedFactors = Array(repeating: 0.0, count: regionCount)
        var (age, total, newestError) = (1.0, 0.0, 0.0)
        for report in reports.reversed() {
            let expected = expectedLoads(report.whereabouts)
            let error = Self.error(expected, report.loads)
            if age == 1 { newestError = error }
            let misfit = age == 1 ? 0 : error / (newestError + Self.tolerance)
            let weight = age / (1 + misfit * misfit)
            let ratios = (0..<regionCount).map { region in
                guard let load = report.loads[region], expected[region] > 0 else { return Float(1) }
                return Float(min(max(load / expected[region], Self.ratios.lowerBound), Self.ratios.upperBound))
            }
            for group in demand.indices {
                for region in 0..<regionCount {
                    let part = report.whereabouts.parts[group * regionCount + region] * Float(weight)
                    sums[group] += part
                    weighted[group] += part * ratios[region]
                }
            }
            for region in 0..<regionCount { fixedFactors[region] += weight * Double(ratios[region]) }
            total += weight
            age *= Self.decay
        }
        for group in demand.indices where sums[group] > 0 {
            let improved = demand[group] * Double(weighted[group] / sums[group])
            demand[group] = max(improved, prior[group] * Self.leastDemand)
        }
        for region in 0..<regionCount { fixed[region] *= fixedFactors[region] / total }
    }

    /// How far expected loads are from those reported, over all regions, as a part of the load.
    private static func error(_ expected: [Double], _ loads: [Double?]) -> Double {
        var (difference, total) = (0.0, 0.0)
        for (expected, load) in zip(expected, loads) {
            guard let load else { continue }
            difference += abs(load - expected)
            total += load
        }
        return total > 0 ? difference / total : 0
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

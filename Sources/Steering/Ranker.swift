import Addressing
import Geography
import ZoneFile

/// What of a rule decides the order of its regions; rules with equal rankers share their rankings.
///
/// Only the nearest few regions are ordered for the very place of the client; the regions after those follow by their
/// distance from the first. That keeps the number of distinct rankings, and so the number of classes, near the number
/// of neighbourhoods a fleet has, and costs nothing until the nearest few are all out.
struct Ranker: Hashable, Sendable {
    /// A network that goes to one region.
    struct Override: Hashable, Sendable {
        var network: IPPrefix
        var region: Int
    }

    /// How a region came to its place.
    struct Placement {
        var region: Int
        /// Its position in the rule.
        var position: Int
        var specificity: Int32
        /// What it is compared by among equals: kilometres, stretched by its bias.
        var cost: Double

        /// Whether this region goes before `other`.
        func precedes(_ other: Placement) -> Bool {
            if specificity != other.specificity { return specificity > other.specificity }
            if cost != other.cost { return cost < other.cost }
            return position < other.position
        }

        /// Whether this region is as good as `best` to within `tolerance`.
        func ties(with best: Placement, within tolerance: Double) -> Bool {
            specificity == best.specificity && cost.isFinite && cost <= best.cost + tolerance
        }
    }

    /// The number of regions that are ordered for the very place of the client.
    static let headCount = 4

    let policy: SteerRecord.Policy
    /// The numbers of candidates in the order given.
    let members: [Int]
    /// How much worse than the best a region may be and still share its clients, in kilometres.
    let tolerance: Double?
    /// The longest match wins.
    let overrides: [Override]

    /// A round trip at two thirds of the speed of light, as in fibre: kilometres of distance per millisecond.
    static let kilometresPerMillisecond = 100.0

    /// A tolerance in the unit that regions are compared by.
    static func kilometres(_ tolerance: SteerRecord.Tolerance) -> Double {
        switch tolerance {
        case .kilometres(let distance): distance
        case .time(let time): time / .milliseconds(1) * kilometresPerMillisecond
        }
    }

    /// Whether the order depends on the place of the client.
    var ordersByPlace: Bool {
        switch policy {
        case .geo, .nearest, .latency: true
        case .failover, .weighted, .all: false
        }
    }

    /// Whether two clients can be given different orders.
    var dependsOnClient: Bool { ordersByPlace || !overrides.isEmpty }

    /// The override for the clients of `network`: the longest that holds it.
    func override(for network: IPPrefix?) -> Override? {
        guard let network else { return nil }
        return overrides.filter { $0.network.length <= network.length && $0.network.contains(network.address) }
            .max { $0.network.length < $1.network.length }
    }

    /// What the policy compares a region by, in kilometres; infinite when nothing is known.
    ///
    /// The one place where measured round trips replace the estimate by distance for the `latency` policy.
    private func cost(of region: Int, from vantage: borrowing Vantage) -> Double {
        policy == .latency && vantage.isMeasured
            ? vantage.expected[region] * Self.kilometresPerMillisecond : vantage.reckoned[region]
    }

    /// The region that is worth trying although another is believed to be best: see ``TrialWorth``.
    private func trial(besides best: Int, from vantage: borrowing Vantage) -> Int? {
        guard policy == .latency, vantage.isMeasured, vantage.explores else { return nil }
        var trial: Int?
        var most = 0.0
        for region in members where region != best && region < vantage.regionCount {
            let worth = TrialWorth.of(
                gap: vantage.expected[region] - vantage.expected[best],
                doubts: (vantage.doubts[region], vantage.doubts[best]),
                sharedDoubts: (vantage.sharedDoubts[region], vantage.sharedDoubts[best])
            )
            if worth > most { (trial, most) = (region, worth) }
        }
        return trial
    }

    /// Puts the best regions for a place at the front of `head`, in bands.
    ///
    /// - Parameters:
    ///   - vantage: how the regions look from the place.
    ///   - network: the smallest network named by any rule or region that holds the client.
    ///   - head: replaced; storage is reused.
    func rank(_ vantage: borrowing Vantage, network: IPPrefix?, into head: inout RankingHead) {
        head.removeAll()
        if !overrides.isEmpty, let override = override(for: network) { head.assigned = override.region }
        guard ordersByPlace else { return }
        head.isLocated = vantage.isLocated
        let usesCovers = policy == .geo
        let limit = tolerance == nil ? Self.headCount : members.count
        for (position, region) in members.enumerated() {
            head.insert(
                Placement(
                    region: region,
                    position: position,
                    specificity: usesCovers ? vantage.covers[region].specificity : 0,
                    cost: cost(of: region, from: vantage)
                ),
                limit: limit
            )
        }
        if let best = head.placements.first?.region { head.trial = trial(besides: best, from: vantage) }
        head.formBands(tolerance: tolerance, atLeast: Self.headCount)
    }

    /// The whole order that begins with `head`.
    func ranking(from head: RankingHead, regions: [Region], _ groups: [Group] = []) -> Ranking {
        var key: [UInt16] = []
        head.write(key: &key)
        let packed = PackedHead(key[...])
        return Ranking(packed, followedBy: tail(after: packed, regions: regions, groups))
    }

    /// What follows the head: all members by distance from its first region, or as given when places do not matter.
    /// The members that the head has are among them. A group stands where its first region does, and is as far as the
    /// nearest of them.
    func tail(after head: PackedHead, regions: [Region], _ groups: [Group] = []) -> [UInt16] {
        let members = members.map { UInt16($0) }
        let parts = { (candidate: UInt16) in
            Int(candidate) < regions.count ? [Int(candidate)] : groups[Int(candidate) - regions.count].regions
        }
        guard head.isLocated, let first = head.regions.first,
            let origin = parts(first).lazy.compactMap({ regions[$0].location }).first
        else { return members }
        let costs = members.map { candidate in
            parts(candidate).reduce(Double.infinity) { least, region in
                let region = regions[region]
                return min(least, region.location.map { origin.distance(to: $0) * region.stretch } ?? .infinity)
            }
        }
        return members.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }.map { members[$0] }
    }
}

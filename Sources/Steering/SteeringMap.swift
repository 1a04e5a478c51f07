import Addressing
import ZoneFile

/// Everything about steering that does not depend on health: the prefix table and the rankings that its classes mean.
///
/// Compiled when zones or geography change; ``SteeringDecisions`` are made from it whenever health changes.
package final class SteeringMap: Sendable {
    /// The regions and rules.
    package let fleet: Fleet
    /// Where networks are.
    package let atlas: Atlas
    /// What is believed of round trips.
    package let latency: LatencyView
    /// Network -> class.
    package let table: PrefixTable
    /// Equal rankers once.
    let rankers: [Ranker]
    /// By ranker: the rankings that occur, at least one.
    let rankings: [RankingSet]
    /// By rule: its ranker.
    let rankerOfRule: [Int]
    /// By rule: the first in the order of decision that answers every client alike, whatever the health; often the
    /// rule itself.
    let firstAlike: [Int]
    /// By ranker: its column in the table; `nil` when it ranks alike for every client.
    let columnOfRanker: [Int?]
    /// Rendezvous costs are the same for every health.
    let rendezvous: Rendezvous
    /// The networks that are ranked by themselves.
    let networks: [IPPrefix]

    /// Compiles regions and rules against an atlas and measured round trips.
    ///
    /// - Parameter latency: of this fleet.
    package init(fleet: Fleet, atlas: Atlas, latency: LatencyView = .empty) {
        var rankers: [Ranker] = []
        var numbers: [Ranker: Int] = [:]
        rankerOfRule = fleet.rules.map { rule in
            if let number = numbers[rule.ranker] { return number }
            numbers[rule.ranker] = rankers.count
            rankers.append(rule.ranker)
            return rankers.count - 1
        }
        let dependent = rankers.filter(\.dependsOnClient)
        var compiler = PrefixTableCompiler(
            regions: fleet.regions,
            fleet.groups,
            rankers: dependent,
            locations: atlas.locations,
            latency: latency
        )
        table = compiler.compile(atlas)
        var columns: [Int?] = []
        var rankings: [RankingSet] = []
        let found = compiler.rankings
        var column = 0
        for ranker in rankers {
            if ranker.dependsOnClient {
                columns.append(found[column].count > 1 ? column : nil)
                rankings.append(found[column])
                column += 1
            } else {
                columns.append(nil)
                rankings.append(RankingSet(RankingHead(), of: ranker, regions: fleet.regions, fleet.groups))
            }
        }
        self.rankers = rankers
        self.rankings = rankings
        columnOfRanker = columns
        var firstOfKind: [Rule.Kind: Int] = [:]
        var firstAlike = Array(fleet.rules.indices)
        for index in fleet.order {
            let kind = fleet.rules[index].kind
            firstAlike[index] = firstOfKind[kind] ?? index
            firstOfKind[kind] = firstAlike[index]
        }
        self.firstAlike = firstAlike
        var rendezvous = Rendezvous(fleet.regions, fleet.groups)
        for ranker in rankers where Self.canSplit(ranker, fleet) {
            for region in ranker.members { rendezvous.prepare(region) }
        }
        self.rendezvous = rendezvous
        networks = PrefixTableCompiler.networks(for: dependent, fleet.regions, fleet.groups, latency)
        self.latency = latency
        self.fleet = fleet
        self.atlas = atlas
    }

    /// Whether the clients of one ranking can be shared out over regions: by weights, by a tolerance, or because a
    /// region is short of capacity.
    private static func canSplit(_ ranker: Ranker, _ fleet: Fleet) -> Bool {
        guard ranker.policy != .all else { return false }
        return ranker.policy == .weighted || ranker.tolerance != nil
            || ranker.members.contains { member in
                (fleet.group(member)?.regions ?? [member]).contains { fleet.regions[$0].capacity != nil }
            }
    }

    /// The smallest network that is ranked by itself and holds the client.
    func namedNetwork(of address: IPAddress) -> IPPrefix? {
        networks.filter { $0.contains(address.folded) }.max { $0.length < $1.length }
    }
}

import Addressing
package import DNSWire
import Geography
package import ZoneFile

/// A STEER record with its regions found: how one name is answered.
package struct Rule: Sendable {
    /// A region or group of the rule.
    struct Member: Hashable, Sendable {
        /// The number of the candidate.
        var region: Int
        /// The share for the `weighted` policy; 0 is kept for when all others are out.
        var weight: UInt32
    }

    /// What is answered when nothing is usable.
    enum LastResort: Hashable, Sendable {
        /// As if every region were healthy.
        case all
        /// No address.
        case none
        /// This region, healthy or not.
        case region(Int)
    }

    /// What its answers depend on besides client and health: rules of equal kind answer alike.
    struct Kind: Hashable, Sendable {
        var ranker: Ranker
        var weights: [UInt32]
        var lastResort: LastResort
        var limit: Int?
    }

    /// Its place in ``Fleet/rules``.
    package let index: Int
    /// The record as written.
    package let record: SteerRecord
    /// The members inside the fence, in the order given.
    let members: [Member]
    /// The members that the fence shuts out.
    let outsideFence: [Int]
    /// What is answered when nothing is usable; nothing where the record names a region outside the fence.
    let lastResort: LastResort
    /// What decides its order of regions; equal for rules that rank alike.
    let ranker: Ranker
    /// The candidates whose health matters to it, each once: members, those it assigns networks to, its last resort.
    /// The groups come first.
    let regions: [Int]
    /// How many of `regions` are groups.
    let groupCount: Int
    /// Every region that it can ever answer, those of its groups among them, each once.
    let reach: [Int]

    /// The steered name.
    package var name: DomainName { record.name }

    init(index: Int, record: SteerRecord, _ candidates: Candidates) {
        self.index = index
        self.record = record
        var members: [Member] = []
        var outsideFence: [Int] = []
        var seen: Set<Int> = []
        for member in record.members {
            guard let region = candidates.find(member.region), seen.insert(region).inserted else { continue }
            if candidates.isInside(record.fence, region) {
                members.append(Member(region: region, weight: member.weight))
            } else {
                outsideFence.append(region)
            }
        }
        self.members = members
        self.outsideFence = outsideFence
        switch record.whenDown {
        case .all: lastResort = .all
        case .none: lastResort = .none
        case .region(let name):
            let region = candidates.find(name)
            lastResort = region.map { candidates.isInside(record.fence, $0) ? .region($0) : .none } ?? .all
        }
        let overrides = record.overrides.compactMap { override -> Ranker.Override? in
            guard let region = candidates.find(override.region), candidates.isInside(record.fence, region) else {
                return nil
            }
            return Ranker.Override(network: override.network, region: region)
        }
        ranker = Ranker(
            policy: record.policy,
            members: members.map(\.region),
            tolerance: record.within.map(Ranker.kilometres),
            overrides: overrides
        )
        var others = overrides.map(\.region)
        if case .region(let region) = lastResort { others.append(region) }
        let regions = others.reduce(into: members.map(\.region)) { regions, region in
            if !regions.contains(region) { regions.append(region) }
        }
        let groups = regions.filter { $0 >= candidates.regions.count }
        groupCount = groups.count
        self.regions = groups + regions.filter { $0 < candidates.regions.count }
        reach = candidates.expand(self.regions, \.reach)
    }

    /// Whether some client can be answered from a region.
    package func canAnswer(from region: Region) -> Bool { reach.contains(region.index) }

    /// The candidates that can be the answer by themselves, groups first; the `all` policy has other answers.
    var singleAnswers: [Int] { record.policy == .all ? [] : regions }

    /// The regions that its members come to, each once.
    func memberRegions(_ candidates: Candidates) -> [Int] {
        candidates.expand(members.map(\.region), \.regions)
    }

    /// See ``Kind``.
    var kind: Kind {
        Kind(ranker: ranker, weights: members.map(\.weight), lastResort: lastResort, limit: record.answers)
    }

    /// The weight of a region: what the record gives it, 1 for one that is no member.
    func weight(of region: Int) -> UInt32 { members.first { $0.region == region }?.weight ?? 1 }
}

extension Rule {
    /// What rules can choose from, as far as it is made.
    struct Candidates {
        var regions: [Region]
        var groups: [Group]
        /// The number of the candidate of that name.
        var find: (DomainName) -> Int?

        /// Whether a candidate lies inside `fence`: a group with everything that it can ever answer.
        func isInside(_ fence: [Area], _ candidate: Int) -> Bool {
            guard candidate >= regions.count else { return regions[candidate].isInside(fence) }
            return groups[candidate - regions.count].reach.allSatisfy { regions[$0].isInside(fence) }
        }

        /// Candidates with groups replaced by regions of theirs, each region once.
        func expand(_ candidates: [Int], _ regionsOf: (Group) -> [Int]) -> [Int] {
            var seen: Set<Int> = []
            return candidates.flatMap { $0 < regions.count ? [$0] : regionsOf(groups[$0 - regions.count]) }
                .filter { seen.insert($0).inserted }
        }
    }
}

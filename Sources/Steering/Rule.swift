import Addressing
package import DNSWire
package import ZoneFile

/// A STEER record with its regions found: how one name is answered.
package struct Rule: Sendable {
    /// A region of the rule.
    struct Member: Hashable, Sendable {
        /// Index into ``Fleet/regions``.
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
    /// The regions whose health matters to it, each once: members, those it assigns networks to, its last resort.
    let regions: [Int]

    /// The steered name.
    package var name: DomainName { record.name }

    init(index: Int, record: SteerRecord, regions: [Region], regionIndex: [DomainName: Int]) {
        self.index = index
        self.record = record
        var members: [Member] = []
        var outsideFence: [Int] = []
        var seen: Set<Int> = []
        for member in record.members {
            guard let region = regionIndex[member.region], seen.insert(region).inserted else { continue }
            if regions[region].isInside(record.fence) {
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
            let region = regionIndex[name]
            lastResort = region.map { regions[$0].isInside(record.fence) ? .region($0) : .none } ?? .all
        }
        let overrides = record.overrides.compactMap { override -> Ranker.Override? in
            guard let region = regionIndex[override.region], regions[region].isInside(record.fence) else { return nil }
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
        self.regions = others.reduce(into: members.map(\.region)) { regions, region in
            if !regions.contains(region) { regions.append(region) }
        }
    }

    /// Whether some client can be answered from a region.
    package func canAnswer(from region: Region) -> Bool { regions.contains(region.index) }

    /// The regions that can be the answer by themselves; the `all` policy has other answers.
    var singleAnswers: [Int] { record.policy == .all ? [] : regions }

    /// See ``Kind``.
    var kind: Kind {
        Kind(ranker: ranker, weights: members.map(\.weight), lastResort: lastResort, limit: record.answers)
    }

    /// The weight of a region: what the record gives it, 1 for one that is no member.
    func weight(of region: Int) -> UInt32 { members.first { $0.region == region }?.weight ?? 1 }
}

package import DNSWire
package import ZoneFile

/// All regions and all steered names of a set of zones, with names turned into indices.
///
/// What a rule chooses from are *candidates*: the regions, numbered as in ``regions``, and after them the groups.
package struct Fleet: Sendable {
    /// The regions in the order written.
    package let regions: [Region]
    /// The steered names in the order written.
    package let rules: [Rule]
    /// The steered names that others list, numbered from `regions.count` on.
    package let groups: [Group]
    /// Indices of the rules, each after those that it lists.
    let order: [Int]
    private let regionIndex: [DomainName: Int]
    private let ruleIndex: [DomainName: Int]

    /// The most regions a fleet can have, and groups: twice that many candidates have numbers of 16 bits.
    package static let maximumRegionCount = 32_767
    /// How many steered names can stand one in the other.
    package static let maximumDepth = SteerRecord.maximumDepth

    /// The fleet that the control records describe.
    ///
    /// Zones are checked before they get here, so this does not fail: a member, override or last resort that names
    /// neither region nor steered name, or leads in a circle, is left out; of two records with one name the first
    /// counts, and so do the first 32,767 regions.
    ///
    /// - Parameters:
    ///   - records: what the zones say.
    ///   - label: a short name of a region for people; `nil` takes the first label where that is unique, else the
    ///     whole name.
    package init(_ records: ControlRecords, label: ((DomainName) -> String)? = nil) {
        var firstLabels: [[UInt8]: Int] = [:]
        for entry in records.regions { firstLabels[entry.record.name.firstLabel, default: 0] += 1 }
        var regions: [Region] = []
        var regionIndex: [DomainName: Int] = [:]
        for entry in records.regions where regions.count < Self.maximumRegionCount {
            let name = entry.record.name
            guard regionIndex[name] == nil else { continue }
            let isUnique = firstLabels[name.firstLabel] == 1
            let short = label?(name) ?? (isUnique ? String(decoding: name.firstLabel, as: UTF8.self) : name.readable)
            regionIndex[name] = regions.count
            regions.append(Region(index: regions.count, label: short, entry: entry))
        }
        var steers: [SteerRecord] = []
        var ruleIndex: [DomainName: Int] = [:]
        for record in records.steers where ruleIndex[record.name] == nil {
            ruleIndex[record.name] = steers.count
            steers.append(record)
        }
        let order = GroupOrder(
            steers.map { steer in
                // The addresses of all regions are one answer; which of a group's would be in it is not defined.
                guard steer.policy != .all else { return [] }
                return steer.namedRegions.compactMap { regionIndex[$0] == nil ? ruleIndex[$0] : nil }
            }
        )
        var rules = [Rule?](repeating: nil, count: steers.count)
        var groups: [Group] = []
        var groupOfRule: [Int: Int] = [:]
        for index in order.order {
            let candidates = Rule.Candidates(regions: regions, groups: groups) { name in
                if let region = regionIndex[name] { return region }
                guard let rule = ruleIndex[name], order.listed[index].contains(rule) else { return nil }
                return groupOfRule[rule].map { regions.count + $0 }
            }
            let rule = Rule(index: index, record: steers[index], candidates)
            rules[index] = rule
            let isListed = order.listed.contains { $0.contains(index) }
            guard isListed, groups.count < Self.maximumRegionCount else { continue }
            groupOfRule[index] = groups.count
            groups.append(
                Group(
                    number: regions.count + groups.count,
                    rule: index,
                    name: rule.name,
                    label: firstLabels[rule.name.firstLabel] == nil
                        ? String(decoding: rule.name.firstLabel, as: UTF8.self) : rule.name.readable,
                    regions: rule.memberRegions(candidates),
                    reach: rule.reach
                )
            )
        }
        self.regions = regions
        self.rules = rules.compactMap { $0 }
        self.groups = groups
        self.order = order.order
        self.regionIndex = regionIndex
        self.ruleIndex = ruleIndex
    }

    /// The region of that name.
    package func region(named name: DomainName) -> Region? { regionIndex[name].map { regions[$0] } }

    /// The rule of that steered name.
    package func rule(named name: DomainName) -> Rule? { ruleIndex[name].map { rules[$0] } }

    /// How many candidates there are.
    var candidateCount: Int { regions.count + groups.count }

    /// The group with that number; `nil` for a region.
    func group(_ candidate: Int) -> Group? { candidate < regions.count ? nil : groups[candidate - regions.count] }

    /// The short name of a candidate.
    func label(_ candidate: Int) -> String { group(candidate)?.label ?? regions[candidate].label }
}

extension DomainName {
    /// The leftmost label in lower case; empty for the root.
    fileprivate var firstLabel: [UInt8] { labels.first.map { $0.map(asciiLowercased) } ?? [] }
}

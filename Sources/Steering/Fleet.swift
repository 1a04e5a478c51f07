package import DNSWire
package import ZoneFile

/// All regions and all steered names of a set of zones, with names turned into indices.
package struct Fleet: Sendable {
    /// The regions in the order written.
    package let regions: [Region]
    /// The steered names in the order written.
    package let rules: [Rule]
    private let regionIndex: [DomainName: Int]
    private let ruleIndex: [DomainName: Int]

    /// The most regions a fleet can have: twice that many answers of single regions have numbers of 16 bits.
    package static let maximumRegionCount = 32_767

    /// The fleet that the control records describe.
    ///
    /// Zones are checked before they get here, so this does not fail: a member, override or last resort that names no
    /// region is left out, of two records with one name the first counts, and so do the first 32,767 regions.
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
        var rules: [Rule] = []
        var ruleIndex: [DomainName: Int] = [:]
        for record in records.steers where ruleIndex[record.name] == nil {
            ruleIndex[record.name] = rules.count
            rules.append(Rule(index: rules.count, record: record, regions: regions, regionIndex: regionIndex))
        }
        self.regions = regions
        self.rules = rules
        self.regionIndex = regionIndex
        self.ruleIndex = ruleIndex
    }

    /// The region of that name.
    package func region(named name: DomainName) -> Region? { regionIndex[name].map { regions[$0] } }

    /// The rule of that steered name.
    package func rule(named name: DomainName) -> Rule? { ruleIndex[name].map { rules[$0] } }
}

extension DomainName {
    /// The leftmost label in lower case; empty for the root.
    fileprivate var firstLabel: [UInt8] { labels.first.map { $0.map(asciiLowercased) } ?? [] }
}

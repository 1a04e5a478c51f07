import DNSWire
import Geography

/// Which steered names stand as regions of which, over all zones.
struct SteerGraph {
    /// The steered names, without those whose records have faults of their own.
    private(set) var steers: [DomainName: SteerRecord] = [:]
    private let regions: [DomainName: ControlCheck.Region]
    /// How many names stand one in the other from here on, up to one more than may; a circle has no end.
    private var levels: [DomainName: Int] = [:]

    init(_ steers: [SteerRecord], regions: [DomainName: ControlCheck.Region]) {
        self.regions = regions
        for steer in steers where self.steers[steer.name] == nil { self.steers[steer.name] = steer }
        // Names that list none have one level; it takes as many rounds as levels to know the others.
        let listing = self.steers.values.filter { !listed(by: $0).isEmpty }
        for _ in 0...SteerRecord.maximumDepth where !listing.isEmpty {
            var next = levels
            for steer in listing { next[steer.name] = 1 + (listed(by: steer).map(level).max() ?? 0) }
            levels = next
        }
    }

    /// Whether `name` can stand as a region: a name that is both is a region.
    func isSteered(_ name: DomainName) -> Bool { regions[name] == nil && steers[name] != nil }

    /// How many names stand one in the other, `name` the first; past ``SteerRecord/maximumDepth`` only that it is more.
    func level(_ name: DomainName) -> Int { levels[name] ?? 1 }

    /// The steered names that a record lists.
    func listed(by steer: SteerRecord) -> [DomainName] { steer.namedRegions.filter(isSteered) }

    /// The names by which `start` leads to `end`, both included; `nil` when it does not.
    func path(from start: DomainName, to end: DomainName) -> [DomainName]? {
        var before: [DomainName: DomainName] = [:]
        var open = [start]
        while let name = open.popLast() {
            if name == end {
                var path = [name]
                while let last = path.last, last != start, let name = before[last] { path.append(name) }
                return path.reversed()
            }
            for next in steers[name].map(listed) ?? [] where next != start && before[next] == nil {
                before[next] = name
                open.append(next)
            }
        }
        return nil
    }

    /// The regions that a region's or steered name can answer, each once.
    ///
    /// - Parameter membersOnly: whether those that only `net=` and `when-down=` name are left out.
    func reach(of name: DomainName, membersOnly: Bool = false) -> [RegionRecord] {
        var seen: Set<DomainName> = []
        var found: [RegionRecord] = []
        var open = [(name: name, fences: [[Area]]())]
        while let (name, fences) = open.popLast() {
            guard seen.insert(name).inserted else { continue }
            if let region = regions[name]?.record {
                if fences.allSatisfy(region.lies) { found.append(region) }
            } else if let steer = steers[name] {
                let fences = steer.fence.isEmpty ? fences : fences + [steer.fence]
                let names = membersOnly ? steer.members.map(\.region) : steer.namedRegions
                for name in names.reversed() { open.append((name, fences)) }
            }
        }
        return found
    }
}

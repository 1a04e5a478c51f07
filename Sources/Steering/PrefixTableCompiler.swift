import Addressing
import Geography
import Telemetry
import ZoneFile

/// Compiles regions, rules and an atlas into a prefix table.
///
/// Every distinct location is ranked once by every distinct ranker; the tuple of the numbers of its rankings is its
/// class. Networks that rules or regions name, and those whose measured round trips are not like those around them, cut
/// the atlas further, and the pieces inside them are ranked by themselves. Runs of equal class are merged.
struct PrefixTableCompiler {
    private let regions: [Region]
    private let groups: [Group]
    private let rankers: [Ranker]
    private let locations: [Location]
    /// The networks that are ranked by themselves; an overlay's number is its position plus 1.
    private let networks: [IPPrefix]
    private var vantage: Vantage
    private var heads: [TupleInterner<UInt16>]
    private var classes = TupleInterner<UInt32>()
    private var classOfLocation: [UInt32]
    private var classOfPiece: [UInt64: UInt32] = [:]
    private var head = RankingHead()
    private var key: [UInt16] = []
    private var tuple: [UInt32]

    /// A compiler for rankers that depend on the client.
    init(
        regions: [Region],
        _ groups: [Group] = [],
        rankers: [Ranker],
        locations: [Location],
        latency: LatencyView = .empty
    ) {
        self.regions = regions
        self.groups = groups
        self.rankers = rankers
        self.locations = locations
        networks = Self.networks(for: rankers, regions, groups, latency)
        vantage = Vantage(of: regions, groups, latency: latency)
        heads = Array(repeating: TupleInterner(), count: rankers.count)
        classOfLocation = Array(repeating: .max, count: locations.count)
        tuple = Array(repeating: 0, count: rankers.count)
    }

    /// The networks by which rankers tell clients apart.
    static func networks(
        for rankers: [Ranker],
        _ regions: [Region],
        _ groups: [Group],
        _ latency: LatencyView
    ) -> [IPPrefix] {
        var networks = Set(rankers.flatMap { $0.overrides.map(\.network) })
        if rankers.contains(where: { $0.policy == .latency }) {
            for prefix in latency.networks.keys { if let network = prefix.network { networks.insert(network) } }
        }
        let members = rankers.filter { $0.policy == .geo }.flatMap(\.members)
        let parts = members.flatMap { $0 < regions.count ? [$0] : groups[$0 - regions.count].regions }
        for region in Set(parts) {
            for case .network(let network) in regions[region].covers { networks.insert(network) }
        }
        return networks.sorted { ($0.address, $0.length) < ($1.address, $1.length) }
    }

    /// The table for an atlas with the locations given before.
    mutating func compile(_ atlas: Atlas) -> PrefixTable {
        var v4: [RunList<UInt32>.Entry] = []
        var v6: [RunList<UInt128>.Entry] = []
        for (position, network) in networks.enumerated() {
            let (value, length) = (UInt32(position + 1), UInt8(network.length))
            switch network.address.family {
            case .v4: v4.append(.init(start: UInt32(network.address.bits), length: length, value: value))
            case .v6: v6.append(.init(start: network.address.bits, length: length, value: value))
            }
        }
        let v4Table = RunTable(classify(atlas.v4, RunList(v4, rest: 0)))
        let v6Table = RunTable(classify(atlas.v6, RunList(v6, rest: 0)))
        return PrefixTable(
            v4: v4Table,
            v6: v6Table,
            rankings: classes.elements,
            columnCount: rankers.count,
            classCount: classes.count
        )
    }

    /// The rankings found, by ranker.
    var rankings: [RankingSet] {
        zip(heads, rankers).map { RankingSet($0, of: $1, regions: regions, groups) }
    }

    private mutating func classify<Address>(
        _ places: RunTable<Address>,
        _ overlays: RunList<Address>
    ) -> RunList<Address> {
        places.runs.combined(with: overlays) { location, overlay in
            overlay == 0 ? classNumber(ofLocation: Int(location)) : classNumber(location, overlay)
        }
    }

    /// The class of the networks at a location that no rule or region names.
    private mutating func classNumber(ofLocation location: Int) -> UInt32 {
        if classOfLocation[location] == .max {
            classOfLocation[location] = classNumber(of: locations[location], in: nil)
        }
        return classOfLocation[location]
    }

    /// The class of the networks at a location inside a named network.
    private mutating func classNumber(_ location: UInt32, _ overlay: UInt32) -> UInt32 {
        let piece = UInt64(location) << 32 | UInt64(overlay)
        if let known = classOfPiece[piece] { return known }
        let number = classNumber(of: locations[Int(location)], in: networks[Int(overlay) - 1])
        classOfPiece[piece] = number
        return number
    }

    private mutating func classNumber(of location: Location, in network: IPPrefix?) -> UInt32 {
        vantage.move(to: location, network: network)
        for index in rankers.indices {
            rankers[index].rank(vantage, network: network, into: &head)
            head.write(key: &key)
            tuple[index] = UInt32(heads[index].intern(key).number)
        }
        return UInt32(classes.intern(tuple).number)
    }
}

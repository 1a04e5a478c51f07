import DNSWire
import Geography

/// Numbers of addresses.
struct Weight {
    var v4 = 0.0
    var v6 = 0.0

    static func += (sum: inout Weight, other: Weight) {
        sum.v4 += other.v4
        sum.v6 += other.v6
    }

    /// A part of it.
    func part(_ share: Double) -> Weight { Weight(v4: v4 * share, v6: v6 * share) }
}

/// The addresses of one country that neither set of zones tells apart.
struct Piece: Hashable {
    var old: UInt32
    var new: UInt32
    var country: CountryCode?

    /// All of them with their weights.
    static func all(_ old: SteeringDecisions, _ new: SteeringDecisions) -> [Piece: Weight] {
        let atlas = new.map.atlas
        var pieces: [Piece: Weight] = [:]
        add(atlas.v4.runs, old.map.table.v4.runs, new.map.table.v4.runs, atlas.locations) {
            pieces[$0, default: Weight()].v4 += $1
        }
        add(atlas.v6.runs, old.map.table.v6.runs, new.map.table.v6.runs, atlas.locations) {
            pieces[$0, default: Weight()].v6 += $1
        }
        return pieces
    }

    private static func add<Address>(
        _ places: RunList<Address>,
        _ old: RunList<Address>,
        _ new: RunList<Address>,
        _ locations: [Location],
        _ body: (Piece, Double) -> Void
    ) {
        let runs = [places, old, new]
        var positions = [0, 0, 0]
        var start: Address = 0
        while true {
            // The next address at which one of the three changes.
            let next = zip(runs, positions).compactMap { $1 + 1 < $0.starts.count ? $0.starts[$1 + 1] : nil }.min()
            let place = Int(places.values[positions[0]])
            // Where no place is known the space is mostly unused; without a database all of it counts.
            if place != 0 || locations.count == 1 {
                let piece = Piece(
                    old: old.values[positions[1]],
                    new: new.values[positions[2]],
                    country: locations[place].country
                )
                body(piece, Double((next.map { $0 - 1 } ?? .max) - start) + 1)
            }
            guard let next else { return }
            for index in runs.indices {
                let position = positions[index] + 1
                if position < runs[index].starts.count, runs[index].starts[position] == next {
                    positions[index] = position
                }
            }
            start = next
        }
    }
}

/// One name under two sets of zones.
struct Comparison {
    struct Move: Hashable {
        var from: [String]
        var to: [String]
    }

    private(set) var total = Weight()
    private(set) var moves: [Move: Weight] = [:]
    private(set) var countries: [CountryCode: (moved: Weight, all: Weight)] = [:]

    var hasMoves: Bool { !moves.isEmpty }

    init(
        _ pieces: [Piece: Weight],
        _ old: SteeringDecisions,
        _ before: Rule,
        _ new: SteeringDecisions,
        _ after: Rule
    ) {
        let oldNames = Self.names(old, before)
        let newNames = Self.names(new, after)
        var known: [UInt64: [Move: Double]] = [:]
        for (piece, weight) in pieces {
            total += weight
            let pair = UInt64(piece.old) << 32 | UInt64(piece.new)
            let shares =
                known[pair]
                ?? Self.shares(
                    old.outcome(rule: before.index, class: piece.old),
                    oldNames,
                    new.outcome(rule: after.index, class: piece.new),
                    newNames
                )
            known[pair] = shares
            for (move, share) in shares { moves[move, default: Weight()] += weight.part(share) }
            guard let country = piece.country else { continue }
            countries[country, default: (Weight(), Weight())].all += weight
            countries[country]?.moved += weight.part(shares.values.reduce(0, +))
        }
        total.v4 = max(total.v4, 1)
        total.v6 = max(total.v6, 1)
    }

    /// By answer: the names of its regions.
    private static func names(_ decisions: SteeringDecisions, _ rule: Rule) -> [[String]] {
        decisions.answers(of: rule).map { answer in
            answer.regions.map { decisions.map.fleet.regions[$0].name.readable }.sorted()
        }
    }

    /// The parts of the buckets that move, by move.
    private static func shares(
        _ old: SteeringDecisions.Outcome,
        _ oldNames: [[String]],
        _ new: SteeringDecisions.Outcome,
        _ newNames: [[String]]
    ) -> [Move: Double] {
        if case .one(let from) = old, case .one(let to) = new {
            return oldNames[from] == newNames[to] ? [:] : [Move(from: oldNames[from], to: newNames[to]): 1]
        }
        var counts: [UInt64: Int] = [:]
        for bucket in 0..<Rendezvous.bucketCount {
            counts[UInt64(old[bucket]) << 32 | UInt64(new[bucket]), default: 0] += 1
        }
        var shares: [Move: Double] = [:]
        for (pair, count) in counts {
            let (from, to) = (oldNames[Int(pair >> 32)], newNames[Int(pair & 0xFFFF_FFFF)])
            guard from != to else { continue }
            shares[Move(from: from, to: to), default: 0] += Double(count) / Double(Rendezvous.bucketCount)
        }
        return shares
    }
}

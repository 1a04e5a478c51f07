import DNSWire
import Geography

/// What would change for clients if one set of zones took the place of another, with every region healthy.
///
/// Shares are of the addresses whose place is known, in each family; where a name shares clients out, the share of the
/// units that would move is counted.
package struct Difference: Sendable, Encodable {
    /// A move of clients from one answer to another.
    package struct Move: Sendable, Hashable, Encodable {
        /// The regions answered before; empty for no answer.
        package var from: [String]
        package var to: [String]
        /// The part of all IPv4 addresses, 0...1.
        package var v4: Double
        /// The part of all IPv6 addresses, 0...1.
        package var v6: Double
    }

    /// How much of a country moves.
    package struct CountryShare: Sendable, Hashable, Encodable {
        package var country: String
        /// The part of the country's IPv4 addresses, 0...1.
        package var v4: Double
        package var v6: Double
    }

    /// What changes for a steered name.
    package struct Change: Sendable, Encodable {
        /// Absolute.
        package var name: String
        /// `changed`, `added` or `removed`; of the last two nothing else is told.
        package var kind: String
        /// The part of all IPv4 addresses whose clients would go to another region, 0...1.
        package var v4: Double
        package var v6: Double
        /// From where to where, most IPv4 addresses first.
        package var moves: [Move]
        /// The countries some of whose clients would move, most IPv4 addresses first.
        package var countries: [CountryShare]
    }

    /// The names for which something changes, in the order of the new zones, those removed last.
    package var changes: [Change]
    /// How many steered names both have.
    package var compared: Int

    /// Compares the decisions of two sets of zones on one atlas.
    package init(from old: SteeringDecisions, to new: SteeringDecisions) {
        let pieces = Piece.all(old, new)
        var changes: [Change] = []
        var compared = 0
        for rule in new.map.fleet.rules {
            guard let before = old.map.fleet.rule(named: rule.name) else {
                changes.append(Change(name: rule.name.description, kind: "added"))
                continue
            }
            compared += 1
            let comparison = Comparison(pieces, old, before, new, rule)
            if comparison.hasMoves { changes.append(Change(rule.name, comparison)) }
        }
        for rule in old.map.fleet.rules where new.map.fleet.rule(named: rule.name) == nil {
            changes.append(Change(name: rule.name.description, kind: "removed"))
        }
        self.changes = changes
        self.compared = compared
    }
}

extension Difference.Change {
    fileprivate init(name: String, kind: String) {
        self.init(name: name, kind: kind, v4: 0, v6: 0, moves: [], countries: [])
    }

    fileprivate init(_ name: DomainName, _ comparison: Comparison) {
        let total = comparison.total
        let moves = comparison.moves.map { move, weight in
            Difference.Move(from: move.from, to: move.to, v4: weight.v4 / total.v4, v6: weight.v6 / total.v6)
        }
        let countries = comparison.countries.filter { $0.value.moved.v4 > 0 || $0.value.moved.v6 > 0 }
            .sorted {
                ($1.value.moved.v4, $1.value.moved.v6, "\($0.key)") < (
                    $0.value.moved.v4, $0.value.moved.v6, "\($1.key)"
                )
            }
        self.init(
            name: name.description,
            kind: "changed",
            v4: moves.reduce(0) { $0 + $1.v4 },
            v6: moves.reduce(0) { $0 + $1.v6 },
            moves: moves.sorted { ($1.v4, $1.v6, "\($0.to)") < ($0.v4, $0.v6, "\($1.to)") },
            countries: countries.map { country, share in
                Difference.CountryShare(
                    country: "\(country)",
                    v4: share.moved.v4 / max(share.all.v4, 1),
                    v6: share.moved.v6 / max(share.all.v6, 1)
                )
            }
        )
    }
}

extension Difference {
    /// As text for a terminal, with a final newline.
    package func render() -> String {
        var lines: [String] = []
        for change in changes {
            guard change.kind == "changed" else {
                lines += ["\(change.name)  \(change.kind)", ""]
                continue
            }
            lines.append(
                "\(change.name)  \(Self.percent(change.v4)) of IPv4, \(Self.percent(change.v6)) of IPv6 addresses move"
            )
            let rows = change.moves.map { move in
                [Self.regions(move.from), "->", Self.regions(move.to), Self.percent(move.v4), Self.percent(move.v6)]
            }
            lines += Self.table([["from", "", "to", "IPv4", "IPv6"]] + rows)
            if !change.countries.isEmpty {
                lines.append("  of the country")
                let shown = change.countries.prefix(Self.countriesShown)
                lines += Self.table(shown.map { [$0.country, Self.percent($0.v4), Self.percent($0.v6)] })
                let rest = change.countries.count - shown.count
                if rest > 0 { lines.append("  and of \(rest) more") }
            }
            lines.append("")
        }
        let changed = changes.count { $0.kind == "changed" }
        lines.append("\(changed) of \(compared) steered names change")
        return lines.joined(separator: "\n") + "\n"
    }

    /// How many countries a person wants to read of.
    private static let countriesShown = 10

    private static func regions(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: " ") }

    /// A share in percent with one decimal; less than that is said so.
    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        if tenths == 0, share > 0 { return "<0.1 %" }
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }

    private static func table(_ rows: [[String]]) -> [String] {
        let count = rows.first?.count ?? 0
        let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(("  " + cells.joined(separator: "  ")).reversed().drop { $0 == " " }.reversed())
        }
    }
}

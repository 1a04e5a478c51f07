extension Explanation {
    /// The explanation as aligned text for a terminal, with a final newline.
    package func render() -> String {
        var lines = ["\(name) \(policy)", ""]
        var client = client.address
        if let subnet = self.client.subnet { client += ", client subnet \(subnet)" }
        if let embedded = self.client.standsFor { client += ", which stands for \(embedded)" }
        lines.append("client   \(client)")
        lines.append("place    \(place.text)")
        if let network = place.network { lines.append("network  \(network)") }
        lines.append("")

        lines += table
        var inner = within
        while let level = inner?.value {
            lines += ["", "\(level.name) \(level.policy), the region chosen above", ""] + level.table
            inner = level.within
        }
        lines.append("")
        let addresses = v4.map { "A \($0)" } + v6.map { "AAAA \($0)" }
        for (position, address) in (addresses.isEmpty ? ["none: \(emptyBecause ?? "")"] : addresses).enumerated() {
            lines.append((position == 0 ? "answer   " : "         ") + address)
        }
        lines.append("ttl      \(ttl)" + (ttlBecause.map { ", \($0)" } ?? ""))
        lines.append(scope == 0 ? "scope    0, every client" : "scope    \(scope), \(scopeNetwork)")
        return lines.map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n") + "\n"
    }

    /// The regions with what was said of them.
    private var table: [String] {
        let rows = [["", "place", "region", "state", "why"]] + regions.flatMap(Self.rows)
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (cells + row.suffix(1)).joined(separator: "  ")
        }
    }

    /// A row for each filter that said something of a region; the region is named in the first.
    private static func rows(_ standing: Standing) -> [[String]] {
        let filters = standing.steps.map(\.filter).reduce(into: [String]()) { filters, filter in
            if filters.last != filter { filters.append(filter) }
        }
        let reasons = filters.map { filter in
            let steps = standing.steps.filter { $0.filter == filter }
            let text = steps.map(\.reason).joined(separator: ", ")
            return "\(filter): \(text)" + (steps.last?.removed == true ? " (out)" : "")
        }
        let place = standing.place.map(String.init) ?? "-"
        return (reasons.isEmpty ? [""] : reasons).enumerated().map { position, reason in
            position == 0
                ? [standing.chosen ? "=>" : "", place, standing.region, standing.state, reason]
                : ["", "", "", "", reason]
        }
    }
}

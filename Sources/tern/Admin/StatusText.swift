import DNSServer

/// The state of a name server and its regions as text for a terminal.
struct StatusText {
    private let service: ServiceReport
    private let regions: [RegionReport]
    private let strayOrders: [StrayOrder]
    private let agreement: AgreementReport?
    private let address: String
    private let now: Timestamp

    /// Zones that are named.
    static let zoneLimit = 8

    /// - Parameters:
    ///   - address: where the name server was asked.
    ///   - now: the time of asking.
    init(_ output: StatusCommand.Output, at address: String, now: Timestamp) {
        service = output.service
        regions = output.regions
        strayOrders = output.strayOrders
        agreement = output.agreement
        self.address = address
        self.now = now
    }

    /// The text, with a final line end.
    var rendered: String {
        var lines = [
            "tern \(service.version), asked at \(address)",
            "answers at \(service.listen.joined(separator: " "))",
            "up \(Self.span(from: service.startedAt, to: now)); \(service.received) datagrams received, "
                + "\(service.sent) answered; generation \(service.generation)",
            zones,
        ]
        if let failure = service.reloadFailure {
            lines.append("! the newest zone files are NOT served: \(failure); tern reload says more")
        }
        for stray in strayOrders {
            lines.append("! no zone has \(stray.region), of which \(stray.order.by) ordered '\(stray.order.kind)'")
        }
        if let latency = service.latency { lines += LatencyText.lines(latency, now: now) }
        lines += others + freeze
        guard !regions.isEmpty else { return (lines + ["no regions", ""]).joined(separator: "\n") }
        lines.append("")
        lines += Self.table([["", "REGION", "STATE", "SINCE", "WHY"]] + regions.flatMap(rows))
        let troubled = regions.filter { !Self.isAsItShouldBe($0) }
        lines.append("")
        lines.append(
            troubled.isEmpty
                ? "all \(regions.count) regions are as they should be"
                : "\(troubled.count) of \(regions.count) regions need a look: "
                    + troubled.map(\.label).joined(separator: " ")
        )
        return lines.joined(separator: "\n") + "\n"
    }

    private var zones: String {
        let named = service.zones.prefix(Self.zoneLimit).map { "\($0.name) serial \($0.serial)" }
        let rest = service.zoneCount - named.count
        let list = named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return "\(counted(service.zoneCount, "zone")), \(counted(service.nameCount, "name")): \(list)"
    }

    /// The other name servers that are asked.
    private var others: [String] {
        guard let agreement, !agreement.peers.isEmpty else { return [] }
        let counting = agreement.peers.count(where: \.counts)
        let summary =
            "\(counting) of \(agreement.peers.count) other name servers have a say; "
            + "\(agreement.needed) must see a region down, this one counted"
        return [summary]
            + agreement.peers.filter { !$0.counts }.map { peer in
                let last = peer.lastAnswer.map { "; last answer \(Self.span(from: $0, to: now)) ago" } ?? ""
                return "! \(peer.address) has none: \(peer.fault ?? "no answer yet")\(last)"
            }
    }

    /// What is frozen and how that ends: what one who is called at night has to know.
    private var freeze: [String] {
        guard let freeze = agreement?.freeze else { return [] }
        return [
            "! FROZEN for \(Self.span(from: freeze.since, to: now)): \(freeze.reason).",
            "  These stay in the answers for \(Self.span(from: now, to: freeze.until)) at most: "
                + freeze.regions.joined(separator: " "),
            "  Look from elsewhere. Are they down indeed? tern unfreeze takes them out now.",
        ]
    }

    // MARK: - Regions

    /// Whether nothing was ordered and all that is checked passes.
    static func isAsItShouldBe(_ region: RegionReport) -> Bool {
        region.decidedBy == .checks && region.state == "healthy" && region.shed == 0
    }

    private func rows(_ region: RegionReport) -> [[String]] {
        let reasons = reasons(region)
        let first = [Self.isAsItShouldBe(region) ? "" : "!", region.label, region.state, since(region)]
        return reasons.enumerated().map { position, reason in
            (position == 0 ? first : ["", "", "", ""]) + [reason]
        }
    }

    private func since(_ region: RegionReport) -> String {
        let moment = region.order?.at ?? region.addresses.compactMap(\.since).max()
        guard region.decidedBy != .zoneFile, let moment else { return "-" }
        return Self.span(from: moment, to: now)
    }

    private func reasons(_ region: RegionReport) -> [String] {
        var reasons: [String] = []
        if let order = region.order {
            reasons.append("ordered by \(order.by)" + (order.reason.isEmpty ? "" : ": \(order.reason)"))
        } else if let state = region.zoneState {
            reasons.append("the zone file says state=\(state)")
        }
        if let drainedAt = region.drainedAt, drainedAt > now {
            reasons.append("leaves the answers in \(Self.span(from: now, to: drainedAt))")
        }
        if let kept = region.kept { reasons.append("answered as before: \(kept)") }
        if region.shed > 0 {
            reasons.append("sends on \(Int((region.shed * 100).rounded())) % of its clients for want of capacity")
        }
        if region.decidedBy != .checks { reasons.append("checks: \(region.checks)") }
        reasons += region.addresses.filter { $0.health == "unhealthy" || $0.health == "unknown" }.map { address in
            let since = address.since.map { " for \(Self.span(from: $0, to: now))" } ?? ""
            let flaps = address.passesNeeded.map { "; it flaps, so it needs \($0) passes in a row" } ?? ""
            return "\(address.address) \(address.health)\(since): \(address.lastOutcome ?? "not checked yet")\(flaps)"
        }
        guard reasons.isEmpty else { return reasons }
        let isChecked = region.addresses.contains { $0.health != "unchecked" }
        return [isChecked ? region.addresses.compactMap(\.lastOutcome).first ?? "" : "not checked"]
    }

    // MARK: - Text

    /// A time as people say it: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`.
    static func span(from start: Timestamp, to end: Timestamp) -> String {
        let seconds = max(0, end.seconds - start.seconds)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }

    /// Rows with aligned columns, the last as long as it is.
    static func table(_ rows: [[String]]) -> [String] {
        let columns = (rows.first?.count ?? 1) - 1
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = (cells + row.suffix(1)).joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

import DNSServer
import Steering

/// What is known of round trips as text for a terminal.
enum LatencyText {
    /// The lines of `tern status`.
    static func lines(_ summary: LatencySummary, now: Timestamp) -> [String] {
        let age = summary.lastReport.map { StatusText.span(from: $0, to: now) }
        let last = age.map { "the last report \($0) ago" } ?? "no report yet"
        let trials = summary.trialShare > 0 ? "trials \(percent(summary.trialShare))" : "no trials"
        let proxies = counted(summary.proxies.count, "proxy", "proxies")
        var lines = [
            "round trips: \(proxies) heard, \(last); \(counted(summary.networks, "network")) known, "
                + "\(summary.exceptions) unlike their country; \(trials)"
        ]
        for proxy in summary.proxies where proxy.refused > 0 {
            lines.append(
                "! \(proxy.region) \(proxy.address): \(proxy.refused) of its round trips are not believed: "
                    + (proxy.refusal ?? "")
            )
        }
        return lines
    }

    /// What `tern latency show` prints.
    static func summary(_ summary: LatencySummary, now: Timestamp) -> String {
        guard !summary.proxies.isEmpty else { return (lines(summary, now: now) + [""]).joined(separator: "\n") }
        let rows = summary.proxies.map { proxy in
            [
                proxy.region, proxy.address, "\(proxy.networks)", "\(proxy.accepted)", "\(proxy.refused)",
                StatusText.span(from: proxy.lastHeard, to: now) + " ago",
            ]
        }
        let table = StatusText.table([["REGION", "PROXY", "NETWORKS", "TAKEN", "REFUSED", "HEARD"]] + rows)
        return (lines(summary, now: now) + [""] + table + [""]).joined(separator: "\n")
    }

    /// What `tern latency show CLIENT` prints, the best first.
    static func beliefs(_ beliefs: [LatencyBelief]) -> String {
        let rows = beliefs.sorted { $0.milliseconds < $1.milliseconds }.map { belief in
            [
                belief.label, "\(tenths(belief.milliseconds)) ms", "± \(tenths(belief.deviation))",
                belief.samples > 0 ? "\(belief.samples)" : "-", belief.age.map { "\($0) s" } ?? "-",
                basis(belief.basis),
            ]
        }
        let table = StatusText.table([["REGION", "BELIEVED", "", "SAMPLES", "AGE", "FROM"]] + rows)
        return (table + [""]).joined(separator: "\n")
    }

    private static func basis(_ basis: LatencyBelief.Basis) -> String {
        switch basis {
        case .network: "this network"
        case .system: "others of its autonomous system"
        case .country: "others of its country"
        case .distance: "the distance"
        }
    }

    private static func percent(_ share: Double) -> String {
        let tenths = tenths(share * 100)
        return (tenths.hasSuffix(".0") ? String(tenths.dropLast(2)) : tenths) + " %"
    }

    private static func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}

import DNSServer
import Proxy

/// The state of a proxy as text for a terminal.
enum ProxyStatusText {
    /// The text, with a final line end.
    ///
    /// - Parameters:
    ///   - address: where the proxy was asked.
    ///   - now: the time of asking.
    static func render(_ status: ProxyRoutes.Status, at address: String, now: Timestamp) -> String {
        let skipped = status.roundTrips.skipped
        let reasons = [
            (skipped.relayed, "from proxies in front"), (skipped.local, "from this machine or its link"),
            (skipped.unmeasured, "without a measure of the handshake"), (skipped.overflowed, "for want of room"),
        ]
        let lines = [
            "tern \(status.version), proxy of \(status.region), asked at \(address)",
            "answers at \(status.listen.joined(separator: " "))",
            "up \(StatusText.span(from: status.startedAt, to: now))",
            "round trips to \(status.roundTrips.networks) networks, measured \(status.roundTrips.samples) times",
        ]
        let left = reasons.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return (lines + (left.isEmpty ? [] : ["not measured: " + left.joined(separator: ", ")]))
            .map { $0 + "\n" }.joined()
    }
}

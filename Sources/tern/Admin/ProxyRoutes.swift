import Addressing
import Admin
import DNSServer
import HTTPTypes
import Proxy
import Telemetry

/// What a proxy can be asked.
struct ProxyRoutes {
    let proxy: RegionProxy
    /// The region, absolute.
    let region: String
    let startedAt: Timestamp

    /// What `GET /status` answers.
    struct Status: Codable {
        var version: String
        var region: String
        var startedAt: Timestamp
        /// The addresses it answers at.
        var listen: [String]
        /// How much it knows of the round trips to its clients.
        var roundTrips: RoundTripSummary
    }

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "status") { _ in
                try .json(
                    Status(
                        version: Version.number,
                        region: region,
                        startedAt: startedAt,
                        listen: proxy.endpoints.map(\.description),
                        roundTrips: await proxy.roundTrips
                    )
                )
            },
            // JSON, or with form=binary the compact form, which checks ask for.
            AdminRoute(.get, "tern/state") { request in
                let report = await proxy.stateReport(since: try Self.cursor(request))
                guard request.query("form") == "binary" else { return try .json(report) }
                return AdminResponse(contentType: "application/vnd.tern.state", body: report.octets)
            },
        ]
    }

    /// What the one who asks has of the round trips; `nil` when it does not ask for them.
    private static func cursor(_ request: AdminRequest) throws(AdminFault) -> RoundTripCursor? {
        guard let text = request.query("since") else { return nil }
        guard let cursor = RoundTripCursor(text) else {
            throw AdminFault(.badRequest, "since must be 0, or the cursor of a report, such as 00c0ffee00c0ffee.42")
        }
        return cursor
    }
}

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
    }

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "status") { _ in
                try .json(
                    Status(
                        version: Version.number,
                        region: region,
                        startedAt: startedAt,
                        listen: proxy.endpoints.map(\.description)
                    )
                )
            },
            // JSON, or with form=binary the compact form, which checks ask for.
            AdminRoute(.get, "tern/state") { request in
                let report = proxy.stateReport
                guard request.query("form") == "binary" else { return try .json(report) }
                return AdminResponse(contentType: "application/vnd.tern.state", body: report.octets)
            },
        ]
    }
}

package import DNSWire
import HTTPWire

extension RequestHead {
    /// Whether this asks for `/lb-health`, which is never forwarded.
    func asksForHealth(_ octets: Span<UInt8>) -> Bool {
        let path: StaticString = "/lb-health"
        let start = pathAndQuery.lowerBound
        let end = start + path.utf8CodeUnitCount
        guard pathAndQuery.count >= path.utf8CodeUnitCount else { return false }
        guard octets.equals(start..<end, path) else { return false }
        return end == pathAndQuery.upperBound || octets[end] == UInt8(ascii: "?")
    }
}

/// Whether a region can serve, as `/lb-health` says it.
package struct HealthReport: Sendable, Hashable {
    /// One pool.
    package struct Pool: Sendable, Hashable {
        /// The owner name of the POOL record.
        package let name: DomainName
        /// Servers that have passed their checks.
        package let healthy: Int
        /// All servers.
        package let total: Int
        /// The priority of the tier that serves; `nil` when none can.
        package let activePriority: UInt16?
    }

    /// The pools in the order of the zone.
    package let pools: [Pool]

    /// Whether every pool has a tier that can serve, and there is a pool.
    package var isServing: Bool { !pools.isEmpty && pools.allSatisfy { $0.activePriority != nil } }

    /// `ok` or `failing`, then a line for each pool.
    package var text: String {
        var text = isServing ? "ok\n" : "failing\n"
        for pool in pools {
            text += "\(pool.name.readable): \(pool.healthy) of \(pool.total) servers healthy"
            text += pool.activePriority.map { ", priority \($0) serves\n" } ?? ", none serves\n"
        }
        return text
    }
}

extension ProxyCore {
    var healthReport: HealthReport {
        HealthReport(
            pools: allPools.map { pool in
                let summary = pool.summary
                return HealthReport.Pool(
                    name: pool.name,
                    healthy: summary.healthy,
                    total: summary.total,
                    activePriority: summary.activePriority
                )
            }
        )
    }

    var healthResponse: LocalResponse {
        let report = healthReport
        return LocalResponse(status: report.isServing ? 200 : 503, text: report.text)
    }
}

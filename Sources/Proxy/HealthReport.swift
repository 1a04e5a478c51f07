package import Balancing
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
        /// Its servers at present.
        package let status: BalancerStatus
        /// Requests that wait for a server with room.
        package let waiting: Int
        /// What has happened since it was made.
        package let counts: PoolCounts
        /// Why the last lookup of servers failed, so that those known before serve; `nil` when it did not.
        package let discoveryFailure: String?

        /// Servers that have passed their checks.
        package var healthy: Int { status.healthy }
        /// All servers.
        package var total: Int { status.total }
        /// The priority of the tier that serves; `nil` when none can.
        package var activePriority: UInt16? { status.activePriority }
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
            text += pool.activePriority.map { ", priority \($0) serves" } ?? ", none serves"
            for (count, what) in [
                (pool.status.ejected, "ejected"), (pool.status.draining, "draining"), (pool.waiting, "waiting"),
            ] where count > 0 {
                text += ", \(count) \(what)"
            }
            if let failure = pool.discoveryFailure { text += ", lookup of servers fails: \(failure)" }
            text += pool.status.isPanicking ? ", panic: requests go to all of them\n" : "\n"
        }
        return text
    }
}

extension ProxyCore {
    var healthReport: HealthReport {
        HealthReport(
            pools: allPools.map(\.summary)
        )
    }

    var healthResponse: LocalResponse {
        let report = healthReport
        return LocalResponse(status: report.isServing ? 200 : 503, text: report.text)
    }
}

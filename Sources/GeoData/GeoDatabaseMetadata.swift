import CMaxMindDB
import Glibc

/// What a database says of itself.
package struct GeoDatabaseMetadata: Hashable, Sendable {
    /// Its kind, such as `GeoLite2-City` or `Tern-Country`.
    package let type: String
    /// When it was made, in seconds since 1970 UTC.
    package let buildEpoch: UInt64
    /// The number of nodes of the search tree.
    package let nodeCount: Int
    /// 6 for a tree over IPv6 and IPv4 addresses, 4 for IPv4 alone.
    package let ipVersion: Int

    /// Copies what the library has read.
    init(_ metadata: MMDB_metadata_s) {
        unsafe type = metadata.database_type.map { unsafe String(cString: $0) } ?? ""
        unsafe buildEpoch = metadata.build_epoch
        unsafe nodeCount = Int(metadata.node_count)
        unsafe ipVersion = Int(metadata.ip_version)
    }

    /// The day it was made in UTC, `2026-06-25`.
    package var buildDate: String {
        var seconds = time_t(clamping: buildEpoch)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&seconds, &parts) != nil else { return "unknown" }
        func padded(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return unsafe "\(Int(parts.tm_year) + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
    }
}

extension GeoDatabaseMetadata: CustomStringConvertible {
    package var description: String { "\(type), built \(buildDate), IPv\(ipVersion), \(nodeCount) nodes" }
}

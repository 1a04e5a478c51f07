package import DNSWire

/// What reading the changed files of a set of zones gave; see ``ZoneLoader/update()``.
package struct ZoneUpdate: Sendable {
    /// The zones that were read, packed.
    package var zones: [PackedZone] = []
    /// The zones that were served before and whose files are gone.
    package internal(set) var removed: [DomainName] = []
    /// What the control records of all zones say, those not read again included.
    package internal(set) var control = ControlRecords()
    /// The faults of what was read.
    package internal(set) var findings: [Finding] = []

    /// What is known of the files that were read.
    var files: [String: KnownFile] = [:]
    /// The files that are gone.
    var removedFiles: [String] = []
    /// The hosts that pools name.
    var hosts: Set<DomainName> = []

    /// Whether anything is wrong that must keep the update from being served.
    package var hasErrors: Bool { findings.contains { $0.severity == .error } }
}

/// What is remembered of a zone file that is served.
struct KnownFile: Sendable {
    /// A file that `$INCLUDE` brought in.
    struct Included: Hashable, Sendable {
        var path: String
        var fingerprint: Int
    }

    /// What it looked like when it was listed.
    var fingerprint: Int
    /// The files it includes, as they were before they were read.
    var included: [Included]
    /// Whether the zone takes part in steering or redirects names, and so is read at every update.
    var isReadAlways: Bool
}

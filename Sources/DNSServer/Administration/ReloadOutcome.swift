package import ZoneFile

/// What came of reading the zones again.
package struct ReloadOutcome: Sendable, Encodable {
    /// Whether what was read is served; if not, what was served before still is.
    package var isServed: Bool { failure == nil }
    /// Why it is not served; `nil` when it is.
    package var failure: String?
    /// The faults as text for a terminal.
    package var report: String
    /// The faults of the zone files.
    package var findings: [Finding]
    package var zones: Int
    package var names: Int

    init(failure: String? = nil, findings: [Finding], zones: Int = 0, names: Int = 0) {
        self.failure = failure
        self.findings = findings
        report = findings.map(\.description).joined(separator: "\n")
        self.zones = zones
        self.names = names
    }
}

package import DNSWire

/// The zones that a set of files and folders holds, read and checked together.
package struct ZoneSet: Sendable {
    /// The zones without errors, in the order of the files.
    package var zones: [Zone] = []
    /// All faults, file by file.
    package var findings: [Finding] = []
    /// The files that were read, with folders replaced by what is in them.
    package var files: [String] = []

    /// Whether anything is wrong that must keep the set from being served.
    package var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// Reads zone files; a folder stands for every `*.zone` in it.
    ///
    /// - Parameters:
    ///   - paths: files and folders.
    ///   - origin: the zone's name where a single file is given that is not named `ORIGIN.zone`.
    package init(paths: [String], origin: DomainName? = nil) {
        let listing = ZoneListing(paths)
        files = listing.files.map(\.path)
        for (path, message) in listing.faults {
            findings.append(Finding(.unreadableFile, message, at: SourcePosition(file: path)))
        }
        let origin = files.count == 1 ? origin : nil
        check(files.map { ZoneFileReader.read(path: $0, origin: origin) })
    }

    /// Checks together what was read from several files.
    package init(outcomes: [ZoneFileReader.Outcome]) {
        check(outcomes)
    }

    private mutating func check(_ outcomes: [ZoneFileReader.Outcome]) {
        findings += outcomes.flatMap(\.findings)
        var checked: [Zone] = []
        var paths: [DomainName: String] = [:]
        for zone in outcomes.compactMap({ $0.zone ?? $0.remains }) {
            let path = zone.sources[0].path
            if let first = paths[zone.origin] {
                findings.append(.repeatedZone(zone.origin, first: first, again: path))
            } else {
                paths[zone.origin] = path
                checked.append(zone)
            }
        }
        findings += ZoneChecker.check(checked)
        let failed = Set(findings.lazy.filter { $0.severity == .error }.map(\.zoneFile))
        zones = checked.filter { !$0.isPartial && !failed.contains($0.sources[0].path) }
    }
}

extension Finding {
    /// Two files hold the same zone.
    static func repeatedZone(_ origin: DomainName, first: String, again: String) -> Finding {
        Finding(.repeatedZone, "the zone \(origin) is already in \(first)", at: SourcePosition(file: again))
    }

    /// The zone file that the finding belongs to: its own file, or the one that included it in the end.
    fileprivate var zoneFile: String { position.includedFrom.last?.file ?? position.file }
}

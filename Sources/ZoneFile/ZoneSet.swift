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
        let expansion = Self.expand(paths)
        files = expansion.files
        for (path, message) in expansion.faults { reportUnreadable(path, message) }
        let origin = files.count == 1 ? origin : nil
        check(files.map { ZoneFileReader.read(path: $0, origin: origin) })
    }

    /// Checks together what was read from several files.
    package init(outcomes: [ZoneFileReader.Outcome]) {
        check(outcomes)
    }

    /// The files that paths stand for: a folder for every `*.zone` in it, a pattern (`*`, `?`, `[...]`) for what it
    /// matches.
    static func expand(_ paths: [String]) -> (files: [String], faults: [(path: String, message: String)]) {
        var files: [String] = []
        var faults: [(path: String, message: String)] = []
        for path in paths {
            if FileAccess.isFolder(path) {
                do {
                    let found = try FileAccess.list(path, suffix: ZoneFileReader.suffix)
                    if found.isEmpty { faults.append((path, "the folder has no *\(ZoneFileReader.suffix) file")) }
                    files += found
                } catch {
                    faults.append((path, "cannot be listed: \(error)"))
                }
            } else if !FileAccess.exists(path), path.contains(where: { "*?[".contains($0) }) {
                let found = FileAccess.matches(path)
                if found.isEmpty { faults.append((path, "the pattern matches no file")) }
                files += found
            } else {
                files.append(path)
            }
        }
        return (files, faults)
    }

    private mutating func check(_ outcomes: [ZoneFileReader.Outcome]) {
        findings += outcomes.flatMap(\.findings)
        var checked: [Zone] = []
        for zone in outcomes.compactMap({ $0.zone ?? $0.remains }) {
            if let first = checked.first(where: { $0.origin == zone.origin }) {
                let message = "the zone \(zone.origin) is already in \(first.sources[0].path)"
                findings.append(Finding(.repeatedZone, message, at: zone.position(file: 0, offset: 0)))
            } else {
                checked.append(zone)
            }
        }
        findings += ZoneChecker.check(checked)
        let failed = Set(findings.lazy.filter { $0.severity == .error }.map(\.zoneFile))
        zones = checked.filter { !$0.isPartial && !failed.contains($0.sources[0].path) }
    }

    private mutating func reportUnreadable(_ path: String, _ message: String) {
        findings.append(Finding(.unreadableFile, message, at: SourcePosition(file: path)))
    }
}

extension Finding {
    /// The zone file that the finding belongs to: its own file, or the one that included it in the end.
    fileprivate var zoneFile: String { position.includedFrom.last?.file ?? position.file }
}

import DNSWire
import Synchronization

/// Reads a set of zone files again and again, and tells when one of them was changed.
package final class ZoneLoader: Sendable {
    private struct State {
        /// The zone files that are served, as ``accept(_:)`` was told.
        var files: [String: KnownFile] = [:]
        /// The hosts that their pools name.
        var hosts: Set<DomainName> = []
        /// The files that `$INCLUDE` brought in at the last reading, and before if that had errors.
        var included: Set<String> = []
        var loaded = 0
    }

    private let paths: [String]
    private let state = Mutex(State())

    /// - Parameter paths: zone files, folders of them, and patterns such as `zones/*.zone`.
    package init(_ paths: [String]) {
        self.paths = paths
    }

    /// Reads and checks all files.
    package func load() -> ZoneSet {
        // Taken before the files are read, so that a change in the meantime is seen as one.
        let before = ZoneListing.fingerprint(of: paths)
        var set = ZoneSet(paths: paths)
        let included = Set(set.zones.flatMap { $0.sources.dropFirst().map(\.path) })
        for index in set.zones.indices { set.zones[index].releaseSources() }
        note(before, included, keepingOthers: set.hasErrors) { FileFingerprint.of($0) }
        return set
    }

    // MARK: - Polling

    /// What the files look like from outside: another value than ``loadedFingerprint`` means that one was written,
    /// replaced, added or removed since they were read. Takes one system call for each file.
    package func fingerprint() -> Int {
        state.withLock { $0.included }.reduce(ZoneListing.fingerprint(of: paths)) { $0 &+ FileFingerprint.of($1) }
    }

    /// The fingerprint of what ``load()`` or ``update()`` read last.
    package var loadedFingerprint: Int { state.withLock { $0.loaded } }

    private func note(
        _ named: Int,
        _ included: Set<String>,
        keepingOthers: Bool,
        _ fingerprint: (String) -> Int
    ) {
        let included = keepingOthers ? state.withLock { $0.included }.union(included) : included
        let loaded = included.reduce(named) { $0 &+ fingerprint($1) }
        state.withLock { state in
            state.included = included
            state.loaded = loaded
        }
    }

    // MARK: - Updates

    /// Reads and checks the files that were changed or added since the update accepted last, and besides these every
    /// zone that has control records, holds a server of a pool, or redirects names; the first time all.
    ///
    /// A zone is read again, too, when one directly below it comes or goes: what it says of that is then another's.
    package func update() -> ZoneUpdate {
        let (known, knownHosts) = state.withLock { ($0.files, $0.hosts) }
        let listing = ZoneListing(paths)
        var reading = ZoneReading()
        for (path, message) in listing.faults {
            reading.report(Finding(.unreadableFile, message, at: SourcePosition(file: path)))
        }
        let isChanged = listing.files.map { file in
            guard let before = known[file.path], before.fingerprint == file.fingerprint else { return true }
            return before.isReadAlways
                || !before.included.allSatisfy { reading.fingerprint(ofIncluded: $0.path) == $0.fingerprint }
        }
        var plan = ReadingPlan(listing, isChanged: isChanged, known: known, &reading)
        plan.readAll(&reading)
        let hosts = HostAddresses.hosts(of: reading.steering)
        // Otherwise the zones of the hosts are the same as before, and are read at every update.
        if hosts != knownHosts || plan.hasOrigins {
            for host in hosts {
                if let file = plan.file(of: host) { plan.demand(file) }
            }
            plan.readAll(&reading)
        }
        let entries = reading.entries
        let isHost = Self.places(of: hosts, in: entries)
        var update = reading.finish(hosts: hosts)
        for (entry, isHost) in zip(entries, isHost) {
            let file = listing.files[entry.file]
            update.files[file.path] = KnownFile(
                fingerprint: file.fingerprint,
                included: entry.included,
                isReadAlways: entry.isReadAlways || isHost
            )
        }
        update.removedFiles = plan.removedFiles
        update.removed = plan.removed
        noteUpdate(listing, known, update, &reading)
        return update
    }

    /// For each zone read whether it is the one that some host is in.
    private static func places(of hosts: Set<DomainName>, in entries: [ZoneReading.Entry]) -> [Bool] {
        var isHost = entries.map { _ in false }
        guard !hosts.isEmpty else { return isHost }
        var places: [DomainName: Int] = [:]
        for (place, entry) in entries.enumerated() { places[entry.origin] = place }
        for host in hosts {
            if let place = host.ancestry.lazy.compactMap({ places[$0] }).first { isHost[place] = true }
        }
        return isHost
    }

    /// Remembers that what an update brought is served.
    package func accept(_ update: ZoneUpdate) {
        state.withLock { state in
            for path in update.removedFiles { state.files[path] = nil }
            state.files.merge(update.files) { _, new in new }
            state.hosts = update.hosts
        }
    }

    private func noteUpdate(
        _ listing: ZoneListing,
        _ known: [String: KnownFile],
        _ update: ZoneUpdate,
        _ reading: inout ZoneReading
    ) {
        var included: Set<String> = []
        for file in listing.files {
            let files = (update.files[file.path] ?? known[file.path])?.included ?? []
            for file in files { included.insert(file.path) }
        }
        var fingerprints: [String: Int] = [:]
        for path in included { fingerprints[path] = reading.fingerprint(ofIncluded: path) }
        note(listing.fingerprint, included, keepingOthers: update.hasErrors) {
            fingerprints[$0] ?? FileFingerprint.of($0)
        }
    }
}

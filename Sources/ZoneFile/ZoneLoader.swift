import Synchronization

/// Reads a set of zone files again and again, and tells when one of them was changed.
package final class ZoneLoader: Sendable {
    private struct State {
        /// Every file that the last reading without errors read, those that `$INCLUDE` brought in among them.
        var included: [String] = []
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
        let before = fingerprintOfNamedFiles()
        var set = ZoneSet(paths: paths)
        let sources = set.zones.flatMap { $0.sources.map(\.path) }
        for index in set.zones.indices { set.zones[index].releaseSources() }
        state.withLock { state in
            state.included = set.hasErrors ? state.included + sources : sources
            state.loaded = Self.combine(before, state.included)
        }
        return set
    }

    /// What the files look like from outside: another value than ``loadedFingerprint`` means that one was written,
    /// replaced, added or removed since they were read.
    package func fingerprint() -> Int {
        Self.combine(fingerprintOfNamedFiles(), state.withLock { $0.included })
    }

    /// The fingerprint of what ``load()`` read last.
    package var loadedFingerprint: Int { state.withLock { $0.loaded } }

    private func fingerprintOfNamedFiles() -> Int {
        var hasher = Hasher()
        for file in ZoneSet.expand(paths).files { FileFingerprint.combine(file, into: &hasher) }
        return hasher.finalize()
    }

    private static func combine(_ named: Int, _ included: [String]) -> Int {
        var hasher = Hasher()
        hasher.combine(named)
        for file in included { FileFingerprint.combine(file, into: &hasher) }
        return hasher.finalize()
    }
}

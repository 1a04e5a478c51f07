import Glibc
import Logging
import Synchronization
import UnixSignals
import ZoneFile

/// Runs until the process is asked to stop, and acts when files change or SIGHUP comes.
struct Reloader: Sendable {
    /// Something that is read again when it changes.
    struct Source: Sendable {
        /// What it is, for the log.
        var name: String
        /// Another value when it has changed.
        var fingerprint: @Sendable () -> Int
        /// Another value when something was most likely changed; costs next to nothing. What it misses the fingerprint
        /// shows.
        var glance: @Sendable () -> Int = { 0 }
        /// The fingerprint of what was read last.
        var loaded: @Sendable () -> Int
        /// Reads it again.
        var reload: @Sendable () async -> Void
    }

    private let sources: [Source]
    private let logger: Logger
    private let signals: ProcessSignals

    /// How often the files are looked at, at most.
    private static let pollInterval = Duration.seconds(1)
    /// Looking at all of many files takes at most one part in so many of the time.
    private static let pollShare = 50

    /// - Parameter sources: SIGHUP reads all of them again.
    init(_ sources: [Source], logger: Logger, signals: ProcessSignals) {
        self.sources = sources
        self.logger = logger
        self.signals = signals
    }

    /// Returns after SIGTERM, SIGINT, or when the supervisor has gone.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for source in sources { group.addTask { await follow(source) } }
            group.addTask { await followSignals() }
            // Following a source ends only by cancellation; the first of the others to end stops the process.
            _ = await group.next()
            group.cancelAll()
        }
    }

    private func followSignals() async {
        for await signal in signals.events {
            guard signal == .sighup else { return }
            logger.info("SIGHUP: reloading")
            for source in sources { await source.reload() }
        }
    }

    private func follow(_ source: Source) async {
        var effort = Duration.zero
        var waited = Duration.zero
        var glance = source.glance()
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.pollInterval)
            waited += Self.pollInterval
            let seen = source.glance()
            guard seen != glance || waited >= effort * Self.pollShare else { continue }
            (glance, waited) = (seen, .zero)
            let start = ContinuousClock.now
            let now = source.fingerprint()
            effort = start.duration(to: .now)
            guard now != source.loaded() else { continue }
            logger.info("\(source.name) changed: reloading")
            await source.reload()
        }
    }
}

extension Reloader.Source {
    /// The zone files of a loader.
    ///
    /// - Parameter paths: the files and folders it reads. A folder tells of a file that was put into it or replaced, so
    ///   that an editor's change is seen at once among however many.
    init(_ loader: ZoneLoader, paths: [String], reload: @escaping @Sendable () async -> Void) {
        self.init(
            name: "zone files",
            fingerprint: loader.fingerprint,
            glance: { paths.reduce(0) { $0 &+ FileFingerprint.of($1) } },
            loaded: { loader.loadedFingerprint },
            reload: reload
        )
    }

    /// One file.
    ///
    /// - Parameters:
    ///   - name: what it is, for the log.
    ///   - loaded: the fingerprint it had before it was read the first time.
    init(name: String, file: String, loaded: Int, reload: @escaping @Sendable () async -> Void) {
        let known = KnownFingerprint(loaded)
        self.init(
            name: name,
            fingerprint: { FileFingerprint.of(file) },
            loaded: { known.value.withLock { $0 } },
            reload: {
                known.value.withLock { $0 = FileFingerprint.of(file) }
                await reload()
            }
        )
    }
}

/// The fingerprint of a file that was read.
private final class KnownFingerprint: Sendable {
    let value: Mutex<Int>

    init(_ value: Int) {
        self.value = Mutex(value)
    }
}

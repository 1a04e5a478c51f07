import Glibc
import Logging
import Synchronization
import UnixSignals

/// SIGTERM, SIGINT and SIGHUP of a process, from its first moment on, and the end of its supervisor, which is as SIGTERM.
///
/// They are blocked before anything is started and trapped before there is anything to stop, so that a process which
/// is told to stop while it starts ends as one that serves does, and says so.
final class ProcessSignals: Sendable {
    /// The signals once the process serves.
    let events: AsyncStream<UnixSignal>
    private let continuation: AsyncStream<UnixSignal>.Continuation
    private let isServing = Mutex(false)

    private init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Holds the signals back until they are trapped. For the main thread, before there are others: threads inherit it.
    static func block() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Traps the signals. Until ``serve()`` one that says to stop ends the process at once, with status 0, and SIGHUP
    /// is ignored.
    static func trap(_ supervision: SupervisionOptions, _ logger: Logger) async -> ProcessSignals {
        let signals = ProcessSignals()
        let sequence = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint)
        Task.detached {
            for await signal in sequence { signals.take(signal, logger) }
        }
        if supervision.isSupervised {
            Task.detached {
                await SupervisorLink.waitForEnd()
                signals.take(.sigterm, logger)
            }
        }
        return signals
    }

    /// From now on signals are ``events``: there is something that has to be ended in order.
    func serve() { isServing.withLock { $0 = true } }

    /// Returns when the process is told to stop.
    func stop() async {
        for await signal in events where signal != .sighup { return }
    }

    private func take(_ signal: UnixSignal, _ logger: Logger) {
        isServing.withLock { isServing in
            if isServing {
                continuation.yield(signal)
            } else if signal != .sighup {
                logger.info("not ready yet: stopped")
                Glibc.exit(0)
            }
        }
    }
}

/// A command that runs until it is told to stop, and asks ``ProcessSignals`` for that.
protocol RunsUntilStopped {}

import NIOCore
import NIOPosix
import Synchronization

/// A program as a check runs it.
struct ProgramCheckRequest: Hashable, Sendable {
    /// The absolute path of the program.
    let path: String
    /// Its arguments after its name.
    let arguments: [String]
    /// `NAME=VALUE`, besides PATH.
    let environment: [String]
    /// How long it may run before it is killed.
    let timeout: Duration
}

/// Runs a program on a thread of its own kind; at most `programsAtATime` run at a time in the process, further ones
/// wait. The timeout counts from the start of the program, for the wait says nothing about the target.
final class ProgramChecker: Checker {
    private let request: ProgramCheckRequest
    private let eventLoop: any EventLoop
    private var run: ProgramRun?
    private var onEnd: ((CheckOutcome) -> Void)?

    /// Programs that run at a time, over all monitors.
    static let programsAtATime = 8

    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: programsAtATime)
        threads.start()
        return threads
    }()

    init(_ request: ProgramCheckRequest, on eventLoop: any EventLoop) {
        self.request = request
        self.eventLoop = eventLoop
    }

    var keepsTime: Bool { true }

    func check(onEnd: @escaping (CheckOutcome) -> Void) {
        let run = ProgramRun(request)
        self.run = run
        self.onEnd = onEnd
        Self.threads.runIfActive(eventLoop: eventLoop) { run.outcome() }.assumeIsolated().whenSuccess { outcome in
            guard self.run === run else { return }
            let onEnd = self.onEnd
            self.cancel()
            onEnd?(outcome)
        }
    }

    func cancel() {
        run?.isCancelled.store(true, ordering: .relaxed)
        run = nil
        onEnd = nil
    }
}

import Foundation
import Testing

/// Runs the jobs of a test on threads of their own.
///
/// The tests here wait for processes and sockets, which must not hold the few threads that all other tests share; and
/// what they measure must not depend on those threads having a moment to spare.
final class ThreadExecutor: TaskExecutor {
    static let shared = ThreadExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = Thread { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        thread.stackSize = 4 << 20
        thread.start()
    }
}

/// Lets every test of a suite wait as long as it needs: see ``ThreadExecutor``.
struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    static var onOwnThread: OwnThread { OwnThread() }
}

/// All end-to-end tests, one after the other: they share this machine's cores and the addresses of the example zone.
@Suite("End to end", .serialized, .onOwnThread)
enum EndToEnd {}

import Foundation
import Synchronization

/// The link to a supervisor: standard input, which ends when the supervisor does.
enum SupervisorLink {
    /// Returns when the supervisor has gone, or when the task is cancelled.
    static func waitForEnd() async {
        let waiter = Waiter()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.wait(continuation)
                Thread {
                    var octet: UInt8 = 0
                    while unsafe read(STDIN_FILENO, &octet, 1) > 0 {}
                    waiter.end()
                }.start()
            }
        } onCancel: {
            waiter.end()
        }
    }

    /// A continuation that is resumed once, whatever comes first.
    private final class Waiter: Sendable {
        private struct State {
            var hasEnded = false
            var continuation: CheckedContinuation<Void, Never>?
        }

        private let state = Mutex(State())

        func wait(_ continuation: CheckedContinuation<Void, Never>) {
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.continuation = continuation }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }

        func end() {
            let continuation = state.withLock { state in
                state.hasEnded = true
                defer { state.continuation = nil }
                return state.continuation
            }
            continuation?.resume()
        }
    }
}

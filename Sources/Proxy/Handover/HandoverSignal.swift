import Synchronization

/// That another process has taken over; waited for by one task.
final class HandoverSignal: Sendable {
    private struct State {
        var wasSent = false
        var continuation: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Whether it has been sent.
    var wasSent: Bool { state.withLock { $0.wasSent } }

    func send() {
        resume { $0.wasSent = true }
    }

    /// Returns when it is sent or the task is cancelled; whether it has been sent.
    func wait() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.wasSent || Task.isCancelled { return true }
                    state.continuation = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            resume { _ in }
        }
        return wasSent
    }

    private func resume(_ change: (inout State) -> Void) {
        let continuation = state.withLock { state in
            change(&state)
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume()
    }
}

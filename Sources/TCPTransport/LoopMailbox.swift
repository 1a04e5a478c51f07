import CLinux
import Glibc
import Synchronization

/// How other threads come to a loop: they leave tasks, which it does between the events of its connections.
package final class LoopMailbox: Sendable {
    private struct State {
        var tasks: [@Sendable () -> Void] = []
        var isStopping = false
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Becomes readable when there is something to do (eventfd(2)).
    let descriptor: CInt
    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)
    /// Connections that the loop has.
    private let connections = Atomic<Int>(0)

    /// - Throws: the kernel gives no descriptor.
    init() throws(SocketError) {
        descriptor = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SocketError(code: errno) }
    }

    /// How many connections the loop has; read by other loops to find the one with the fewest.
    package var load: Int {
        get { connections.load(ordering: .relaxed) }
        set { connections.store(newValue, ordering: .relaxed) }
    }

    /// Whether this is called by the loop's own thread.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Has the loop do something.
    ///
    /// - Returns: whether it will; a loop that has been stopped does nothing any more.
    @discardableResult
    package func execute(_ task: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, wasEmpty) = state.withLock { state in
            guard !state.hasEnded else { return (false, false) }
            state.tasks.append(task)
            return (true, state.tasks.count == 1)
        }
        if wasEmpty { wake() }
        return isTaken
    }

    /// Has the loop do something, and waits until it has.
    ///
    /// - Returns: what `task` has; `nil`, at once, when the loop has been stopped.
    @discardableResult
    package func submit<Result: Sendable>(_ task: @escaping @Sendable () -> Result) async -> Result? {
        await withCheckedContinuation { continuation in
            let isTaken = execute { continuation.resume(returning: task()) }
            if !isTaken { continuation.resume(returning: nil) }
        }
    }

    /// Ends the loop: its connections are closed, its thread ends.
    package func stop() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                state.isStopping = true
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() } else { wake() }
        }
    }

    private func wake() { eventfd_write(descriptor, 1) }

    // MARK: - For the loop

    func enter() { thread.store(UInt(pthread_self()), ordering: .relaxed) }

    /// Takes all tasks out.
    func takeTasks() -> (tasks: [@Sendable () -> Void], isStopping: Bool) {
        var number: UInt64 = 0
        unsafe eventfd_read(descriptor, &number)
        return state.withLock { state in
            defer { state.tasks = [] }
            return (state.tasks, state.isStopping)
        }
    }

    /// Takes no tasks any more.
    ///
    /// - Returns: those that came last.
    func end() -> [@Sendable () -> Void] {
        state.withLock { state in
            state.hasEnded = true
            defer { state.tasks = [] }
            return state.tasks
        }
    }

    /// Tells those who wait for the end.
    func tellEnd() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    deinit {
        close(descriptor)
    }
}

/// A value that belongs to a loop: any thread may keep it, the loop's alone may look at it.
///
/// `@unchecked Sendable`, because every access is checked to be on the loop's thread.
package final class LoopBound<Value>: @unchecked Sendable {
    package let mailbox: LoopMailbox
    private let bound: Value

    /// To be called before the loop runs, or on its thread, with a value that nobody else has.
    package init(_ value: Value, to mailbox: LoopMailbox) {
        self.mailbox = mailbox
        bound = value
    }

    /// Another value that belongs to the same loop.
    ///
    /// - Parameter make: may be called by any thread: it may keep the value and must not look into it.
    package func carry<Other>(_ make: (Value) -> Other) -> LoopBound<Other> {
        LoopBound<Other>(make(bound), to: mailbox)
    }

    /// The value; only for the loop's thread.
    package var value: Value {
        precondition(mailbox.isCurrent, "a loop's value belongs to its thread")
        return bound
    }
}

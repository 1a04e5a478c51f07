import Foundation
import Synchronization

/// A child process whose lines are passed on with its name before them.
///
/// Its standard input is a pipe that this process holds; a child sees its end when this process is gone, however it
/// went, and stops.
final class Child: Sendable {
    /// How a child ended.
    enum Ending: Sendable, CustomStringConvertible {
        case exited(Int32)
        case killed(Int32)

        var description: String {
            switch self {
            case .exited(let status): "ended with status \(status)"
            case .killed(let signal): "was ended by signal \(signal)"
            }
        }
    }

    private struct State {
        var isReady = false
        var ending: Ending?
        var readyWaiters: [CheckedContinuation<Bool, Never>] = []
        var endWaiters: [CheckedContinuation<Ending, Never>] = []
        var partialLine: [UInt8] = []
    }

    let role: UpPlan.Role
    private let process: Process
    private let link: Pipe
    private let state = Mutex(State())

    /// Starts the process.
    ///
    /// - Throws: what the system says when it cannot be started.
    init(_ role: UpPlan.Role) throws {
        self.role = role
        process = Process()
        link = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = role.arguments + ["--supervised"]
        process.standardInput = link
        process.standardError = output
        process.terminationHandler = { [weak self] process in
            let isSignal = process.terminationReason == .uncaughtSignal
            self?.ended(isSignal ? .killed(process.terminationStatus) : .exited(process.terminationStatus))
        }
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
            } else {
                self?.take(data)
            }
        }
        try process.run()
    }

    /// The process's number.
    var processIdentifier: Int32 { process.processIdentifier }

    /// Waits until the process says that it is ready.
    ///
    /// - Returns: `false` when it ended before.
    func ready() async -> Bool {
        await withCheckedContinuation { continuation in
            let known: Bool? = state.withLock { state in
                if state.isReady { return true }
                if state.ending != nil { return false }
                state.readyWaiters.append(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Waits until the process has ended.
    func end() async -> Ending {
        await withCheckedContinuation { continuation in
            let known: Ending? = state.withLock { state in
                if state.ending == nil { state.endWaiters.append(continuation) }
                return state.ending
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Asks the process to stop, by the end of its standard input: a signal would end one that has just begun to start
    /// before it can say anything.
    func terminate() {
        try? link.fileHandleForWriting.close()
    }

    /// Ends the process at once.
    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    private func ended(_ ending: Ending) {
        let (ready, end) = state.withLock { state in
            state.ending = ending
            defer { (state.readyWaiters, state.endWaiters) = ([], []) }
            return (state.readyWaiters, state.endWaiters)
        }
        for waiter in ready { waiter.resume(returning: false) }
        for waiter in end { waiter.resume(returning: ending) }
    }

    /// Passes whole lines on; the line that says `ready` is taken as the sign of it.
    private func take(_ data: Data) {
        let (lines, waiters) = state.withLock { state in
            state.partialLine += data
            var lines: [String] = []
            while let end = state.partialLine.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: state.partialLine[..<end], as: UTF8.self))
                state.partialLine.removeSubrange(...end)
            }
            let isReady = lines.contains { $0.contains("ready: ") }
            guard isReady, !state.isReady else { return (lines, [CheckedContinuation<Bool, Never>]()) }
            state.isReady = true
            defer { state.readyWaiters = [] }
            return (lines, state.readyWaiters)
        }
        for line in lines { StandardError.write("[\(role.name)] \(line)\n") }
        for waiter in waiters { waiter.resume(returning: true) }
    }
}

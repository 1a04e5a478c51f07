import Foundation
import Synchronization

/// Programs, and where they are.
enum Program {
    /// The root of the package, from this file's place in it.
    static let package = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The `tern` that was built with these tests, or the one that the environment variable `TERN` names.
    ///
    /// - Throws: ``Unfulfilled`` when it is not there.
    static func tern() throws -> String {
        if let named = ProcessInfo.processInfo.environment["TERN"] { return named }
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let places = [tests.appending(path: "tern").path, package + "/.build/debug/tern"]
        guard let found = places.first(where: FileManager.default.isExecutableFile) else {
            throw Unfulfilled("no tern beside the tests (\(places[0])): build it with `swift build --build-tests`")
        }
        return found
    }

    /// A program of the system, or `nil` when it is not installed.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return folders.lazy.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }

    /// A program that the tests cannot do without.
    static func need(_ name: String) throws -> String {
        guard let found = find(name) else { throw Unfulfilled("\(name) is not installed; `make setup` says how") }
        return found
    }

    /// What a program left behind.
    struct Outcome: CustomStringConvertible {
        var status: Int32
        var output: String
        var errors: String

        /// The lines of `errors` that say something.
        var errorLines: [Substring] { errors.split(separator: "\n") }

        var description: String { "status \(status)\n\(output)\(errors)" }
    }

    /// Runs a program to its end.
    ///
    /// - Throws: ``Unfulfilled`` when it takes longer than `limit`.
    static func run(
        _ path: String,
        _ arguments: [String],
        in folder: String = package,
        within limit: Duration = .seconds(60)
    ) throws -> Outcome {
        let files = try TemporaryFolder()
        let running = try RunningProgram(
            path,
            arguments,
            in: folder,
            output: files.path + "/o",
            errors: files.path + "/e"
        )
        let status = try running.end(within: limit)
        return Outcome(
            status: status,
            output: try String(contentsOfFile: files.path + "/o", encoding: .utf8),
            errors: try String(contentsOfFile: files.path + "/e", encoding: .utf8)
        )
    }
}

/// A program that runs while a test does something else. It is ended with the test.
final class RunningProgram: Sendable {
    private let process: Process
    private let finished = DispatchSemaphore(value: 0)
    private let outputPath: String
    private let command: String

    /// Starts a program whose output goes into files.
    ///
    /// - Parameter errors: the file of the standard error; the same as that of the output when `nil`.
    init(
        _ path: String,
        _ arguments: [String],
        in folder: String = Program.package,
        output: String,
        errors: String? = nil
    ) throws {
        outputPath = output
        command = ([path] + arguments).joined(separator: " ")
        process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(output)
        process.standardError = try errors.map(Self.file) ?? process.standardOutput
        process.terminationHandler = { [finished] _ in finished.signal() }
        try Self.withoutBlockedSignals { try process.run() }
    }

    /// Runs `body` while this thread blocks no signal. Threads of a pool block all of them, and a program inherits that
    /// from the thread that starts it.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    deinit {
        if process.isRunning { kill(identifier, SIGKILL) }
    }

    private static func file(_ path: String) throws -> FileHandle {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unfulfilled("cannot write \(path)") }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    var identifier: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Everything written so far.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// Waits until the program has written `text`.
    ///
    /// - Parameter count: how often it must be there.
    /// - Throws: ``Unfulfilled`` with its output, also when it ends instead.
    func wait(toSay text: String, times count: Int = 1, within limit: Duration = .seconds(60)) throws {
        try EndToEndTests.wait(for: "'\(text)' from \(command)", within: limit, evidence: { output }) {
            let isOver = !isRunning
            if output.components(separatedBy: text).count > count { return true }
            guard !isOver else { throw Unfulfilled("\(command) ended and did not say '\(text)'\n\(output)") }
            return false
        }
    }

    /// Waits for the end.
    ///
    /// - Returns: the exit status, or the negative number of the signal that ended it.
    /// - Throws: ``Unfulfilled`` after `limit`; then the program is killed.
    func end(within limit: Duration = .seconds(30)) throws -> Int32 {
        let seconds = Double(limit.components.seconds)
        guard finished.wait(timeout: .now() + seconds) == .success else {
            kill(identifier, SIGKILL)
            throw Unfulfilled("\(command) did not end within \(limit)\n\(output)")
        }
        finished.signal()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Sends a signal.
    func signal(_ number: Int32) {
        kill(identifier, number)
    }

    /// Asks the program to stop and waits for its end.
    @discardableResult
    func stop() throws -> Int32 {
        if isRunning { signal(SIGTERM) }
        return try end()
    }
}

import Glibc
import Synchronization

/// One run of a program, with what it writes to standard output and standard error.
///
/// It gets its own process group, which is killed as a whole at the timeout, default signal handling, an empty
/// standard input, and no other open file of ours.
final class ProgramRun: Sendable {
    private let request: ProgramCheckRequest
    /// Set from any thread to have the program killed and its result forgotten.
    let isCancelled = Atomic(false)

    /// Octets of the first line that are shown.
    static let lineLimit = 200
    /// The longest time between two looks at whether the program has exited or is to be killed, in milliseconds.
    private static let longestWait: Int32 = 10

    init(_ request: ProgramCheckRequest) { self.request = request }

    /// Runs the program and waits for it; blocks the thread.
    func outcome() -> CheckOutcome {
        guard !isCancelled.load(ordering: .relaxed) else { return .failed(.timeout(.zero)) }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return CheckOutcome(.system(errno: errno)) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let deadline = ContinuousClock.now + request.timeout
        var process: pid_t = 0
        let failure = start(writingTo: ends[1], &process)
        close(ends[1])
        var output = FirstLine(of: ends[0])
        defer { output.close() }
        guard failure == 0 else { return CheckOutcome(.notStarted(errno: failure)) }

        var status: Int32 = 0
        var wait: Int32 = 1
        while true {
            switch unsafe waitpid(process, &status, WNOHANG) {
            case process:
                output.read()
                return Self.outcome(status: status, line: output.line)
            case -1 where errno != EINTR:
                // Somebody else has waited for it.
                return .notMade(.system(errno: errno))
            default: break
            }
            if ContinuousClock.now >= deadline || isCancelled.load(ordering: .relaxed) {
                kill(-process, SIGKILL)
                while unsafe waitpid(process, &status, 0) == -1, errno == EINTR {}
                return .failed(.timeout(request.timeout))
            }
            output.wait(milliseconds: wait)
            wait = min(2 * wait, Self.longestWait)
        }
    }

    private static func outcome(status: Int32, line: String) -> CheckOutcome {
        let signal = status & 0x7f
        guard signal == 0 else { return .failed(.signal(signal)) }
        let code = status >> 8 & 0xff
        return code == 0 ? .passed(.program(line)) : .failed(.exitStatus(code, line))
    }

    /// `posix_spawn_file_actions_addclosefrom_np`, which glibc has since 2.34 but declares only among GNU extensions.
    private static let closeFrom: CloseFrom? = unsafe dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafe unsafeBitCast($0, to: CloseFrom.self)
    }
    private typealias CloseFrom =
        @convention(c) (
            UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32
        ) -> Int32

    /// Starts the program.
    ///
    /// - Returns: 0, or the `errno`.
    private func start(writingTo descriptor: Int32, _ process: inout pid_t) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, 2)
        // Without it the program would have all sockets of this process.
        guard let closeFrom = unsafe Self.closeFrom else { return ENOSYS }
        _ = unsafe closeFrom(&actions, 3)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        var words = unsafe ([request.path] + request.arguments).map { unsafe strdup($0) }
        let path = unsafe getenv("PATH").map { unsafe "PATH=\(String(cString: $0))" }
        var environment = unsafe ((path.map { [$0] } ?? []) + request.environment).map { unsafe strdup($0) }
        defer { unsafe (words + environment).forEach { unsafe free($0) } }
        unsafe words.append(nil)
        unsafe environment.append(nil)
        return unsafe posix_spawn(&process, request.path, &actions, &attributes, words, environment)
    }
}

/// The first line that a program writes; what follows is read and forgotten.
private struct FirstLine {
    private let descriptor: Int32
    private var octets: [UInt8] = []
    private var isLineEnded = false
    private var isOpen = true

    init(of descriptor: Int32) { self.descriptor = descriptor }

    /// The line without its end; what is not UTF-8 or a control character is replaced.
    var line: String {
        let text = String(decoding: octets, as: UTF8.self)
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
    }

    /// Waits until there is more to read, and reads it.
    mutating func wait(milliseconds: Int32) {
        guard isOpen else {
            usleep(UInt32(milliseconds) * 1000)
            return
        }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&entry, 1, milliseconds) > 0 { read() }
    }

    /// Reads what there is, up to a bound, for a program may write without end.
    mutating func read() {
        var part = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<16 where isOpen {
            let count = unsafe Glibc.read(descriptor, &part, part.count)
            if count == 0 { isOpen = false }
            guard count > 0 else { return }
            guard !isLineEnded else { continue }
            let end = part[..<count].firstIndex(of: UInt8(ascii: "\n"))
            octets += part[..<(end ?? count)].prefix(ProgramRun.lineLimit - octets.count)
            isLineEnded = end != nil || octets.count == ProgramRun.lineLimit
        }
    }

    func close() { _ = Glibc.close(descriptor) }
}

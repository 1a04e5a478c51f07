import Addressing
import Logging
import NIOCore
import NIOPosix
import Testing
import ZoneFile

@testable import Health

@Suite(.timeLimit(.minutes(1))) struct ProgramCheckTests {
    /// A shell script as a check.
    private func outcome(of script: String, timeout: Duration = .seconds(20)) -> CheckOutcome {
        let request = ProgramCheckRequest(
            path: "/bin/sh",
            arguments: ["-c", script, "sh", "one", "two"],
            environment: ["TERN_ADDRESS=192.0.2.1", "TERN_PORT=80", "TERN_REGION=east"],
            timeout: timeout
        )
        return ProgramRun(request).outcome()
    }

    @Test(
        arguments: [
            ("exit 0", .passed(.program(""))), ("echo fine; echo more", .passed(.program("fine"))),
            ("printf 'no line end'", .passed(.program("no line end"))),
            ("echo down >&2; exit 3", .failed(.exitStatus(3, "down"))),
            ("echo $TERN_ADDRESS $TERN_PORT $TERN_REGION $*", .passed(.program("192.0.2.1 80 east one two"))),
            ("kill -9 $$", .failed(.signal(9))), ("read x; echo \"$?\"", .passed(.program("1"))),
            ("ls /proc/self/fd | tr '\\n' ' '", .passed(.program("0 1 2 3 "))),
            ("printf 'a\\tb\\033c\\nd'", .passed(.program("a b c"))),
            // Standard output closed long before the end.
            ("exec >&- 2>&-; sleep 0.05; exit 4", .failed(.exitStatus(4, ""))),
            // A child that goes on does not keep the check waiting.
            ("sleep 5 & echo started", .passed(.program("started"))),
            ("head -c 1000000 /dev/zero | tr '\\0' x; exit 0", .passed(.program(String(repeating: "x", count: 200)))),
        ] as [(String, CheckOutcome)]
    )
    func theExitStatusDecidesAndTheFirstLineSaysWhy(script: String, expected: CheckOutcome) {
        #expect(outcome(of: script) == expected)
    }

    @Test(arguments: ["sleep 600", "while true; do echo x; done", "trap '' TERM; sleep 600", "sleep 600 & wait"])
    func aProgramIsKilledAtTheTimeout(script: String) {
        let timeout = Duration.milliseconds(100)
        let start = ContinuousClock.now
        #expect(outcome(of: script, timeout: timeout) == .failed(.timeout(timeout)))
        #expect(ContinuousClock.now - start >= timeout)
    }

    @Test func aProgramThatIsNotThereIsNamed() {
        let request = ProgramCheckRequest(path: "/nonexistent", arguments: [], environment: [], timeout: .seconds(1))
        let outcome = ProgramRun(request).outcome()
        #expect(outcome == .failed(.notStarted(errno: 2)))
        #expect("\(outcome)" == "no such program")
    }

    /// More programs than run at a time, through a monitor, and an end while they run.
    @Test func manyProgramsTakeTurns() async throws {
        let monitor = HealthMonitor(
            on: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "health") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in }
        let targets = try (0..<2 * ProgramChecker.programsAtATime).map { number in
            try HealthTarget(
                .init(label: "\(number)", endpoint: Endpoint(IPAddress(v4: 0x7f00_0001), port: 1)),
                check: .exec(path: "/bin/sleep", arguments: ["0.01"]),
                schedule: CheckSchedule(interval: .seconds(60), timeout: .seconds(60))
            )
        }
        monitor.update(targets: targets)
        #expect(await monitor.firstRoundEnded(within: .seconds(30)))
        #expect(monitor.states.values.allSatisfy { $0.status == .healthy })
        await monitor.stop()
    }
}

import ArgumentParser
import Glibc

/// The program: one command line for all roles.
@main
struct Tern: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tern",
        abstract: "Global server load balancing: DNS that answers from the best region, and the regions' proxies.",
        discussion: """
            Start with `tern up zones/example.test.zone`, which runs everything on this machine, then ask
            `dig @127.0.0.1 -p 5300 www.example.test +subnet=81.2.69.0/24`.
            """,
        version: Version.text,
        subcommands: [
            ServeCommand.self, ProxyCommand.self, UpCommand.self, CheckCommand.self, ExplainCommand.self,
            StatusCommand.self, DrainCommand.self, UndrainCommand.self, ForceCommand.self, UnfreezeCommand.self,
            ReloadCommand.self, DiffCommand.self, LatencyCommand.self, GeodataCommand.self, OriginCommand.self,
        ]
    )

    /// Runs the command; exit status 0 when done, 1 when it failed, 2 for wrong usage.
    static func main() async {
        // A client that goes away while it is written to is an error value, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // A reload asked for before there is anything to reload is not the end of the process either.
        signal(SIGHUP, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if type(of: command) is any RunsUntilStopped.Type { ProcessSignals.block() }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            StandardError.write("tern: error: \(failure.message)\n")
            Glibc.exit(1)
        } catch let status as ExitCode {
            Glibc.exit(status.rawValue)
        } catch {
            let isSuccess = exitCode(for: error).isSuccess
            let message = fullMessage(for: error)
            if isSuccess { print(message) } else { StandardError.write(message + "\n") }
            Glibc.exit(isSuccess ? 0 : 2)
        }
    }
}

/// Something that ends the command with status 1 and this message.
struct Failure: Error {
    /// What happened, where, and what to do.
    var message: String

    init(_ message: String) {
        self.message = message
    }

    init(_ error: any Error) {
        message = "\(error)"
    }
}

/// The stream for logs and errors.
enum StandardError {
    /// Writes text as it is.
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

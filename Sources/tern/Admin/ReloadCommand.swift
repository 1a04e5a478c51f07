import Admin
import ArgumentParser
import HTTPTypes

/// `tern reload`: let a running name server read its zones again, and hear what it says of them.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Let a running name server read its zone files again; exit 1 with the faults if they have errors.",
        discussion: "Zones with errors are not served; those loaded before stay in service."
    )

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    /// What is read of the answer.
    private struct Outcome: Decodable {
        var failure: String?
        var report: String
        var zones: Int
        var names: Int
    }

    /// How long reading may take: many zones, on a slow disk.
    private static let patience = Duration.seconds(600)

    func run() async throws {
        try await node.withClient(try configurationFile.load(), timeout: Self.patience) { client in
            let answer = try await client.send(.post, "/reload")
            guard answer.status == .ok || answer.status == .conflict else {
                let fault = try answer.decode(AdminFault.Body.self, from: client.address)
                throw Failure(fault.error)
            }
            let outcome = try answer.decode(Outcome.self, from: client.address)
            if !outcome.report.isEmpty { StandardError.write(outcome.report + "\n") }
            if let failure = outcome.failure {
                throw Failure("not reloaded: \(failure); what was served before still is")
            }
            print("reloaded: \(counted(outcome.zones, "zone")), \(counted(outcome.names, "name"))")
        }
    }
}

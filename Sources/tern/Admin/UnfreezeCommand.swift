import Admin
import ArgumentParser
import DNSServer

/// `tern unfreeze`: take the checks' word for regions that are answered as before.
struct UnfreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unfreeze",
        abstract: "End a freeze: take the checks' word for the regions that failed all at once.",
        discussion: """
            When most regions fail at once a name server suspects that it is cut off itself, and answers as before for \
            a while; tern status shows it. When you know that the regions are down indeed, this takes them out now. \
            It suspects nothing again before the regions have been healthy for a while.
            """
    )

    @Option(name: .long, help: "Why; it stands in the log.")
    var reason: String?

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    func run() async throws {
        try await node.withClient(try configurationFile.load()) { client in
            let ended: AgreementReport.Freeze = try await client.post("/unfreeze", ServeRoutes.Order(reason: reason))
            print("unfrozen: the checks decide of \(ended.regions.joined(separator: " "))")
        }
    }
}

import Admin
import ArgumentParser
import DNSServer

/// `tern status`: what a running name server does, and the state of every region.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell what a running name server serves, and how every region is.",
        discussion:
            "Regions that are not as they should be have a ! before them. Exit status 0 also when there are any."
    )

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    /// What `--json` prints.
    struct Output: Codable {
        var service: ServiceReport
        var regions: [RegionReport]
        var strayOrders: [StrayOrder]
    }

    func run() async throws {
        let settings = try configurationFile.load()
        try await node.withClient(settings) { client in
            let limit = json ? ServeRoutes.zoneLimit : StatusText.zoneLimit
            let service: ServiceReport = try await client.get("/status", query: [("zones", "\(limit)")])
            let answer: ServeRoutes.Regions = try await client.get("/regions")
            let output = Output(service: service, regions: answer.regions, strayOrders: answer.strayOrders)
            guard !json else { return print(try JSONText.render(output)) }
            let text = StatusText(output, at: client.address.description, now: .now)
            print(text.rendered, terminator: "")
        }
    }
}

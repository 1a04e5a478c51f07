import Admin
import ArgumentParser
import DNSServer

/// `tern status`: what a running name server does, and the state of every region; or what a proxy does.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell what a running name server serves, and how every region is.",
        discussion:
            """
            Regions that are not as they should be have a ! before them. Exit status 0 also when there are any. With \
            --admin a proxy can be asked too.
            """
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
        var agreement: AgreementReport?
    }

    func run() async throws {
        let settings = try configurationFile.load()
        try await node.withClient(settings) { client in
            let limit = json ? ServeRoutes.zoneLimit : StatusText.zoneLimit
            let status: Status = try await client.get("/status", query: [("zones", "\(limit)")])
            guard case .nameServer(let service) = status else { return try show(status, of: client) }
            let answer: ServeRoutes.Regions = try await client.get("/regions")
            let output = Output(
                service: service,
                regions: answer.regions,
                strayOrders: answer.strayOrders,
                agreement: answer.agreement
            )
            guard !json else { return print(try JSONText.render(output)) }
            let text = StatusText(output, at: client.address.description, now: .now)
            print(text.rendered, terminator: "")
        }
    }

    /// What `GET /status` answers, by who answers.
    private enum Status: Decodable {
        case nameServer(ServiceReport)
        case proxy(ProxyRoutes.Status)

        private enum Key: CodingKey { case region }

        init(from decoder: any Decoder) throws {
            let isProxy = try decoder.container(keyedBy: Key.self).contains(.region)
            self = isProxy ? .proxy(try .init(from: decoder)) : .nameServer(try .init(from: decoder))
        }
    }

    private func show(_ status: Status, of client: AdminClient) throws {
        guard case .proxy(let proxy) = status else { return }
        guard !json else { return print(try JSONText.render(proxy)) }
        print(ProxyStatusText.render(proxy, at: client.address.description, now: .now), terminator: "")
    }
}

import Admin
import ArgumentParser
import DNSServer

/// What the commands share that order something of a region.
private struct OrderRun {
    /// Gives the order and prints what came of it.
    static func run(
        _ verb: String,
        _ region: String,
        _ order: ServeRoutes.Order,
        _ node: AdminTargetOptions,
        _ configurationFile: ConfigurationOptions
    ) async throws {
        try await node.withClient(try configurationFile.load()) { client in
            let path = "/regions/\(AdminClient.encode(region))/\(verb)"
            let report: OrderReport = try await client.post(path, order)
            let sentence = report.region.map { OrderText.sentence($0, now: .now) }
            print(sentence ?? "the order is taken back; no zone has that region")
            if let warning = report.warning {
                StandardError.write("tern: warning: a restart will forget this: \(warning)\n")
            }
        }
    }
}

/// `tern drain`: take a region out of the answers, gently.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Take a region out of the answers: first their TTL falls, then the region leaves them.",
        discussion: """
            The region is answered, with the least TTL, until the answers that were given before have left the caches; \
            then it takes no more clients. The order outlives a restart and goes before zone file and checks.
            """
    )

    @Argument(help: "The region, by its label or whole name.")
    var region: String

    @Option(name: .long, help: "Why; shown to whoever looks.")
    var reason: String?

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    func run() async throws {
        try await OrderRun.run("drain", region, ServeRoutes.Order(reason: reason), node, configurationFile)
    }
}

/// `tern undrain`: let a drained region take clients again.
struct UndrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain",
        abstract: "Let a region that was drained take clients again, as zone file and checks have it."
    )

    @Argument(help: "The region, by its label or whole name.")
    var region: String

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    func run() async throws {
        try await OrderRun.run("undrain", region, ServeRoutes.Order(), node, configurationFile)
    }
}

/// `tern force`: decide a region's state against the checks.
struct ForceCommand: AsyncParsableCommand {
    /// What it is to be.
    enum State: String, ExpressibleByArgument, CaseIterable {
        case up
        case down
        case auto
    }

    static let configuration = CommandConfiguration(
        commandName: "force",
        abstract: "Make a region up or down whatever the checks say; auto lets them decide again.",
        discussion: "Down takes effect at once; tern drain is the gentle way. The order outlives a restart."
    )

    @Argument(help: "The region, by its label or whole name.")
    var region: String

    @Argument(help: "up, down or auto.")
    var state: State

    @Option(name: .long, help: "Why; shown to whoever looks.")
    var reason: String?

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    func run() async throws {
        let order = ServeRoutes.Order(reason: reason, state: state.rawValue)
        try await OrderRun.run("force", region, order, node, configurationFile)
    }
}

/// What came of an order, in a sentence.
enum OrderText {
    static func sentence(_ region: RegionReport, now: Timestamp) -> String {
        var sentence = "\(region.label) is \(region.state)"
        switch region.decidedBy {
        case .order: break
        case .zoneFile: sentence += ": the zone file says state=\(region.zoneState ?? "")"
        case .checks: sentence += ": zone file and checks decide"
        }
        if region.state == "draining", let drainedAt = region.drainedAt {
            sentence += ": it leaves the answers in \(StatusText.span(from: now, to: drainedAt)), at \(drainedAt)"
        }
        return sentence
    }
}

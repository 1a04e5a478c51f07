import Addressing
import Admin
import ArgumentParser
import DNSWire
import Glibc
import UnixSignals
import ZoneFile

/// `tern up`: everything on this machine.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run it all on this machine: name server, a proxy per region, sample servers behind them.",
        discussion: """
            For a first look, and for trying a zone file: regions and servers with loopback addresses get a process \
            each. A process that ends is reported, and started again only with --restart, so that a failure can be \
            watched. Ctrl-C stops all of them.
            """
    )

    @Option(name: .long, help: "Address of the name server; may repeat. (default: 127.0.0.1:5300)")
    var listen: [String] = []

    @Flag(name: .long, help: "Start a process again when it ends.")
    var restart = false

    @OptionGroup var geography: GeographyOptions

    @Argument(help: "Zone files named ORIGIN.zone, or folders of them.")
    var zones: [String]

    func run() async throws {
        let listen = listen.isEmpty ? ["127.0.0.1:5300"] : listen
        let endpoints = try Endpoint.parse(listen, defaultPort: 53)
        let set = ZoneLoader(zones).load()
        guard !set.hasErrors else {
            throw Failure("the zones have errors:\n" + set.findings.map(\.description).joined(separator: "\n"))
        }
        let records = ControlRecords(zones: set.zones)
        let plan = UpPlan(
            zones: zones,
            records: records,
            listen: endpoints.map(\.description),
            nameServerOptions: (geography.path.map { ["--geoip", $0] } ?? [])
                + ["--admin", Self.socket(of: endpoints) ?? "none", "--state-file", "none"]
        )
        for skipped in plan.skipped {
            StandardError.write("tern up: \(skipped) is not on loopback: not started here\n")
        }
        let supervisor = Supervisor(plan, restarts: restart)
        // From here on a signal is an event, so that the children are stopped in order.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let start = Task { try await supervisor.start() }
        let watch = Task {
            for await _ in signals { break }
            start.cancel()
            await supervisor.requestStop()
        }
        do {
            try await start.value
            print(UpGuide(records, zones: zones, nameServer: endpoints).text)
            // Seen at once, also through a pipe.
            fflush(nil)
        } catch {
            await supervisor.stop()
            watch.cancel()
            if await supervisor.isStopping { return }
            throw error
        }
        await supervisor.run()
        await supervisor.stop()
        watch.cancel()
    }

    /// A socket that tern status and the like find, and no other name server has.
    private static func socket(of endpoints: [Endpoint]) -> String? {
        AdminPlaces.socket(endpoints.first.map { "serve-\($0.port)" } ?? "serve")?.description
    }
}

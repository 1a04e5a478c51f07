import Addressing
import ArgumentParser
import DNSServer
import DNSWire
import Logging
import NIOCore
import NIOPosix
import Steering
import ZoneFile

/// `tern explain`: why a client gets the answer it gets.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell why a client gets the answer it gets: every region, and what each filter said of it.",
        discussion: """
            The decision is made by the code that answers queries, from the zone files given. Every region is taken to be \
            healthy; --down names regions that are not, --at-load says how full others are, --check asks the regions' \
            proxies now. With --live the running name server is asked, which knows.
            """
    )

    @Argument(help: "The name asked for, such as www.example.test.")
    var name: String

    @Option(name: .long, help: "The client's address, or its network as in EDNS Client Subnet: 203.0.113.0/24.")
    var client: String

    @Option(name: .long, help: ArgumentHelp("A region to take as down; may repeat.", valueName: "region"))
    var down: [String] = []

    @Option(
        name: .customLong("at-load"),
        help: ArgumentHelp(
            "A region and its load as a part of its capacity, such as 0.9 or 120%; may repeat.",
            valueName: "region=load"
        )
    )
    var loads: [String] = []

    @Flag(name: .long, help: "Ask the proxies of all regions once, and take their health as found.")
    var check = false

    @Flag(name: .long, help: "Ask the running name server, as health and orders stand there.")
    var live = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var geography: GeographyOptions

    @OptionGroup var node: AdminTargetOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    @Argument(help: "Zone files or folders. (default: those of the configuration, else zones)")
    var zones: [String] = []

    func run() async throws {
        let settings = try configurationFile.load()
        let (address, subnet) = try parseClient()
        if live { return try await explainLive(settings) }
        guard let name = try? DomainName(name) else { throw ValidationError("'\(name)' is no domain name") }
        let set = ZoneLoader(zones.isEmpty ? settings.zones ?? ["zones"] : zones).load()
        guard !set.hasErrors else {
            throw Failure("the zones have errors:\n" + set.findings.map(\.description).joined(separator: "\n"))
        }
        let records = ControlRecords(zones: set.zones)
        let fleet = Fleet(records)
        guard let rule = fleet.rule(named: name) else { throw Failure(unsteered(name, fleet)) }
        let logger = Log.make("explain")
        let atlas = try geography.atlas(settings, logger: logger)
        var health = check ? try await Self.ask(records, fleet) : FleetHealth(allHealthy: fleet)
        for label in down { health.set(.unhealthy, region: try fleet.region(called: label)) }
        let map = SteeringMap(fleet: fleet, atlas: atlas)
        try suppose(try parseLoads(), map, settings.serve.pacing.settings, &health)
        let decisions = SteeringDecisions(map: map, health: health)
        let ttl = set.zones.lazy.compactMap { $0.rrset(name, .steer)?.ttl }.first ?? 0
        let explanation = decisions.explain(rule, client: address, subnet: subnet, ttl: ttl)
        print(json ? try JSONText.render(explanation) : explanation.render(), terminator: json ? "\n" : "")
    }

    /// Has the regions send on what the name server would have them send on at these loads, with all others idle.
    private func suppose(
        _ loads: [(label: String, load: Double)],
        _ map: SteeringMap,
        _ settings: CapacitySettings,
        _ health: inout FleetHealth
    ) throws {
        guard !loads.isEmpty else { return }
        var requests: [Double?] = Array(repeating: 0, count: map.fleet.regions.count)
        for (label, load) in loads {
            let region = try map.fleet.region(called: label)
            guard let capacity = region.capacity else {
                throw Failure(
                    "\(region.label) has no capacity= in its REGION record, so it keeps its clients at any load"
                )
            }
            requests[region.index] = load * capacity
        }
        var controller = CapacityController(settings: settings)
        controller.turn(to: map, health)
        controller.suppose(loads: requests)
        controller.apply(to: &health)
    }

    /// The values of `--at-load`: labels with parts of the capacity.
    private func parseLoads() throws -> [(label: String, load: Double)] {
        try loads.map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            let isPercent = text.hasSuffix("%")
            guard parts.count == 2, let number = Double(isPercent ? parts[1].dropLast() : parts[1]),
                (0...1_000_000).contains(number)
            else { throw ValidationError("'\(text)' is no load of a region; write us-east=0.9 or us-east=90%") }
            return (String(parts[0]), isPercent ? number / 100 : number)
        }
    }

    private func parseClient() throws -> (IPAddress, IPPrefix?) {
        guard let argument = ClientArgument(client) else {
            throw ValidationError(
                client.contains("/")
                    ? "'\(client)' is no network; write 203.0.113.0/24, no bits set after the prefix"
                    : "'\(client)' is no address"
            )
        }
        return (argument.address, argument.subnet)
    }

    private func unsteered(_ name: DomainName, _ fleet: Fleet) -> String {
        guard !fleet.rules.isEmpty else { return "\(name.readable) is not steered, and no name in these zones is" }
        let names = fleet.rules.prefix(12).map(\.name.readable).joined(separator: " ")
        return "\(name.readable) has no STEER record; the steered names are: \(names)"
    }

    /// One round of checks.
    private static func ask(_ records: ControlRecords, _ fleet: Fleet) async throws -> FleetHealth {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let health = try await RegionWatch.once(records, fleet, on: group)
            try await group.shutdownGracefully()
            return health
        } catch {
            throw Failure(error)
        }
    }
}

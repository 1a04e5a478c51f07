import ArgumentParser
import Logging
import Steering
import ZoneFile

/// `tern diff`: whose clients would move.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tell which share of clients would change region if new zone files took the place of old ones.",
        discussion: """
            Every steered name is decided for all networks of the geographic database under both, with every region \
            healthy. Shares are of the addresses whose place is known. To compare with what was committed last:
            mkdir old && git show HEAD:zones/example.test.zone > old/example.test.zone && tern diff old zones
            """
    )

    @Argument(help: "The zone file or folder in service.")
    var old: String

    @Argument(help: "The zone file or folder that would take its place.")
    var new: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var geography: GeographyOptions

    @OptionGroup var configurationFile: ConfigurationOptions

    func run() throws {
        let settings = try configurationFile.load()
        let fleets = try (fleet(old), fleet(new))
        let atlas = try geography.atlas(settings, logger: Log.make("diff"))
        let difference = Difference(from: Self.decide(fleets.0, atlas), to: Self.decide(fleets.1, atlas))
        print(json ? try JSONText.render(difference) : difference.render(), terminator: json ? "\n" : "")
    }

    private func fleet(_ path: String) throws -> Fleet {
        let set = ZoneLoader([path]).load()
        guard !set.hasErrors else {
            throw Failure("\(path) has errors:\n" + set.findings.map(\.description).joined(separator: "\n"))
        }
        return Fleet(ControlRecords(zones: set.zones))
    }

    private static func decide(_ fleet: Fleet, _ atlas: Atlas) -> SteeringDecisions {
        SteeringDecisions(map: SteeringMap(fleet: fleet, atlas: atlas), health: FleetHealth(allHealthy: fleet))
    }
}

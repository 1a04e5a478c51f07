import ArgumentParser
import Glibc
import ZoneFile

/// `tern check`: faults of zone files.
struct CheckCommand: ParsableCommand {
    /// How findings are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report every fault of zone files with its position; exit 1 if any is an error.",
        discussion: "With --config the configuration is read as well, and its zones are taken where none are named."
    )

    @Flag(name: .long, help: "Print the zones in canonical form: absolute names, one record a line, sorted.")
    var dump = false

    @Option(name: .long, help: "How faults are printed: text or json.")
    var format = Format.text

    @Option(name: .customLong("config"), help: "A configuration file whose faults are reported too.")
    var configurationFile: String?

    @Argument(help: "Zone files named ORIGIN.zone, or folders of them.")
    var zones: [String] = []

    func run() throws {
        let settings = try configurationFile.map { try Settings(file: $0) }
        let zones = zones.isEmpty ? settings?.zones ?? [] : zones
        guard !zones.isEmpty else { throw ValidationError("no zone files; give them here or with --config") }
        let set = ZoneLoader(zones).load()
        switch format {
        case .text:
            for finding in set.findings { StandardError.write("\(finding)\n") }
        case .json:
            print(try JSONText.render(set.findings))
        }
        if dump, !set.hasErrors {
            for zone in set.zones { print(ZoneDump.text(zone), terminator: "") }
        }
        let errors = set.findings.count { $0.severity == .error }
        if errors > 0 { throw ExitCode(1) }
        guard !dump, format == .text else { return }
        let records = set.zones.reduce(0) { $0 + $1.recordCount }
        let warnings = set.findings.count
        print(
            "\(counted(set.zones.count, "zone")), \(counted(records, "record")): no errors, \(counted(warnings, "warning"))"
        )
    }
}

import Addressing
import DNSWire
import ZoneFile

/// What to try once everything runs.
struct UpGuide {
    private let records: ControlRecords
    private let zones: [String]
    private let nameServer: [Endpoint]
    /// The program as it was started.
    private let program = CommandLine.arguments.first ?? "tern"

    /// - Parameters:
    ///   - records: what the zones say.
    ///   - zones: their paths as given.
    ///   - nameServer: where the name server answers.
    init(_ records: ControlRecords, zones: [String], nameServer: [Endpoint]) {
        self.records = records
        self.zones = zones
        self.nameServer = nameServer
    }

    /// A few commands to copy, made from what the zones hold.
    var text: String {
        var lines = ["", "Tern is ready. Try, in another terminal:", ""]
        guard let server = nameServer.first else { return lines.joined(separator: "\n") }
        let dig = "dig @\(server.address) -p \(server.port)"
        let steered = records.steers.first { [.nearest, .latency, .geo].contains($0.policy) } ?? records.steers.first
        if let steered {
            let name = steered.name.readable
            lines += [
                "  # the same name, asked from Britain, Brazil and Japan",
                "  \(dig) +short \(name) +subnet=81.2.69.0/24",
                "  \(dig) +short \(name) +subnet=200.160.0.0/24",
                "  \(dig) +short \(name) +subnet=133.11.0.0/16",
                "",
                "  # why",
                "  \(program) explain \(name) --client 81.2.69.160 \(zones.joined(separator: " "))",
            ]
        }
        if let region = records.regions.first {
            let name = String(region.record.name.readable.prefix { $0 != "." })
            lines += [
                "",
                "  # how every region is; take one out of the answers, and let it in again",
                "  \(program) status",
                "  \(program) drain \(name) --reason 'just looking'",
                "  \(program) undrain \(name)",
            ]
        }
        if let region = records.regions.first, let address = region.addresses.first {
            lines += [
                "",
                "  # a region's proxy, balanced over its servers",
                "  curl http://\(Endpoint(address, port: Self.port(region.record.check)))/",
                "",
                "  # take that region down, and ask again",
                "  pkill -f 'proxy --region \(region.record.name)'",
            ]
        }
        return (lines + ["", "Ctrl-C stops everything.", ""]).joined(separator: "\n")
    }

    private static func port(_ check: CheckTarget) -> UInt16 {
        switch check {
        case .http(let port, _, _), .https(let port, _, _), .tcp(let port): port ?? 80
        case .none, .dns, .exec, .tern: 80
        }
    }
}

import Foundation

/// Regions with real proxies, each perhaps to be reached by several ways, and name servers that check them.
///
/// A way is a port of its own with a proxy of its own behind it. A name server that checks by a way which is closed is
/// cut off from the regions, while others that go by another are not.
final class RegionFleet {
    let folder: TemporaryFolder
    let regions: [String]
    /// The options of each REGION record behind its check.
    private let options: String
    private let network: String
    private let originPort: UInt16
    private let origin: RunningProgram
    private var proxies: [String: RunningProgram] = [:]

    /// Starts a server that all regions have behind them.
    ///
    /// - Parameter options: of each REGION record.
    init(_ regions: [String] = ["east", "mid", "west"], options: String = "interval=500ms fails=2 passes=2") throws {
        self.regions = regions
        self.options = options
        network = "127.\(64 + getpid() % 180)"
        folder = try TemporaryFolder()
        originPort = try Socket.freePort()
        origin = try RunningProgram(
            try Program.tern(),
            ["origin", "--listen", "127.0.0.1:\(originPort)", "--name", "app", "--region", "any"],
            output: folder.path + "/origin.log"
        )
        try origin.wait(toSay: "ready")
    }

    /// The address of a region's proxies.
    func address(_ region: String) -> String {
        "\(network).\(100 + (regions.firstIndex(of: region) ?? 0)).1"
    }

    /// The region that an address is of.
    func region(at addresses: [String]) -> String {
        regions.first { [address($0)] == addresses } ?? "none of the regions: \(addresses)"
    }

    /// A zone file whose regions are checked by a way; `www` is answered from the first that may.
    func zone(way port: UInt16) throws -> String {
        var text = """
            $TTL 300
            @ SOA ns1 h 2026112701 1h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1
            www 5 STEER failover \(regions.joined(separator: " ")) ttl-min=1

            """
        for region in regions {
            text += """
                \(region) REGION check=http:\(port)/lb-health \(options)
                \(region) A \(address(region))
                _http._tcp.\(region) POOL check=http:/health interval=500ms
                _http._tcp.\(region) SRV 0 1 \(originPort) app.\(region)
                app.\(region) A 127.0.0.1

                """
        }
        let way = folder.path + "/way-\(port)"
        try FileManager.default.createDirectory(atPath: way, withIntermediateDirectories: true)
        return try folder.write(text, to: "way-\(port)/fleet.test.zone")
    }

    // MARK: - Proxies

    /// Starts the proxy of a region at a way.
    func open(_ region: String, way port: UInt16) throws {
        let proxy = try RunningProgram(
            try Program.tern(),
            [
                "proxy", "--region", region, "--listen", "\(address(region)):\(port)", "--threads", "1", "--no-config",
                try zone(way: port),
            ],
            output: "\(folder.path)/\(region)-\(port)-\(UUID().uuidString).log"
        )
        proxies["\(region) \(port)"] = proxy
        try proxy.wait(toSay: "ready: region")
    }

    /// Ends the proxy of a region at a way as a crash does.
    func close(_ region: String, way port: UInt16) throws {
        guard let proxy = proxies.removeValue(forKey: "\(region) \(port)") else { return }
        proxy.signal(SIGKILL)
        _ = try proxy.end()
    }

    // MARK: - Name servers

    /// A name server of the fleet with a socket at which it is administered.
    final class Node {
        let name: String
        let port: UInt16
        let socket: String
        private let fleet: RegionFleet
        private let arguments: [String]
        private(set) var program: RunningProgram

        /// - Parameters:
        ///   - port: the way by which it checks.
        ///   - settings: lines of `serve` in its configuration.
        init(_ name: String, _ fleet: RegionFleet, way port: UInt16, settings: String = "") throws {
            self.name = name
            self.fleet = fleet
            self.port = try Socket.freePort()
            socket = "\(fleet.folder.path)/\(name).sock"
            let configuration = try fleet.folder.write(
                """
                serve:
                  admin: { socket: \(socket) }
                  state-file: \(fleet.folder.path)/\(name).json
                \(settings)

                """,
                to: name + ".yaml"
            )
            arguments =
                ["serve", "--listen", "127.0.0.1:\(self.port)", "--config", configuration, "--workers", "1"]
                + (try SmallWorld.options()) + [try fleet.zone(way: port)]
            program = try Self.start(fleet, name, arguments)
        }

        private static func start(_ fleet: RegionFleet, _ name: String, _ arguments: [String]) throws -> RunningProgram
        {
            let output = "\(fleet.folder.path)/\(name)-\(UUID().uuidString).log"
            let program = try RunningProgram(try Program.tern(), arguments, output: output)
            try program.wait(toSay: "ready: ")
            return program
        }

        /// Ends it as a crash does, and starts it again.
        func restart() throws {
            program.signal(SIGKILL)
            _ = try program.end()
            program = try Self.start(fleet, name, arguments)
        }

        /// The region that `www` is answered from.
        func answer() throws -> String {
            fleet.region(at: try Dig.ask("www.fleet.test", at: port).data("A"))
        }

        /// Runs an administrative command.
        func tern(_ arguments: String...) throws -> Program.Outcome {
            try Program.run(try Program.tern(), arguments + ["--no-config", "--admin", socket])
        }

        func status() throws -> String { try tern("status").output }

        func wait(forAnswer region: String) throws {
            try EndToEndTests.wait(for: "\(name) to answer \(region)", evidence: { program.output }) {
                try answer() == region
            }
        }

        func wait(forStatus text: String) throws {
            var status = ""
            try EndToEndTests.wait(for: "'\(text)' at \(name)", evidence: { status + program.output }) {
                status = try self.status()
                return status.contains(text)
            }
        }
    }

    func stop() throws {
        for proxy in proxies.values { _ = try proxy.stop() }
        _ = try origin.stop()
    }
}

import Foundation

/// The example zone brought to life with `tern up`, as a user would, on addresses of its own.
///
/// The zone's addresses in 127.0.0.0/16 are moved into another part of the loopback network, so that the tests are not
/// disturbed by a `make run` on the same machine, nor disturb it.
final class ExampleScene: Sendable {
    let port: UInt16
    /// The zone file in use.
    let zone: String
    let up: RunningProgram
    private let folder: TemporaryFolder
    private let network: String

    /// Starts everything and waits until it is ready.
    ///
    /// - Parameters:
    ///   - lines: what to add to the zone.
    ///   - world: the options that name the geographic database; a small one when `nil`.
    init(adding lines: String = "", world: [String]? = nil) throws {
        network = "127.\(64 + getpid() % 180)"
        folder = try TemporaryFolder()
        port = try Socket.freePort()
        let text = try String(contentsOfFile: Program.package + "/zones/example.test.zone", encoding: .utf8)
        let moved = text.replacingOccurrences(of: "127.0.", with: network + ".") + lines + "\n"
        zone = try folder.write(moved, to: "example.test.zone")
        up = try RunningProgram(
            try Program.tern(),
            ["up", "--listen", "127.0.0.1:\(port)"] + (world ?? SmallWorld.options()) + [zone],
            output: folder.path + "/output"
        )
        try up.wait(toSay: "Tern is ready")
    }

    /// Stops everything.
    func stop() throws {
        try up.stop()
    }

    /// Lines as `tern up` shows them.
    var log: String { up.output }

    // MARK: - Addresses

    /// The addresses of a region's proxies.
    func addresses(_ region: String) -> [String] {
        switch region {
        case "us-east": ["\(network).1.1"]
        case "eu-west": ["\(network).2.1", "\(network).2.2"]
        case "ap-south": ["\(network).3.1"]
        case "sa-east": ["\(network).4.1"]
        case "af-south": ["\(network).5.1"]
        case "oc-east": ["\(network).6.1"]
        default: []
        }
    }

    static let regions = ["us-east", "eu-west", "ap-south", "sa-east", "af-south", "oc-east"]

    // MARK: - Asking

    /// Asks for a name of the zone.
    func dig(_ name: String, _ type: String = "A", subnet: String? = nil, options: [String] = []) throws -> Dig {
        let name = name == "@" ? "example.test" : "\(name).example.test"
        return try Dig.ask(name, type, subnet: subnet, at: port, options: options)
    }

    /// The region whose addresses a client is given, or its answer as text when that is of no region.
    func region(of name: String, subnet: String) throws -> String {
        let dig = try dig(name, subnet: subnet)
        let given = dig.data("A")
        return Self.regions.first { addresses($0) == given } ?? "none of the regions: \(dig.status) \(given)"
    }

    /// Sends GET requests one after the other over one connection to a region's first proxy.
    ///
    /// - Returns: the servers that answered, as they call themselves; or what curl made of the failure.
    func get(_ region: String, count: Int) throws -> [String] {
        let address = addresses(region).first ?? ""
        let form = "%{http_code} %{exitcode} %header{x-tern-server}\n"
        // Separate outputs, so that curl writes only the form.
        let outcome = try Program.run(
            try Program.need("curl"),
            ["--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", form]
                + ["http://\(address):8080/[1-\(count)]"]
        )
        return outcome.output.split(separator: "\n").map { line in
            line.hasPrefix("200 0 ") ? String(line.dropFirst(6)) : "failed: \(line)"
        }
    }

    // MARK: - Processes

    /// The process that `tern up` started for a role.
    ///
    /// - Parameter arguments: how its arguments begin: `["proxy", "--region", "us-east.example.test."]`.
    func process(_ arguments: [String]) throws -> pid_t {
        let found = ProcessTable.children(of: up.identifier).first { child in
            Array(ProcessTable.arguments(of: child).dropFirst().prefix(arguments.count)) == arguments
        }
        guard let found else { throw Unfulfilled("tern up has no child \(arguments)\n\(log)") }
        return found
    }

    func nameServer() throws -> pid_t { try process(["serve"]) }

    /// The process of a region's proxies.
    func proxy(_ region: String) throws -> pid_t { try process(["proxy", "--region", region + ".example.test."]) }

    /// The process of a sample server, such as `app1.us-east`.
    func origin(_ name: String) throws -> pid_t {
        let labels = name.split(separator: ".").map(String.init)
        return try process(["origin", "--name", labels[0], "--region", labels[1]])
    }

    /// Ends a process as a crash would, and waits until it is gone.
    func crash(_ process: pid_t) throws {
        kill(process, SIGKILL)
        try wait(for: "the end of process \(process)") { !ProcessTable.isRunning(process) }
    }

    /// Runs the proxies of a region as an operator does by hand.
    func startProxy(_ region: String) throws -> RunningProgram {
        let output = folder.path + "/" + UUID().uuidString
        let proxy = try RunningProgram(try Program.tern(), ["proxy", "--region", region, zone], output: output)
        try proxy.wait(toSay: "ready: ")
        return proxy
    }

    /// Changes the zone file as an editor does: another file takes its place.
    func rewriteZone(_ change: (String) -> String) throws {
        let text = try String(contentsOfFile: zone, encoding: .utf8)
        try folder.write(change(text), to: "example.test.zone")
    }
}

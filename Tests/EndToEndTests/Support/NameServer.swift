import Foundation

/// `tern serve` on a free port of 127.0.0.1.
final class NameServer: Sendable {
    let port: UInt16
    /// The zone file, the first of several.
    let zone: String
    let program: RunningProgram
    private let folder: TemporaryFolder

    /// Starts the server with one zone and waits until it is ready.
    ///
    /// - Parameters:
    ///   - text: the zone.
    ///   - origin: its name.
    ///   - geography: the geographic database; `nil` for a small one.
    convenience init(_ text: String, origin: String, geography: String? = nil) throws {
        try self.init(zones: [(origin, text)], geography: geography)
    }

    /// Starts the server and waits until it is ready.
    ///
    /// - Parameters:
    ///   - zones: names of zones and their texts.
    ///   - geography: the geographic database; `nil` for a small one.
    init(zones: [(origin: String, text: String)], geography: String? = nil) throws {
        folder = try TemporaryFolder()
        let files = try zones.map { [folder] in try folder.write($0.text, to: $0.origin + ".zone") }
        zone = files.first ?? ""
        port = try Socket.freePort()
        program = try RunningProgram(
            try Program.tern(),
            ["serve", "--listen", "127.0.0.1:\(port)"] + (geography.map { ["--geoip", $0] } ?? SmallWorld.options())
                + [zones.count == 1 ? zone : folder.path],
            output: folder.path + "/output"
        )
        try program.wait(toSay: "ready: ")
    }

    /// Stops the server.
    ///
    /// - Throws: ``Unfulfilled`` when it does not end well.
    func stop() throws {
        let status = try program.stop()
        guard status == 0 else { throw Unfulfilled("tern serve ended with status \(status)\n\(program.output)") }
    }
}

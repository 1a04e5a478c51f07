import Foundation

/// `tern serve` with one zone, on a free port of 127.0.0.1.
final class NameServer: Sendable {
    let port: UInt16
    /// The zone file.
    let zone: String
    let program: RunningProgram
    private let folder: TemporaryFolder

    /// Starts the server and waits until it is ready.
    ///
    /// - Parameters:
    ///   - text: the zone.
    ///   - origin: its name.
    ///   - geography: the geographic database; `nil` for a small one.
    init(_ text: String, origin: String, geography: String? = nil) throws {
        folder = try TemporaryFolder()
        zone = try folder.write(text, to: origin + ".zone")
        port = try Socket.freePort()
        program = try RunningProgram(
            try Program.tern(),
            ["serve", "--listen", "127.0.0.1:\(port)"] + (geography.map { ["--geoip", $0] } ?? SmallWorld.options())
                + [zone],
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

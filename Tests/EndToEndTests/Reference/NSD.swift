import DNSWire
import Foundation

/// A running NSD.
final class NSD: ReferenceServer {
    let port: UInt16
    private let folder: TemporaryFolder
    private let server: RunningProgram

    /// Starts the server with one zone.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - zone: the text of the zone.
    ///   - origin: its name.
    convenience init(_ path: String, zone: String, origin: String) throws {
        try self.init(path, zones: [(origin, zone)])
    }

    /// Starts the server in the foreground and waits until it answers.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - zones: names of zones and their texts.
    init(_ path: String, zones: [(origin: String, text: String)]) throws {
        folder = try TemporaryFolder()
        port = try Socket.freePort()
        // Nothing of the machine's own NSD is used or touched, and it need not be run by root.
        var configuration = """
            server:
                ip-address: 127.0.0.1@\(port)
                username: ""
                chroot: ""
                zonesdir: "\(folder.path)"
                database: ""
                pidfile: "\(folder.path)/pid"
                xfrdfile: "\(folder.path)/xfrd"
                xfrdir: "\(folder.path)"
                zonelistfile: "\(folder.path)/zonelist"
                server-count: 1
                minimal-responses: yes
                rrl-ratelimit: 0
                round-robin: no
            remote-control:
                control-enable: no

            """
        for (origin, text) in zones {
            try folder.write(text, to: origin)
            configuration += "zone:\n    name: \(origin)\n    zonefile: \"\(origin)\"\n"
        }
        let file = try folder.write(configuration, to: "nsd.conf")
        server = try RunningProgram(path, ["-d", "-c", file], output: folder.path + "/output")
        try waitUntilReady(for: zones.map(\.origin), of: server)
    }

    func stop() throws {
        try server.stop()
    }
}

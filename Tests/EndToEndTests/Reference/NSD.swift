import DNSWire
import Foundation

/// A running NSD, the reference for static data.
final class NSD: Sendable {
    let port: UInt16
    private let folder: TemporaryFolder
    private let server: RunningProgram

    /// Starts the server in the foreground and waits until it answers.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - zone: the text of the zone.
    ///   - origin: its name.
    init(_ path: String, zone: String, origin: String) throws {
        folder = try TemporaryFolder()
        port = try Socket.freePort()
        try folder.write(zone, to: "zone")
        // Nothing of the machine's own NSD is used or touched, and it need not be run by root.
        let configuration = """
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
            zone:
                name: \(origin)
                zonefile: "zone"
            """
        let file = try folder.write(configuration, to: "nsd.conf")
        server = try RunningProgram(path, ["-d", "-c", file], output: folder.path + "/output")
        let (server, port) = (server, port)
        let question = try DNSQuestion(origin, .soa)
        try wait(for: "an answer from NSD", evidence: { server.output }) {
            guard server.isRunning else { throw Unfulfilled("NSD did not start\n\(server.output)") }
            return (try? Socket(.tcp, port: port).ask(question).answer.count) == 1
        }
    }

    func stop() throws {
        try server.stop()
    }
}

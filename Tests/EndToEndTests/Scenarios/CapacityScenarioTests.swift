import Foundation
import Testing

extension EndToEnd {
    /// A region whose proxy says that it carries more than it should sends clients on.
    @Suite("Capacity")
    struct CapacityScenarioTests {
        /// A name server, the proxies of east (127.0.0.1) and west (127.0.0.2), and a server behind them.
        private final class Scene {
            let folder: TemporaryFolder
            let port: UInt16
            let frontPort: UInt16
            let adminPort: UInt16
            private(set) var programs: [RunningProgram] = []

            private static let key = "a-key-that-both-sides-know"

            init() throws {
                folder = try TemporaryFolder()
                (port, frontPort, adminPort) = (try Socket.freePort(), try Socket.freePort(), try Socket.freePort())
                let originPort = try Socket.freePort()
                try folder.write(Self.key + "\n", to: "key")
                let zone = """
                    $TTL 300
                    @ SOA ns1 h 2026112401 1h 15m 2w 1m
                    @ NS ns1
                    ns1 A 127.0.0.1
                    east REGION at=39,-77 check=tern:\(adminPort) interval=500ms capacity=20
                    east A 127.0.0.1
                    west REGION at=50,8 check=tern:\(adminPort) interval=500ms capacity=100000
                    west A 127.0.0.2
                    _http._tcp.east POOL check=http:/health interval=500ms
                    _http._tcp.east SRV 0 1 \(originPort) app.east
                    app.east A 127.0.0.1
                    _http._tcp.west POOL check=http:/health interval=500ms
                    _http._tcp.west SRV 0 1 \(originPort) app.west
                    app.west A 127.0.0.1
                    www 1 STEER failover east west

                    """
                let path = try folder.write(zone, to: "full.test.zone")
                try start(
                    ["origin", "--listen", "127.0.0.1:\(originPort)", "--name", "app", "--region", "east"],
                    "origin",
                    says: "ready"
                )
                for (region, address) in [("east", "127.0.0.1"), ("west", "127.0.0.2")] {
                    try start(
                        [
                            "proxy", "--region", region, "--listen", "\(address):\(frontPort)",
                            "--admin", "\(address):\(adminPort)", "--admin-token", "\(folder.path)/key", path,
                        ],
                        region,
                        says: "ready: region \(region)"
                    )
                }
                let yaml = """
                    serve:
                      report-key-file: \(folder.path)/key
                      capacity: { interval: 1s, answer-lifetime: 1s }
                    """
                let configuration = try folder.write(yaml, to: "tern.yaml")
                try start(
                    ["serve", "--listen", "127.0.0.1:\(port)", "--config", configuration, "--admin", "none"]
                        + SmallWorld.options() + [path],
                    "serve",
                    says: "ready: "
                )
            }

            private func start(_ arguments: [String], _ name: String, says text: String) throws {
                let program = try RunningProgram(
                    try Program.tern(),
                    arguments,
                    output: "\(folder.path)/\(name).log"
                )
                programs.append(program)
                try program.wait(toSay: text)
            }

            var log: String { programs.map(\.output).joined(separator: "\n") }

            /// The share of some unit networks that is sent to west.
            func shareOfWest() throws -> Double {
                let networks = (0..<24).map { "8.\($0).0.0/24" }
                let answers = try networks.map { network in
                    try Dig.ask("www.full.test", subnet: network, at: port).data("A")
                }
                return Double(answers.count { $0 == ["127.0.0.2"] }) / Double(networks.count)
            }

            /// Asks east's proxy so many times.
            func request(_ count: Int) {
                for _ in 0..<count {
                    guard let socket = try? Socket(.tcp, port: frontPort) else { continue }
                    socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
                    while socket.receive() != nil {}
                }
            }

            func stop() throws {
                for program in programs.reversed() { _ = try program.stop() }
            }
        }

        @Test func `a full region sends clients on, and takes them back when it has room`() throws {
            let scene = try Scene()
            #expect(try scene.shareOfWest() == 0)
            var share = 0.0
            try wait(for: "clients to be sent on", evidence: { "share \(share)\n\(scene.log)" }) {
                scene.request(100)
                share = try scene.shareOfWest()
                return share > 0.2
            }
            try wait(for: "clients to come back", evidence: { "share \(share)\n\(scene.log)" }) {
                share = try scene.shareOfWest()
                return share == 0
            }
            try scene.stop()
        }
    }
}

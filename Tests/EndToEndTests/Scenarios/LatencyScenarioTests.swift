import Foundation
import Testing

extension EndToEnd {
    /// A name server asks real proxies what they have measured, and answers by it.
    @Suite("Latency")
    struct LatencyScenarioTests {
        /// A name server, and the proxies of east (127.0.0.1, in Virginia) and west (127.0.0.2, in Frankfurt), which
        /// pretend that 127.9.1.0/24 is nearer to east, though it lies in Germany.
        private final class Scene {
            let folder: TemporaryFolder
            let port: UInt16
            private let frontPort: UInt16
            private let adminPort: UInt16
            private let zone: String
            private let geography: String
            private var proxies: [RunningProgram] = []
            private(set) var server: RunningProgram?

            static let addresses = ["east": "127.0.0.1", "west": "127.0.0.2"]

            init() throws {
                folder = try TemporaryFolder()
                (port, frontPort, adminPort) = (try Socket.freePort(), try Socket.freePort(), try Socket.freePort())
                try folder.write("a-key-that-both-sides-know\n", to: "key")
                try folder.write("127.9.1.0/24, east, 90\n127.9.1.0/24, west, 250\n", to: "round-trips")
                geography = try SmallWorld.build(
                    [("127.9.0.0/16", "DE"), ("81.2.64.0/18", "GB")],
                    in: folder,
                    name: "world.mmdb"
                )
                let text = """
                    $TTL 300
                    @ SOA ns1 h 2026112701 1h 15m 2w 1m
                    @ NS ns1
                    ns1 A 127.0.0.1
                    east REGION at=39.0,-77.5 check=tern:\(adminPort) interval=500ms
                    east A 127.0.0.1
                    west REGION at=50.1,8.7 check=tern:\(adminPort) interval=500ms
                    west A 127.0.0.2
                    _http._tcp.east POOL check=none
                    _http._tcp.east SRV 0 1 9 app
                    _http._tcp.west POOL check=none
                    _http._tcp.west SRV 0 1 9 app
                    app A 127.0.0.1
                    www 1 STEER latency east west
                    near 1 STEER nearest east west

                    """
                zone = try folder.write(text, to: "far.test.zone")
                let yaml = """
                    serve:
                      report-key-file: \(folder.path)/key
                      admin: { socket: \(folder.path)/serve.sock }
                      latency: { trials: 0, interval: 1s, file: \(folder.path)/latency.map }

                    """
                try folder.write(yaml, to: "tern.yaml")
                for (region, address) in Self.addresses {
                    proxies.append(
                        try run(
                            [
                                "proxy", "--region", region, "--listen", "\(address):\(frontPort)", "--no-config",
                                "--admin", "\(address):\(adminPort)", "--admin-token", "\(folder.path)/key",
                                "--pretend-round-trips", "\(folder.path)/round-trips", zone,
                            ],
                            says: "ready: region \(region)"
                        )
                    )
                }
                try startServer()
            }

            private func run(_ arguments: [String], says text: String) throws -> RunningProgram {
                let log = "\(folder.path)/\(UUID().uuidString).log"
                let program = try RunningProgram(try Program.tern(), arguments, output: log)
                try program.wait(toSay: text)
                return program
            }

            func startServer() throws {
                server = try run(
                    [
                        "serve", "--listen", "127.0.0.1:\(port)", "--config", "\(folder.path)/tern.yaml",
                        "--state-file", "none", "--geoip", geography, zone,
                    ],
                    says: "ready: answering"
                )
            }

            func stopServer() throws {
                let status = try server?.stop()
                guard status == 0 else { throw Unfulfilled("tern serve ended with \(status ?? -1)") }
            }

            /// Clients of 127.9.1.0/24 connect to both regions.
            func visit() throws {
                for address in Self.addresses.values {
                    let socket = try Socket(.tcp, address, port: frontPort, from: "127.9.1.7")
                    socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
                    while socket.receive() != nil {}
                }
            }

            /// The address that a client of 127.9.1.0/24 gets.
            func answer(_ name: String) throws -> [String] {
                try Dig.ask("\(name).far.test", subnet: "127.9.1.0/24", at: port).data("A")
            }

            func tern(_ arguments: String...) throws -> Program.Outcome {
                try Program.run(
                    try Program.tern(),
                    arguments + ["--config", "\(folder.path)/tern.yaml", "--admin", "\(folder.path)/serve.sock"]
                )
            }

            var log: String { server?.output ?? "" }

            func stop() throws {
                for program in proxies { _ = try program.stop() }
                try stopServer()
            }
        }

        @Test func `clients go where they were measured to be near, also after a restart`() throws {
            let scene = try Scene()
            let far = try scene.answer("near")
            #expect(try scene.answer("www") == far)
            let near = far == ["127.0.0.1"] ? ["127.0.0.2"] : ["127.0.0.1"]
            #expect(
                near == ["127.0.0.1"],
                "127.9.1.0/24 is pretended to be near to east, so it must not be by distance"
            )
            try wait(for: "the answer to follow what is measured", evidence: { scene.log }) {
                try scene.visit()
                return try scene.answer("www") == near
            }
            #expect(try scene.answer("near") == far)

            let status = try scene.tern("status")
            #expect(status.output.contains("round trips: 2 proxies heard"), "\(status)")
            let shown = try scene.tern("latency", "show", "127.9.1.7")
            #expect(shown.output.contains("this network"), "\(shown)")
            let why = try scene.tern("explain", "www.far.test", "--client", "127.9.1.7", "--live")
            #expect(why.output.contains("ms as measured"), "\(why)")
            let exported = try scene.tern("latency", "export")
            #expect(exported.output.contains("127.9.1.0/24,east.far.test.,"), "\(exported)")

            // What was learned is there with the first answer.
            try scene.stopServer()
            try scene.startServer()
            #expect(try scene.answer("www") == near)
            try scene.stopServer()

            // A damaged file is put aside and said so; the distance decides until proxies are heard again.
            try scene.folder.write("TERNRTT", to: "latency.map")
            try scene.startServer()
            #expect(scene.log.contains("latency.map is damaged; it was put aside as"), "\(scene.log)")
            #expect(FileManager.default.fileExists(atPath: scene.folder.path + "/latency.map.damaged"))

            let table = try scene.folder.write("network,region,milliseconds\n127.9.1.0/24,north,3\n", to: "table.csv")
            let refused = try scene.tern("latency", "import", table)
            #expect(
                refused.status == 1 && refused.errors.contains("table.csv:2:14: error: no zone has a region 'north'")
            )
            try scene.folder.write(exported.output, to: "table.csv")
            let imported = try scene.tern("latency", "import", table)
            #expect(imported.status == 0 && imported.output.contains("measurements taken up"), "\(imported)")
            try scene.stop()
        }
    }
}

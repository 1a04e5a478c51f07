import Foundation
import Testing

extension EndToEnd {
    /// A region whose check passes and fails in turn.
    @Suite("A flapping region")
    struct FlappingScenarioTests {
        /// A name server; east, whose check goes through a real proxy to a server that answers as it is told; and west.
        private final class Scene {
            let server: ScriptedServer
            let port: UInt16
            let folder: TemporaryFolder
            let proxy: RunningProgram
            let serve: RunningProgram
            var socket: String { folder.path + "/serve.sock" }

            init() throws {
                server = try ScriptedServer()
                folder = try TemporaryFolder()
                port = try Socket.freePort()
                let front = try Socket.freePort()
                let zone = try folder.write(
                    """
                    $TTL 300
                    @ SOA ns1 h 2026112701 1h 15m 2w 1m
                    @ NS ns1
                    ns1 A 127.0.0.1
                    east REGION check=http:\(front)/scripted interval=200ms timeout=200ms fails=2 passes=2
                    east A 127.0.0.1
                    west REGION
                    west A 127.0.0.2
                    www 1 STEER failover east west
                    _http._tcp.east POOL check=tcp
                    _http._tcp.east SRV 0 1 \(server.port) app.east
                    app.east A 127.0.0.1

                    """,
                    to: "flap.test.zone"
                )
                proxy = try RunningProgram(
                    try Program.tern(),
                    ["proxy", "--region", "east", "--listen", "127.0.0.1:\(front)", "--no-config", zone],
                    output: folder.path + "/proxy.log"
                )
                try proxy.wait(toSay: "ready: region")
                serve = try RunningProgram(
                    try Program.tern(),
                    [
                        "serve", "--listen", "127.0.0.1:\(port)", "--no-config", "--state-file", "none",
                        "--admin", folder.path + "/serve.sock",
                    ] + SmallWorld.options() + [zone],
                    output: folder.path + "/serve.log"
                )
                try serve.wait(toSay: "ready: ")
            }

            /// How often the region changed to a state.
            func changes(to state: String) -> Int {
                serve.output.split(separator: "\n").count {
                    $0.contains("health changed") && $0.contains("to=\(state)")
                }
            }

            /// Has the checks find what a script says, to its end.
            func follow(_ script: String) throws {
                server.follow(script)
                try EndToEndTests.wait(for: "\(script.count) checks", evidence: { serve.output }) {
                    server.answered > script.count
                }
            }

            func answer() throws -> [String] { try Dig.ask("www.flap.test", at: port).data("A") }

            func wait(forAnswer address: String) throws {
                try EndToEndTests.wait(for: "the answer \(address)", evidence: { serve.output }) {
                    try answer() == [address]
                }
            }
        }

        @Test func `answers change no faster than the rules permit, and ever more slowly`() throws {
            let scene = try Scene()
            #expect(try scene.answer() == ["127.0.0.1"])

            // Every other check fails: never two in a row, so nothing happens.
            try scene.follow(String(repeating: "-+", count: 10))
            #expect(scene.changes(to: "unhealthy") == 0)
            #expect(try scene.answer() == ["127.0.0.1"])

            // Two of each: it leaves, returns, and leaves; then two passes are no longer enough.
            try scene.follow(String(repeating: "--++", count: 6) + "--")
            #expect(scene.changes(to: "unhealthy") == 2, "\(scene.serve.output)")
            #expect(scene.changes(to: "healthy") == 2, "\(scene.serve.output)")
            #expect(scene.serve.output.contains("flaps-so-needs-passes=4"))
            let status = try Program.run(try Program.tern(), ["status", "--no-config", "--admin", scene.socket])
            #expect(status.output.contains("it flaps, so it needs 4 passes in a row"), "\(status)")
            #expect(try scene.answer() == ["127.0.0.2"])

            // Four bring it back, and after the next failures eight.
            try scene.follow("++++")
            try scene.wait(forAnswer: "127.0.0.1")
            try scene.follow("--+++++++-")
            #expect(scene.changes(to: "healthy") == 3, "\(scene.serve.output)")
            #expect(try scene.answer() == ["127.0.0.2"])
            try scene.follow("++++++++")
            try scene.wait(forAnswer: "127.0.0.1")
            #expect(scene.changes(to: "unhealthy") == 3)
            #expect(try scene.serve.stop() == 0)
            #expect(try scene.proxy.stop() == 0)
        }
    }
}

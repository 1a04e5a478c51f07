import Foundation
import Testing

extension EndToEnd {
    /// How everything ends.
    @Suite("Stopping the example zone")
    struct StopScenarioTests {
        @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
        func `nothing is left when the parent ends`(signal: Int32) throws {
            let scene = try ExampleScene()
            let children = ProcessTable.children(of: scene.up.identifier)
            // A name server, six regions, and the servers behind them.
            #expect(children.count == 1 + 6 + 15)
            scene.up.signal(signal)
            let status = try scene.up.end()
            #expect(status == (signal == SIGKILL ? -SIGKILL : 0), "\(scene.log)")
            let left = { children.filter(ProcessTable.isRunning) }
            if signal == SIGKILL {
                // The children see the end of their standard input.
                try wait(for: "the children of a killed parent to end", evidence: { "\(left())\n\(scene.log)" }) {
                    left().isEmpty
                }
            } else {
                #expect(left().isEmpty)
                // They were not killed: the name server and the proxies have taken their leave.
                #expect(scene.log.split(separator: "\n").count { $0.hasSuffix("stopped") } == 1 + 6, "\(scene.log)")
            }
            #expect((try? Socket(.tcp, port: scene.port)) == nil)
        }

        /// A zone with a region whose check, and whose server's check, is never answered, so that a start waits for it.
        private func waitingWorld() throws -> (server: ScriptedServer, folder: TemporaryFolder, zone: String) {
            let server = try ScriptedServer()
            server.follow(".")
            let folder = try TemporaryFolder()
            let check = "check=http:\(server.port)/scripted interval=1m timeout=30s"
            let zone = try folder.write(
                """
                $TTL 300
                @ SOA ns1 h 2026112701 1h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                east REGION \(check)
                east A 127.0.0.1
                www 1 STEER failover east
                _http._tcp.east POOL check=http:/scripted interval=1m timeout=30s
                _http._tcp.east SRV 0 1 \(server.port) app.east
                app.east A 127.0.0.1

                """,
                to: "wait.test.zone"
            )
            return (server, folder, zone)
        }

        @Test(arguments: ["serve", "proxy --region east", "origin --name a --region east"], [SIGTERM, SIGINT])
        func `one that is told to stop while it starts ends well`(command: String, signal: Int32) throws {
            let world = try waitingWorld()
            let port = try Socket.freePort()
            let arguments = command.split(separator: " ").map(String.init)
            let zones = command.hasPrefix("origin") ? [] : ["--no-config", world.zone]
            let program = try RunningProgram(
                try Program.tern(),
                arguments + ["--listen", "127.0.0.1:\(port)"] + (command == "serve" ? SmallWorld.options() : []) + zones
                    + (command == "serve" ? ["--admin", "none", "--state-file", "none"] : []),
                output: world.folder.path + "/output"
            )
            if command.hasPrefix("origin") {
                try program.wait(toSay: "ready")
            } else {
                try wait(for: "the first check", evidence: { program.output }) { world.server.answered > 0 }
                #expect(!program.output.contains("ready: "))
            }
            program.signal(signal)
            #expect(try program.end() == 0, "\(program.output)")
            if !command.hasPrefix("origin") {
                #expect(program.output.split(separator: "\n").last?.hasSuffix("stopped") == true, "\(program.output)")
            }
        }

        @Test(arguments: 0..<3)
        func `what tern up has just started is stopped in order`(round: Int) throws {
            let folder = try TemporaryFolder()
            var zone = "$TTL 300\n@ SOA ns1 h 2026112701 1h 15m 2w 1m\n@ NS ns1\nns1 A 127.0.0.1\n"
            let regions = (0..<4).map { "r\($0)" }
            for (index, region) in regions.enumerated() {
                zone += "\(region) REGION check=http:8080/lb-health\n"
                zone += "\(region) A 127.\(64 + getpid() % 180).\(120 + index).1\n"
            }
            let up = try RunningProgram(
                try Program.tern(),
                ["up", "--listen", "127.0.0.1:\(try Socket.freePort())"] + SmallWorld.options()
                    + [try folder.write(zone, to: "up.test.zone")],
                output: folder.path + "/output"
            )
            try wait(for: "the proxies to be started", evidence: { up.output }) {
                ProcessTable.children(of: up.identifier).count >= regions.count
            }
            up.signal(SIGTERM)
            #expect(try up.end() == 0, "\(up.output)")
            for region in regions {
                let line = up.output.split(separator: "\n").last { $0.hasPrefix("[\(region)] ") }
                #expect(line?.hasSuffix("stopped") == true, "\(region): \(up.output)")
            }
        }
    }
}

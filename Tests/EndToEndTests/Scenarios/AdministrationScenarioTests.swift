import Foundation
import Testing

extension EndToEnd {
    /// A name server asked and told on the command line.
    @Suite("Administration")
    struct AdministrationScenarioTests {
        /// `www` is answered from east; its answers live three seconds, those that are to leave the caches one.
        private static func zone(_ line: String = "") -> String {
            """
            $TTL 300
            @ SOA ns1 h 2026112401 1h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1
            east REGION
            east A 192.0.2.1
            west REGION
            west A 192.0.2.2
            www 3 STEER failover east west ttl-min=1
            \(line)

            """
        }

        /// A name server of that zone with a socket, a TCP address, and a file for orders, that can be started again.
        private final class Node {
            let folder: TemporaryFolder
            let port: UInt16
            let adminPort: UInt16
            let zone: String
            private(set) var program: RunningProgram

            static let token = "correct-horse-battery-staple"

            var socket: String { folder.path + "/serve.sock" }

            init() throws {
                folder = try TemporaryFolder()
                (port, adminPort) = (try Socket.freePort(), try Socket.freePort())
                zone = try folder.write(AdministrationScenarioTests.zone(), to: "drain.test.zone")
                try folder.write(Self.token + "\n", to: "token")
                try folder.write("a-token-that-is-not-the-one\n", to: "other-token")
                program = try Self.start(folder, port, adminPort, zone)
            }

            private static func start(
                _ folder: TemporaryFolder,
                _ port: UInt16,
                _ adminPort: UInt16,
                _ zone: String
            ) throws -> RunningProgram {
                let yaml = """
                    serve:
                      admin: {socket: \(folder.path)/serve.sock, listen: "127.0.0.1:\(adminPort)", token-file: \(folder.path)/token}
                      state-file: \(folder.path)/states.json
                    """
                let configuration = try folder.write(yaml, to: "tern.yaml")
                let program = try RunningProgram(
                    try Program.tern(),
                    ["serve", "--listen", "127.0.0.1:\(port)", "--config", configuration] + SmallWorld.options() + [
                        zone
                    ],
                    output: folder.path + "/" + UUID().uuidString
                )
                try program.wait(toSay: "ready: ")
                return program
            }

            func restart() throws {
                try stop()
                program = try Self.start(folder, port, adminPort, zone)
            }

            func stop() throws {
                let status = try program.stop()
                guard status == 0 else { throw Unfulfilled("ended with status \(status)\n\(program.output)") }
            }

            /// Runs a command that asks at the socket.
            func tern(_ arguments: String...) throws -> Program.Outcome {
                try Program.run(try Program.tern(), arguments + ["--admin", socket])
            }

            /// Runs `tern status` over TCP.
            func status(token: String?) throws -> Program.Outcome {
                let shown = token.map { ["--admin-token", "\(folder.path)/\($0)"] } ?? []
                return try Program.run(
                    try Program.tern(),
                    ["status", "--no-config", "--admin", "127.0.0.1:\(adminPort)"] + shown
                )
            }

            func www() throws -> Dig { try Dig.ask("www.drain.test", at: port) }

            func expect(_ address: String, _ command: Program.Outcome, says text: String) throws {
                #expect(command.status == 0 && command.output.contains(text), "\(command)")
                #expect(try www().data("A") == [address], "after \(command)")
            }
        }

        @Test func `a region is drained, forced and let in again, and a restart forgets nothing`() throws {
            let node = try Node()
            #expect(try node.www().answer.first?[1] == "3")
            let drain = try node.tern("drain", "east", "--reason", "new switches")
            try node.expect("192.0.2.1", drain, says: "east is draining: it leaves the answers in ")
            #expect(try node.www().answer.first?[1] == "1")
            let status = try node.tern("status")
            #expect(status.output.contains("ordered by root: new switches") || NSUserName() != "root", "\(status)")
            #expect(status.output.contains("drain.test. serial 2026112401"), "\(status)")
            try wait(for: "the region to be drained", evidence: { node.program.output }) {
                try node.www().data("A") == ["192.0.2.2"]
            }
            try node.restart()
            #expect(try node.www().data("A") == ["192.0.2.2"])
            #expect(node.program.output.contains("order in force: east.drain.test drain"))
            try node.expect("192.0.2.1", node.tern("undrain", "east"), says: "east is healthy")
            try node.expect("192.0.2.2", node.tern("force", "east", "down"), says: "east is forced-down")
            try node.restart()
            #expect(try node.www().data("A") == ["192.0.2.2"])
            try node.expect("192.0.2.1", node.tern("force", "east", "auto"), says: "east is healthy")

            // What a damaged file held is lost, which is not kept quiet.
            try node.stop()
            try node.folder.write("{", to: "states.json")
            try node.restart()
            #expect(node.program.output.contains("ORDERS LOST: \(node.folder.path)/states.json is damaged"))
            try node.stop()
            #expect(!FileManager.default.fileExists(atPath: node.socket))
        }

        @Test func `questions are answered, and orders that cannot be carried out refused`() throws {
            let node = try Node()
            let json = try node.tern("status", "--json")
            let output = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any],
                "\(json)"
            )
            #expect((output["regions"] as? [[String: Any]])?.map { $0["label"] as? String } == ["east", "west"])
            #expect((output["service"] as? [String: Any])?["zoneCount"] as? Int == 1)

            _ = try node.tern("force", "east", "down", "--reason", "fire")
            let why = try node.tern("explain", "www.drain.test", "--client", "8.8.8.8", "--live")
            #expect(why.output.contains("is forced-down (out)") && why.output.contains("A 192.0.2.2"), "\(why)")

            let refusals = [
                (["drain", "eest"], "no region 'eest'; did you mean 'east'?"),
                (["undrain", "west"], "nothing is ordered of west"),
                (["undrain", "east"], "tern force east auto"),
                (["explain", "ns1.drain.test", "--client", "::1", "--live"], "has no STEER record"),
                (["drain", "west", "--reason", String(repeating: "x", count: 501)], "at most 500 characters"),
            ]
            for (arguments, message) in refusals {
                let refused = try Program.run(try Program.tern(), arguments + ["--admin", node.socket])
                #expect(refused.status == 1 && refused.errors.contains(message), "\(arguments): \(refused)")
                #expect(refused.errorLines.count == 1, "\(refused)")
            }
            // Another one is not started at the same place.
            let port = try Socket.freePort()
            let second = try Program.run(
                try Program.tern(),
                ["serve", "--listen", "127.0.0.1:\(port)", "--state-file", "none", "--admin", node.socket]
                    + SmallWorld.options() + [node.zone]
            )
            #expect(second.status == 1 && second.errors.contains("\(node.socket) already"), "\(second)")
            #expect(try node.tern("status").status == 0)
            try node.stop()
        }

        @Test func `zones with errors are not taken over, and their faults come back`() throws {
            let node = try Node()
            try node.folder.write(Self.zone("www A 192.0.2.300"), to: "drain.test.zone")
            let bad = try node.tern("reload")
            #expect(bad.status == 1 && bad.errors.contains("drain.test.zone:10:7: error: "), "\(bad)")
            #expect(bad.errors.contains("not reloaded: the zones have errors"), "\(bad)")
            let status = try node.tern("status")
            #expect(status.output.contains("NOT served: the zones have errors"), "\(status)")
            #expect(try node.www().data("A") == ["192.0.2.1"])
            try node.folder.write(Self.zone("east.other A 192.0.2.3"), to: "drain.test.zone")
            let good = try node.tern("reload")
            #expect(good.status == 0 && good.output.hasPrefix("reloaded: 1 zone,"), "\(good)")
            #expect(try Dig.ask("east.other.drain.test", at: node.port).data("A") == ["192.0.2.3"])
            try node.stop()
        }

        @Test func `a TCP address takes who shows the token, and nobody else`() throws {
            let node = try Node()
            #expect(try node.status(token: "token").status == 0)
            for (token, message) in [
                ("other-token", "the token is missing or wrong"), (nil, "wants a token"), ("none", "cannot be read"),
            ] as [(String?, String)] {
                let refused = try node.status(token: token)
                #expect(refused.status == 1 && refused.errors.contains(message), "\(refused)")
            }
            try node.stop()
        }

        @Test func `tern up has a socket and says what to try`() throws {
            let folder = try TemporaryFolder()
            let port = try Socket.freePort()
            let zone = try folder.write(Self.zone(), to: "drain.test.zone")
            let up = try RunningProgram(
                try Program.tern(),
                ["up", "--listen", "127.0.0.1:\(port)"] + SmallWorld.options() + [zone],
                output: folder.path + "/output"
            )
            try up.wait(toSay: "Tern is ready")
            #expect(up.output.contains("drain east --reason"))
            let line = try #require(up.output.split(separator: "\n").first { $0.contains("administered at ") })
            let socket = try #require(line.split(separator: " ").last.map(String.init))
            #expect(socket.hasSuffix("/serve-\(port).sock"))
            let status = try Program.run(try Program.tern(), ["status", "--admin", socket])
            #expect(status.status == 0 && status.output.contains("answers at 127.0.0.1:\(port)"), "\(status)")
            #expect(status.output.contains("all 2 regions are as they should be"), "\(status)")
            #expect(try up.stop() == 0)
            let gone = try Program.run(try Program.tern(), ["status", "--admin", socket])
            #expect(gone.status == 1 && gone.errors.contains("nothing answers at \(socket)"), "\(gone)")
        }
    }
}

import Foundation
import Telemetry
import Testing

extension EndToEnd {
    /// Proxies measure how far their clients are, and tell whoever has the key.
    @Suite("Round trips")
    struct RoundTripScenarioTests {
        /// The proxies of east (127.0.0.1) and west (127.0.0.2), which pretend that 127.9.1.0/24 is nearer to east.
        private final class Scene {
            let folder: TemporaryFolder
            let frontPort: UInt16
            let adminPort: UInt16
            private let zone: String
            private(set) var origin: RunningProgram?
            private(set) var proxies: [String: RunningProgram] = [:]

            static let addresses = ["east": "127.0.0.1", "west": "127.0.0.2"]
            private static let key = "a-key-that-both-sides-know"

            init() throws {
                folder = try TemporaryFolder()
                (frontPort, adminPort) = (try Socket.freePort(), try Socket.freePort())
                let originPort = try Socket.freePort()
                try folder.write(Self.key + "\n", to: "key")
                let roundTrips = """
                    # network, region, milliseconds
                    127.9.1.0/24, east, 20
                    127.9.1.0/24, west, 180.5

                    """
                try folder.write(roundTrips, to: "round-trips")
                let text = """
                    $TTL 300
                    @ SOA ns1 h 2026112701 1h 15m 2w 1m
                    @ NS ns1
                    ns1 A 127.0.0.1
                    east REGION at=39,-77 check=tern:\(adminPort) interval=500ms
                    east A 127.0.0.1
                    west REGION at=50,8 check=tern:\(adminPort) interval=500ms
                    west A 127.0.0.2
                    _http._tcp.east POOL check=http:/health interval=500ms
                    _http._tcp.east SRV 0 1 \(originPort) app
                    _http._tcp.west POOL check=http:/health interval=500ms
                    _http._tcp.west SRV 0 1 \(originPort) app
                    app A 127.0.0.1
                    www 1 STEER latency east west

                    """
                zone = try folder.write(text, to: "far.test.zone")
                origin = try run(
                    ["origin", "--listen", "127.0.0.1:\(originPort)", "--name", "app", "--region", "east"],
                    says: "ready"
                )
                for region in Self.addresses.keys { try startProxy(region) }
            }

            private func run(_ arguments: [String], says text: String) throws -> RunningProgram {
                let log = "\(folder.path)/\(UUID().uuidString).log"
                let program = try RunningProgram(try Program.tern(), arguments, output: log)
                try program.wait(toSay: text)
                return program
            }

            private func startProxy(_ region: String) throws {
                let address = Self.addresses[region] ?? ""
                proxies[region] = try run(
                    [
                        "proxy", "--region", region, "--listen", "\(address):\(frontPort)", "--no-config",
                        "--admin", "\(address):\(adminPort)", "--admin-token", "\(folder.path)/key",
                        "--pretend-round-trips", "\(folder.path)/round-trips", zone,
                    ],
                    says: "ready: region \(region)"
                )
            }

            func restartProxy(_ region: String) throws {
                _ = try proxies[region]?.stop()
                try startProxy(region)
            }

            /// Asks for a page at the proxy of a region, from an address of this machine.
            func visit(_ region: String, from source: String) throws {
                let socket = try Socket(.tcp, Self.addresses[region] ?? "", port: frontPort, from: source)
                socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
                while socket.receive() != nil {}
            }

            /// The status of the answer to a question at a proxy, and its body.
            func ask(_ region: String, _ target: String, key: String? = key) throws -> (status: Int, body: [UInt8]) {
                let socket = try Socket(.tcp, Self.addresses[region] ?? "", port: adminPort)
                let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
                socket.send(
                    Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\(authorization)Connection: close\r\n\r\n".utf8)
                )
                var answer: [UInt8] = []
                while let more = socket.receive() { answer += more }
                let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) ?? answer.endIndex..<answer.endIndex
                let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self)
                let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                return (status ?? 0, Array(answer[end.upperBound...]))
            }

            /// What the proxy of a region says of round trips.
            func report(_ region: String, since cursor: RoundTripCursor) throws -> RoundTripReport {
                let answer = try ask(region, "/tern/state?form=binary&since=\(cursor)")
                guard answer.status == 200, let report = try StateReport(octets: answer.body).roundTrips else {
                    throw Unfulfilled("no report: \(answer)")
                }
                return report
            }

            func status(_ region: String, _ options: String...) throws -> Program.Outcome {
                let address = "\(Self.addresses[region] ?? ""):\(adminPort)"
                return try Program.run(
                    try Program.tern(),
                    ["status", "--no-config", "--admin", address, "--admin-token", "\(folder.path)/key"] + options
                )
            }

            func stop() throws {
                for program in Array(proxies.values) + [origin].compactMap(\.self) { _ = try program.stop() }
            }
        }

        @Test func `each proxy tells its own round trips, and what is new of them`() throws {
            let scene = try Scene()
            for region in Scene.addresses.keys { try scene.visit(region, from: "127.9.1.7") }
            let first = try scene.report("east", since: .start)
            #expect(first.entries.map(\.prefix.description) == ["127.9.1.0/24"])
            #expect(first.entries.map(\.digest.centre) == [20_000] && first.known == 1 && first.remaining == 0)
            #expect(try scene.report("west", since: .start).entries.map(\.digest.centre) == [180_500])
            #expect(try scene.report("east", since: first.cursor).entries.isEmpty)
            try scene.visit("east", from: "127.9.1.8")
            let second = try scene.report("east", since: first.cursor)
            #expect(second.entries.map(\.digest.count) == [2] && second.since == first.version)
            // A cursor of the other proxy is one of another table.
            #expect(try scene.report("west", since: first.cursor).since == 0)
            try scene.stop()
        }

        @Test func `a proxy that began anew says so`() throws {
            let scene = try Scene()
            for _ in 0..<3 { try scene.visit("east", from: "127.9.1.7") }
            let before = try scene.report("east", since: .start)
            try scene.restartProxy("east")
            let empty = try scene.report("east", since: before.cursor)
            #expect(empty.since == 0 && empty.known == 0 && empty.epoch != before.epoch)
            try scene.visit("east", from: "127.9.1.7")
            let after = try scene.report("east", since: before.cursor)
            #expect(after.since == 0 && after.entries.map(\.digest.count) == [1])
            try scene.stop()
        }

        @Test func `who asks in another way is told what is wrong, or the rest`() throws {
            let scene = try Scene()
            try scene.visit("east", from: "127.9.1.7")
            // Its own checks come from this machine, and clients without pretended round trips too.
            try scene.visit("east", from: "127.0.0.1")
            #expect(try scene.ask("east", "/tern/state?since=0", key: nil).status == 401)
            for cursor in ["", "x", "1", "-1", "0000000000000001.1%20"] {
                let answer = try scene.ask("east", "/tern/state?since=\(cursor)")
                #expect(
                    answer.status == 400 && String(decoding: answer.body, as: UTF8.self).contains("since must be 0")
                )
            }
            let plain = try StateReport(octets: try scene.ask("east", "/tern/state?form=binary").body)
            #expect(plain.roundTrips == nil && plain.isServing)
            let json = try scene.ask("east", "/tern/state?since=0")
            let state = try JSONDecoder().decode(StateReport.self, from: Data(json.body))
            #expect(state.roundTrips?.entries.map(\.prefix.description) == ["127.9.1.0/24"])
            let status = try scene.status("east")
            #expect(status.status == 0 && status.output.contains("proxy of east.far.test., asked at"), "\(status)")
            #expect(status.output.contains("round trips to 1 networks, measured 1 times\n"), "\(status)")
            #expect(status.output.contains("not measured: 1 from this machine or its link\n"), "\(status)")
            let told = try scene.status("east", "--json").output
            #expect(told.contains("\"networks\" : 1") && told.contains("\"local\" : 1"), "\(told)")
            try scene.stop()
        }
    }
}

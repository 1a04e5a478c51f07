import Foundation
import Testing

extension EndToEnd {
    /// A proxy that takes its servers from a name server.
    @Suite("Discovery of servers")
    struct DiscoveryScenarioTests {
        private static let region = """
            $TTL 60
            @  SOA ns1 hostmaster 1 2h 15m 2w 1m
            @  NS  ns1
            ns1  A  127.0.0.1
            home REGION
            home A 127.0.0.1
            """

        /// `tern origin` on a free port.
        private func origin(_ name: String, _ folder: TemporaryFolder) throws -> (RunningProgram, UInt16) {
            let port = try Socket.freePort()
            let program = try RunningProgram(
                try Program.tern(),
                ["origin", "--name", name, "--region", "home", "--listen", "127.0.0.1:\(port)"],
                output: "\(folder.path)/\(name)"
            )
            try program.wait(toSay: "ready: ")
            return (program, port)
        }

        /// A zone with an SRV set of servers that listen, and others that do not, far more than fit a datagram.
        private func services(_ servers: [(String, UInt16)], filler: Int) -> String {
            var text = """
                $TTL 2
                @  SOA ns1 hostmaster 1 2h 15m 2w 1m
                @  NS  ns1
                ns1  A  127.0.0.1

                """
            for (name, port) in servers { text += "_http._tcp SRV 0 10 \(port) \(name)\n\(name) A 127.0.0.1\n" }
            for number in 0..<filler {
                text += "_http._tcp SRV 5 \(number) 1 backup\(number)\nbackup\(number) A 127.0.0.1\n"
            }
            return text
        }

        /// Starts the proxy over what the name server at `names` has.
        private func proxy(_ names: UInt16, _ folder: TemporaryFolder) throws -> (RunningProgram, UInt16) {
            let zone = try folder.write(
                Self.region + "\n_http._tcp.home POOL discover=_http._tcp.svc.test@127.0.0.1:\(names) refresh=1s"
                    + " check=http:/health interval=500ms\n",
                to: "lb.test.zone"
            )
            let port = try Socket.freePort()
            let program = try RunningProgram(
                try Program.tern(),
                ["proxy", "--region", "home", "--listen", "127.0.0.1:\(port)", zone],
                output: "\(folder.path)/proxy"
            )
            try program.wait(toSay: "ready: ")
            return (program, port)
        }

        /// The body of a GET.
        private func get(_ port: UInt16, _ path: String = "/") throws -> String {
            let socket = try Socket(.tcp, port: port)
            socket.send(Array("GET \(path) HTTP/1.0\r\n\r\n".utf8))
            var octets: [UInt8] = []
            while let more = socket.receive() { octets += more }
            return String(decoding: octets, as: UTF8.self)
        }

        @Test(.enabled(if: Program.find("nsd") != nil))
        func `servers come from NSD, over TCP too, and stay when it goes`() throws {
            let folder = try TemporaryFolder()
            let (one, onePort) = try origin("one", folder)
            let (two, twoPort) = try origin("two", folder)
            let nsd = try NSD(
                try Program.need("nsd"),
                zone: services([("one", onePort), ("two", twoPort)], filler: 60),
                origin: "svc.test"
            )
            let (proxy, port) = try proxy(nsd.port, folder)
            var seen: Set<String> = []
            try wait(for: "both servers", evidence: { proxy.output }) {
                let body = try get(port)
                for name in ["one", "two"] where body.contains("server: \(name)\n") { seen.insert(name) }
                return seen.count == 2
            }
            #expect(try get(port, "/lb-health").contains("2 of 62 servers healthy, priority 0 serves"))
            try nsd.stop()
            try wait(for: "word of the failure", evidence: { proxy.output }) {
                try get(port, "/lb-health").contains("lookup of servers fails")
            }
            #expect(try get(port).contains("200 OK"))
            #expect(proxy.output.contains("the servers known before stay in service"))
            for program in [proxy, one, two] { try program.stop() }
        }

        @Test func `servers come from tern and follow its zone`() throws {
            let folder = try TemporaryFolder()
            let (one, onePort) = try origin("one", folder)
            let (two, twoPort) = try origin("two", folder)
            let server = try NameServer(services([("one", onePort)], filler: 0), origin: "svc.test")
            let (proxy, port) = try proxy(server.port, folder)
            try wait(for: "the first server", evidence: { proxy.output }) { try get(port).contains("server: one\n") }
            let changed = services([("two", twoPort)], filler: 0)
            try changed.write(toFile: server.zone, atomically: true, encoding: .utf8)
            try wait(for: "the second server", evidence: { proxy.output }) { try get(port).contains("server: two\n") }
            for _ in 0..<4 { #expect(try get(port).contains("server: two\n")) }
            for program in [proxy, one, two] { try program.stop() }
            try server.stop()
        }
    }
}

import Foundation
import Testing

extension EndToEnd {
    /// The zones that come with Tern are sound, and `tern explain` says what the name server does.
    @Suite("Examples")
    struct ExampleTests {
        @Test func `tern check finds nothing in any zone`() throws {
            let folder = Program.package + "/zones"
            let zones = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zone") }
            #expect(zones.count >= 3)
            for zone in zones + [""] {
                let check = try Program.run(try Program.tern(), ["check", "\(folder)/\(zone)"])
                #expect(check.status == 0 && check.errors == "", "\(check)")
                #expect(check.output.hasSuffix("no errors, 0 warnings\n"), "\(check)")
            }
        }

        /// Each configuration beside the zones starts what it is for: a name server, and the proxies of the regions.
        @Test func `every configuration starts what it is for`() throws {
            let folder = Program.package + "/zones"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            #expect(!files.isEmpty)
            let logs = try TemporaryFolder()
            for (number, file) in files.enumerated() {
                let common = ["--config", "zones/\(file)", "--listen", "127.0.0.1:\(try Socket.freePort())"]
                let server = try RunningProgram(
                    try Program.tern(),
                    ["serve", "--admin", "none", "--state-file", "none"] + common + SmallWorld.options(),
                    output: "\(logs.path)/serve-\(number)"
                )
                try server.wait(toSay: "ready: ")
                try server.stop()
                let proxy = try RunningProgram(
                    try Program.tern(),
                    ["proxy", "--region", "us-east", "--admin", "127.0.0.1:\(try Socket.freePort())"] + common,
                    output: "\(logs.path)/proxy-\(number)"
                )
                try proxy.wait(toSay: "ready: region us-east")
                #expect(proxy.output.contains("round trips to 2 networks are pretended"), "\(proxy.output)")
                try proxy.stop()
            }
        }

        @Test func `what tern check --dump prints is a zone that says the same`() throws {
            let tern = try Program.tern()
            let first = try Program.run(tern, ["check", "--dump", "zones/example.test.zone"])
            #expect(first.status == 0)
            let copy = try TemporaryFolder()
            let file = try copy.write(first.output, to: "example.test.zone")
            let second = try Program.run(tern, ["check", "--dump", file])
            #expect(second.output == first.output)
        }

        /// A name for each policy, and clients for whom each decides otherwise.
        private static let questions = ["www", "app", "shop", "beta", "api", "all", "eu", "office"].flatMap { name in
            ["81.2.69.0/24", "8.8.8.0/24", "41.231.0.0/16", "203.0.113.0/24"].map { (name + ".example.test", $0) }
        }

        @Test func `tern explain gives the answer that dig gives`() throws {
            let tern = try Program.tern()
            // Without checks all regions are taken to be healthy, as `explain` takes them.
            let text = try String(contentsOfFile: Program.package + "/zones/example.test.zone", encoding: .utf8)
            let unchecked = text.replacingOccurrences(of: "check=http:8080/lb-health", with: "check=none")
            let server = try NameServer(unchecked, origin: "example.test")
            for (name, client) in Self.questions {
                let dig = try Dig.ask(name, subnet: client, at: server.port)
                let explain = try Program.run(
                    tern,
                    ["explain", name, "--client", client, "--json"] + SmallWorld.options() + [server.zone]
                )
                let told = try JSONDecoder().decode(Explanation.self, from: Data(explain.output.utf8))
                #expect(told.v4.sorted() == dig.data("A"), "\(name) for \(client)\n\(explain)\(dig)")
                #expect(dig.clientSubnet == "\(client)/\(told.scope)", "\(name) for \(client)\n\(explain)\(dig)")
                #expect(dig.answer.allSatisfy { $0[1] == "\(told.ttl)" })
            }
            try server.stop()
        }

        /// What `tern explain --json` says.
        private struct Explanation: Decodable {
            var v4: [String]
            var scope: Int
            var ttl: Int
        }

        @Test func `A and AAAA are answered from one region`() throws {
            let zone = """
                $TTL 300
                @ SOA ns1 hostmaster 1 2h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                one REGION at=40,-70
                one A 192.0.2.1
                one AAAA 2001:db8::1
                two REGION at=50,0
                two A 192.0.2.2
                two AAAA 2001:db8::2
                three REGION at=20,70
                three A 192.0.2.3
                three AAAA 2001:db8::3
                near 30 STEER nearest one two three
                split 30 STEER weighted one=1 two=1 three=1

                """
            let server = try NameServer(zone, origin: "families.test")
            var seen: Set<Character> = []
            for name in ["near.families.test", "split.families.test"] {
                for client in ["8.8.8.0/24", "81.2.69.0/24", "49.205.0.0/16", "200.160.0.0/20", "2a00:1450::/32"] {
                    let v4 = try Dig.ask(name, "A", subnet: client, at: server.port).data("A")
                    let v6 = try Dig.ask(name, "AAAA", subnet: client, at: server.port).data("AAAA")
                    #expect(v4.count == 1 && v6.count == 1)
                    #expect(v4.first?.last == v6.first?.last, "\(name) for \(client): \(v4) \(v6)")
                    if let last = v4.first?.last { seen.insert(last) }
                }
            }
            #expect(seen == ["1", "2", "3"])
            try server.stop()
        }
    }
}

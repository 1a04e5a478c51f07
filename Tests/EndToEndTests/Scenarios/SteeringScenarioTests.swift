import DNSWire
import Foundation
import Testing

extension EndToEnd {
    /// What clients from all over the world are answered, seen from outside.
    @Suite("Steering the example zone")
    struct SteeringScenarioTests {
        /// A network of a country, and where its clients belong.
        private struct Client {
            var country: String
            var subnet: String
            var nearest: String
            var geo: String
        }

        private static let clients = [
            Client(country: "Britain", subnet: "81.2.69.0/24", nearest: "eu-west", geo: "eu-west"),
            Client(country: "the Netherlands", subnet: "193.0.0.0/21", nearest: "eu-west", geo: "eu-west"),
            Client(country: "the United States", subnet: "8.8.8.0/24", nearest: "us-east", geo: "us-east"),
            Client(country: "Canada", subnet: "24.200.0.0/16", nearest: "us-east", geo: "us-east"),
            Client(country: "Brazil", subnet: "200.160.0.0/20", nearest: "sa-east", geo: "sa-east"),
            Client(country: "Japan", subnet: "133.11.0.0/16", nearest: "ap-south", geo: "ap-south"),
            Client(country: "India", subnet: "49.205.0.0/16", nearest: "ap-south", geo: "ap-south"),
            Client(country: "South Africa", subnet: "196.21.0.0/16", nearest: "af-south", geo: "af-south"),
            Client(country: "Australia", subnet: "139.130.0.0/16", nearest: "oc-east", geo: "oc-east"),
            // Nearer to Dublin than to Cape Town, and in Africa all the same.
            Client(country: "Tunisia", subnet: "41.231.0.0/16", nearest: "eu-west", geo: "af-south"),
        ]

        /// Asked without a client subnet, this name tells by its answer that the source address was looked at.
        private static let here = "here 30 STEER nearest us-east eu-west net=127.0.0.0/8:eu-west"

        @Test func `each policy sends each client where it promises, and requests go to the servers by weight`() throws
        {
            let scene = try ExampleScene(adding: Self.here, world: [])
            try expectRegions(scene)
            try expectClientSubnet(scene)
            try expectShares(scene)
            // Five of eight to the first server, three to the second, in every eight.
            let servers = try scene.get("us-east", count: 80)
            #expect(servers.count == 80)
            #expect(servers.count { $0 == "app1.us-east" } == 50)
            #expect(servers.count { $0 == "app2.us-east" } == 30)
            #expect(try scene.up.stop() == 0)
        }

        private func expectRegions(_ scene: ExampleScene) throws {
            let everyone = ExampleScene.regions.flatMap(scene.addresses).sorted()
            for client in Self.clients {
                let country = Comment(rawValue: client.country)
                for name in ["@", "www"] {
                    #expect(try scene.region(of: name, subnet: client.subnet) == client.nearest, country)
                }
                #expect(try scene.region(of: "app", subnet: client.subnet) == client.geo, country)
                #expect(try scene.region(of: "shop", subnet: client.subnet) == "eu-west", country)
                #expect(try scene.dig("all", subnet: client.subnet).data("A") == everyone, country)
                let fenced = try scene.dig("eu", subnet: client.subnet).data("A")
                #expect(fenced.count == 1 && scene.addresses("eu-west").contains(fenced[0]), country)
            }
            // An office whose network is nobody's on the map.
            #expect(try scene.region(of: "office", subnet: "203.0.113.0/24") == "eu-west")
            #expect(try scene.region(of: "office", subnet: "8.8.8.0/24") == "us-east")
            // The other types of a steered name are as written; it has no address of a kind that its regions lack.
            let mail = try scene.dig("@", "MX", subnet: "8.8.8.0/24")
            #expect(mail.data("MX") == ["10 mail.example.test.", "20 mail2.example.test."])
            let noData = try scene.dig("www", "AAAA", subnet: "8.8.8.0/24")
            #expect(noData.status == "NOERROR" && noData.answer.isEmpty)
            #expect(noData.authority.first?.contains("SOA") == true)
        }

        private func expectClientSubnet(_ scene: ExampleScene) throws {
            let steered = try scene.dig("www", subnet: "81.2.69.0/24")
            #expect(steered.flags.contains("aa"))
            let parts = try #require(steered.clientSubnet).split(separator: "/")
            #expect(parts.prefix(2) == ["81.2.69.0", "24"])
            #expect((1...32).contains(Int(parts.last ?? "") ?? 0), "\(steered)")
            // What is the same for every client has scope 0.
            #expect(try scene.dig("static", subnet: "81.2.69.0/24").clientSubnet == "81.2.69.0/24/0")
            #expect(try scene.dig("shop", subnet: "81.2.69.0/24").clientSubnet == "81.2.69.0/24/0")
            // A source prefix-length of 0 hides the client, and is answered for everyone (RFC 7871 section 7.1.2).
            let anonymous = try scene.dig("here", subnet: "0.0.0.0/0")
            #expect(anonymous.clientSubnet == "0.0.0.0/0/0" && !anonymous.data("A").isEmpty)
            // Without the option the source address counts, and the answer has none either.
            let plain = try scene.dig("here")
            #expect(plain.clientSubnet == nil)
            #expect(plain.data("A") == scene.addresses("eu-west"))
            #expect(try scene.region(of: "here", subnet: "8.8.8.0/24") == "us-east")
        }

        /// Nine networks of ten are sent west, and each time to the same region.
        private func expectShares(_ scene: ExampleScene) throws {
            let socket = try Socket(.udp, port: scene.port)
            let count = 1000
            var west = 0
            for number in 0..<count {
                // A network of its own for each: 20.0.0.0/20, 20.0.16.0/20, ...
                let subnet: [UInt8] = [20, UInt8(number >> 4), UInt8(number << 4 & 0xF0)]
                var question = try DNSQuestion("beta.example.test", .a)
                question.edns?.options = [0, 8, 0, 7, 0, 1, 24, 0] + subnet
                let answers = try (0..<2).map { _ in try socket.ask(question).answer.sorted() }
                #expect(answers[0] == answers[1])
                if answers[0].count == 1 { west += 1 }
            }
            // Five standard deviations of chance.
            #expect(abs(Double(west) / Double(count) - 0.9) < 0.05, "\(west) of \(count) went west")
        }
    }
}

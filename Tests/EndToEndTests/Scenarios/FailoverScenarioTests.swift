import Foundation
import Testing

extension EndToEnd {
    /// What clients notice when something dies.
    @Suite("Failures in the example zone")
    struct FailoverScenarioTests {
        private static let american = "8.8.8.0/24"
        private static let named = "named 10 STEER failover eu-west us-east when-down=us-east"

        /// interval=1s, fails=2, and a second for the rest.
        private static let promise = Duration.seconds(3)

        @Test func `clients leave a region that dies, and return to it`() throws {
            let scene = try ExampleScene(adding: Self.named)
            #expect(try scene.region(of: "www", subnet: Self.american) == "us-east")
            try scene.crash(scene.proxy("us-east"))
            var times = [try waitForMove(from: "us-east", scene)]
            try scene.up.wait(toSay: "was ended by signal 9; it stays down")
            var proxy = try scene.startProxy("us-east")
            try waitForReturn(to: "us-east", scene)
            // A machine busy with other things may delay one move, hardly three.
            while (times.min() ?? .zero) > Self.promise, times.count < 3 {
                proxy.signal(SIGKILL)
                times.append(try waitForMove(from: "us-east", scene))
                proxy = try scene.startProxy("us-east")
                try waitForReturn(to: "us-east", scene)
            }
            #expect((times.min() ?? .zero) <= Self.promise, "the moves took \(times)")

            // Nobody is left of two regions that some names know.
            proxy.signal(SIGKILL)
            try scene.crash(scene.proxy("eu-west"))
            try expectWhenDown(scene)
            #expect(try scene.up.stop() == 0)
        }

        /// Waits until a client is sent elsewhere; the nearest that is left is the one in Dublin.
        private func waitForMove(from region: String, _ scene: ExampleScene) throws -> Duration {
            let time = try wait(for: "clients to leave \(region)", evidence: { scene.log }) {
                try scene.region(of: "www", subnet: Self.american) != region
            }
            #expect(try scene.region(of: "www", subnet: Self.american) == "eu-west")
            return time
        }

        private func waitForReturn(to region: String, _ scene: ExampleScene) throws {
            try wait(for: "clients to return to \(region)", evidence: { scene.log }) {
                try scene.region(of: "www", subnet: Self.american) == region
            }
        }

        /// What `when-down` says of names whose regions are all down.
        private func expectWhenDown(_ scene: ExampleScene) throws {
            // Names with other regions leave the two; Sao Paulo is the nearest to New York then.
            try wait(for: "clients to leave both regions", evidence: { scene.log }) {
                try scene.region(of: "www", subnet: Self.american) == "sa-east"
            }
            // all: as if all were healthy.
            try wait(for: "the answer of last resort", evidence: { scene.log }) {
                try scene.region(of: "shop", subnet: Self.american) == "eu-west"
            }
            // The name of a region.
            #expect(try scene.region(of: "named", subnet: Self.american) == "us-east")
            // none: no address, and the SOA that makes the absence cacheable.
            let none = try scene.dig("eu", subnet: Self.american)
            #expect(none.status == "NOERROR" && none.answer.isEmpty, "\(none)")
            #expect(none.authority.first?.contains("SOA") == true)
        }

        @Test func `clients do not see servers die, until the last has, and then the region leaves DNS`() throws {
            let scene = try ExampleScene()
            var servers: Set<String> = []
            func ask(until server: String, without dead: String) throws {
                var recent: [String] = []
                try wait(for: "requests to go to \(server) without \(dead)", evidence: { "\(recent)\n\(scene.log)" }) {
                    recent = try scene.get("us-east", count: 20)
                    servers.formUnion(recent)
                    return recent.contains(server) && !recent.contains(dead)
                }
            }
            try scene.crash(scene.origin("app1.us-east"))
            try ask(until: "app2.us-east", without: "app1.us-east")
            try wait(for: "the proxy to notice", evidence: { scene.log }) {
                servers.formUnion(try scene.get("us-east", count: 20))
                return scene.log.contains(lineWhere: {
                    $0.contains("[us-east]") && $0.contains(".11:9101 from=healthy")
                })
            }
            try scene.crash(scene.origin("app2.us-east"))
            try ask(until: "standby.us-east", without: "app2.us-east")
            #expect(servers.isSubset(of: ["app2.us-east", "standby.us-east"]), "\(servers)")

            #expect(try scene.region(of: "www", subnet: Self.american) == "us-east")
            try scene.crash(scene.origin("standby.us-east"))
            try wait(for: "the region without servers to leave DNS", evidence: { scene.log }) {
                try scene.region(of: "www", subnet: Self.american) == "eu-west"
            }
            #expect(try scene.get("us-east", count: 1).first?.hasPrefix("failed: 50") == true)
            #expect(try scene.up.stop() == 0)
        }
    }
}

extension String {
    /// Whether a line satisfies `predicate`.
    fileprivate func contains(lineWhere predicate: (Substring) -> Bool) -> Bool {
        split(separator: "\n").contains(where: predicate)
    }
}

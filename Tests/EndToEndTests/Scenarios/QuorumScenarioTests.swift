import Foundation
import Testing

extension EndToEnd {
    /// Three name servers that ask each other before they take a region out.
    @Suite("Quorum")
    struct QuorumScenarioTests {
        /// Three name servers; the third checks the regions by a way of its own.
        private final class Scene {
            let fleet: RegionFleet
            let ways: (common: UInt16, own: UInt16)
            private(set) var nodes: [RegionFleet.Node] = []

            init() throws {
                fleet = try RegionFleet()
                ways = (try Socket.freePort(), try Socket.freePort())
                for region in fleet.regions {
                    try fleet.open(region, way: ways.common)
                    try fleet.open(region, way: ways.own)
                }
                let names = ["a", "b", "c"]
                for name in names {
                    let peers = names.filter { $0 != name }.map { "\"unix:\(fleet.folder.path)/\($0).sock\"" }
                    nodes.append(
                        try RegionFleet.Node(
                            name,
                            fleet,
                            way: name == "c" ? ways.own : ways.common,
                            settings: "  quorum: { peers: [\(peers.joined(separator: ", "))], timeout: 2s }"
                        )
                    )
                }
                for node in nodes { try node.wait(forStatus: "2 of 2 other name servers have a say; 2 must see") }
            }
        }

        @Test func `one that is cut off answers as the others, and what two see holds`() throws {
            let scene = try Scene()
            let (a, b, c) = (scene.nodes[0], scene.nodes[1], scene.nodes[2])
            for node in scene.nodes { #expect(try node.answer() == "east") }

            // The third sees no region any more.
            for region in scene.fleet.regions { try scene.fleet.close(region, way: scene.ways.own) }
            try c.wait(forStatus: "answered as before: 2 of 3 name servers asked see it up")
            try c.program.wait(toSay: "kept in the answers against the checks: ")
            #expect(try c.answer() == "east")
            let explained = try c.tern("explain", "www.fleet.test", "--client", "8.8.8.8", "--live")
            #expect(explained.output.contains("2 of 3 name servers asked see it up"), "\(explained)")
            #expect(try a.status().contains("all 3 regions are as they should be"))

            // A region that is down indeed leaves on all three.
            try scene.fleet.close("east", way: scene.ways.common)
            for node in scene.nodes { try node.wait(forAnswer: "mid") }
            // Who sees it up lets it in by itself.
            try scene.fleet.open("east", way: scene.ways.common)
            for node in scene.nodes { try node.wait(forAnswer: "east") }

            // Without one of the others two still decide.
            a.program.signal(SIGKILL)
            _ = try a.program.end()
            try b.wait(forStatus: "1 of 2 other name servers have a say")
            #expect(try c.answer() == "east")
            try scene.fleet.close("east", way: scene.ways.common)
            for node in [b, c] { try node.wait(forAnswer: "mid") }

            // Alone and blind, the third keeps what was agreed last, and takes the checks' word when told to.
            b.program.signal(SIGKILL)
            _ = try b.program.end()
            try c.wait(forStatus: "! FROZEN for")
            #expect(try c.answer() == "mid")
            try c.restart()
            #expect(try c.answer() == "mid")
            try c.wait(forStatus: "too few other name servers can be asked")
            let unfreeze = try c.tern("unfreeze")
            #expect(unfreeze.status == 0 && unfreeze.output.contains("mid west"), "\(unfreeze)")
            // All are down: as if all were healthy, which is what when-down says.
            try c.wait(forAnswer: "east")
            #expect(try c.program.stop() == 0)
            try scene.fleet.stop()
        }
    }
}

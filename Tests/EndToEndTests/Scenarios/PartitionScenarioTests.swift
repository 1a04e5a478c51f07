import Foundation
import Testing

extension EndToEnd {
    /// A name server that loses most regions at once, with nobody to ask.
    @Suite("Suspected partition")
    struct PartitionScenarioTests {
        private static let why = "unhealthy by the checks, but answered as before: most regions failed at once"

        @Test func `answers stay when all regions fail at once, until the operator knows better`() throws {
            let fleet = try RegionFleet()
            let way = try Socket.freePort()
            for region in fleet.regions { try fleet.open(region, way: way) }
            let node = try RegionFleet.Node("ns", fleet, way: way)
            #expect(try node.answer() == "east")
            // One of three is believed.
            try fleet.close("east", way: way)
            try node.wait(forAnswer: "mid")
            try fleet.open("east", way: way)
            try node.wait(forAnswer: "east")

            for region in fleet.regions { try fleet.close(region, way: way) }
            try node.wait(forStatus: "! FROZEN for")
            try node.wait(forStatus: " at most: east mid west")
            try node.wait(forStatus: "answered as before: most regions failed at once")
            #expect(node.program.output.contains("STATES FROZEN until"))
            #expect(try node.answer() == "east")
            let explained = try node.tern("explain", "www.fleet.test", "--client", "8.8.8.8", "--live")
            #expect(explained.output.contains(Self.why), "\(explained)")
            let why = try Dig.ask("_why.www.fleet.test", "TXT", at: node.port)
            #expect(why.description.contains("answered as before"), "\(why)")

            // Orders act at once.
            #expect(try node.tern("force", "east", "down").status == 0)
            #expect(try node.answer() == "mid")
            #expect(try node.tern("force", "east", "auto").status == 0)
            #expect(try node.answer() == "east")
            #expect(try node.tern("drain", "east").status == 0)
            try node.wait(forAnswer: "mid")
            #expect(try node.tern("undrain", "east").status == 0)
            try node.wait(forAnswer: "east")

            // A restart changes nothing.
            try node.restart()
            #expect(try node.answer() == "east", "\(node.program.output)")
            try node.wait(forStatus: "! FROZEN for")

            // Who recovers is no longer held; of the others the operator says that they are down.
            try fleet.open("west", way: way)
            try wait(for: "west to be healthy", evidence: { node.program.output }) {
                try node.status().contains("west    healthy")
            }
            #expect(try node.answer() == "east")
            let unfreeze = try node.tern("unfreeze", "--reason", "fire in both")
            #expect(unfreeze.status == 0 && unfreeze.output.contains("east mid"), "\(unfreeze)")
            #expect(try node.answer() == "west")
            #expect(node.program.output.contains("reason=fire in both"))
            #expect(try node.tern("unfreeze").errors.contains("nothing is frozen"))
            #expect(try node.program.stop() == 0)
            try fleet.stop()
        }

        @Test func `it ends by itself when its time is over`() throws {
            let fleet = try RegionFleet()
            let way = try Socket.freePort()
            for region in fleet.regions { try fleet.open(region, way: way) }
            let node = try RegionFleet.Node("ns", fleet, way: way, settings: "  partition: { hold: 12s, window: 5s }")
            try fleet.close("east", way: way)
            try fleet.close("mid", way: way)
            try node.program.wait(toSay: "STATES FROZEN until")
            try node.wait(forAnswer: "east")
            try node.wait(forAnswer: "west")
            #expect(node.program.output.contains("no longer frozen: the time is over"))
            #expect(try node.program.stop() == 0)
            try fleet.stop()
        }
    }
}

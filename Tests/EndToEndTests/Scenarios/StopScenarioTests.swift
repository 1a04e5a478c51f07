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
    }
}

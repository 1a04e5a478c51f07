import DNSWire
import Foundation
import Synchronization
import Testing

extension EndToEnd {
    /// Changes of a zone file while it is served.
    @Suite("Reloading the example zone")
    struct ReloadScenarioTests {
        @Test func `a good edit is served, a bad one is reported with its place, and no query is lost`() throws {
            let scene = try ExampleScene()
            let load = try QueryLoop(port: scene.port)
            let stream = try Socket(.tcp, port: scene.port)
            let fresh = try DNSQuestion("fresh.example.test", .a)
            #expect(try stream.ask(fresh).rcode == 3)

            // A bad edit changes nothing but the log.
            var line = 0
            try scene.rewriteZone { text in
                line = text.split(separator: "\n", omittingEmptySubsequences: false).count
                return text + "fresh  A  192.0.2.300\nfresher A 192.0.2.1\n"
            }
            try scene.up.wait(toSay: "example.test.zone:\(line):11: error: ")
            try scene.up.wait(toSay: "not reloaded: the zones have errors")
            #expect(try scene.dig("fresher").status == "NXDOMAIN")
            #expect(try scene.region(of: "www", subnet: "81.2.69.0/24") == "eu-west")

            // A good one is served at once, on connections that were open before too.
            try scene.rewriteZone { $0.replacingOccurrences(of: "192.0.2.300", with: "192.0.2.30") }
            try wait(for: "the good edit to be served", evidence: { scene.log }) {
                try scene.dig("fresh").data("A") == ["192.0.2.30"]
            }
            #expect(try stream.ask(fresh).answer.count == 1)
            #expect(try scene.region(of: "www", subnet: "81.2.69.0/24") == "eu-west")
            // The proxies read the same file.
            try scene.up.wait(toSay: "proxy: [tern] reloaded", times: 6)

            // SIGHUP, again and again.
            for count in 1...5 {
                kill(try scene.nameServer(), SIGHUP)
                try scene.up.wait(toSay: "SIGHUP: reloading", times: count)
            }
            #expect(try scene.dig("fresh").data("A") == ["192.0.2.30"])
            let (asked, lost) = load.end()
            #expect(lost == 0 && asked > 100, "\(lost) of \(asked) queries had no answer")
            #expect(try scene.up.stop() == 0)
        }
    }
}

/// Queries one after the other on a thread of their own, until told to end.
private final class QueryLoop: Sendable {
    private let ends = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)
    private let asked = Atomic(0)
    private let lost = Atomic(0)

    init(port: UInt16) throws {
        let socket = try Socket(.udp, port: port)
        let questions = try ["static", "www", "no-such-name", "docs"].map {
            try DNSQuestion($0 + ".example.test", .a)
        }
        Thread.detachNewThread { [self] in
            while !ends.load(ordering: .relaxed) {
                for question in questions {
                    if (try? socket.ask(question)) == nil { lost.add(1, ordering: .relaxed) }
                    asked.add(1, ordering: .relaxed)
                }
                usleep(2000)
            }
            ended.signal()
        }
    }

    func end() -> (asked: Int, lost: Int) {
        ends.store(true, ordering: .relaxed)
        ended.wait()
        return (asked.load(ordering: .relaxed), lost.load(ordering: .relaxed))
    }
}

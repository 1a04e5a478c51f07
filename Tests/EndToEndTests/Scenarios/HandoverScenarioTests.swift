import Foundation
import Synchronization
import Testing

extension EndToEnd {
    /// A proxy is replaced by another process while clients connect.
    @Suite("Hand-over")
    struct HandoverScenarioTests {
        private let folder: TemporaryFolder
        private let port: UInt16
        private let origins: [RunningProgram]
        private let originPorts: [UInt16]

        init() throws {
            folder = try TemporaryFolder()
            port = try Socket.freePort()
            originPorts = [try Socket.freePort(), try Socket.freePort()]
            let zone = """
                $TTL 300
                @ SOA ns1 hostmaster 1 2h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                www STEER failover here
                here REGION at=0,0
                here A 127.0.0.1
                _http._tcp.here POOL check=http:/health interval=1s
                _http._tcp.here SRV 0 1 \(originPorts[0]) app.here
                _http._tcp.here SRV 0 1 \(originPorts[1]) app.here
                app.here A 127.0.0.1

                """
            try folder.write(zone, to: "hand.test.zone")
            var origins: [RunningProgram] = []
            for (number, port) in originPorts.enumerated() {
                origins.append(
                    try RunningProgram(
                        try Program.tern(),
                        ["origin", "--listen", "127.0.0.1:\(port)", "--name", "app\(number)", "--region", "here"],
                        output: folder.path + "/origin\(number)"
                    )
                )
            }
            self.origins = origins
        }

        private func startProxy(_ name: String, drain: String = "20s") throws -> RunningProgram {
            try folder.write("proxy:\n  timeouts: { drain: \(drain), stop: 200ms }\n", to: "\(name).yaml")
            return try RunningProgram(
                try Program.tern(),
                [
                    "proxy", "--region", "here", "--listen", "127.0.0.1:\(port)", "--config",
                    "\(folder.path)/\(name).yaml", "--hand-over", "\(folder.path)/socket",
                    "\(folder.path)/hand.test.zone",
                ],
                output: "\(folder.path)/\(name)"
            )
        }

        /// Connects, asks once, and gives the status line.
        private static func get(_ port: UInt16) -> String {
            guard let socket = try? Socket(.tcp, port: port) else { return "not connected" }
            socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
            var answer: [UInt8] = []
            while let more = socket.receive() { answer += more }
            return String(decoding: answer.prefix { $0 != 0x0d }, as: UTF8.self)
        }

        @Test func `no connection is lost while process follows process`() throws {
            var proxy = try startProxy("first")
            try proxy.wait(toSay: "ready: region here")
            // A request that is under way for as long as the drain lasts.
            let long = try Socket(.tcp, port: port)
            long.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345".utf8))

            let hammer = Hammer(port: port, threads: 4) { Self.get($0) }
            for name in ["second", "third"] {
                let next = try startProxy(name)
                try next.wait(toSay: "ready: region here")
                if name == "second" {
                    // What was under way in the first goes on there to its end.
                    long.send(Array("67890".utf8))
                    let answer = try #require(long.receive())
                    #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
                }
                let status = try proxy.end()
                #expect(status == 0, "\(proxy.output)")
                proxy = next
            }
            let outcome = hammer.stop()
            #expect(outcome.keys.sorted() == ["HTTP/1.1 200 OK"], "\(outcome)")
            #expect(outcome.values.reduce(0, +) > 20)
            #expect(try proxy.stop() == 0)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/socket"))
        }

        @Test func `a drain ends at its deadline, and at a signal`() throws {
            let first = try startProxy("first", drain: "200ms")
            try first.wait(toSay: "ready: region here")
            let held = try Socket(.tcp, port: port)
            held.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345".utf8))
            let second = try startProxy("second")
            try second.wait(toSay: "ready: region here")
            #expect(try first.end() == 0)
            #expect(held.receive() == nil)

            let other = try Socket(.tcp, port: port)
            other.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345".utf8))
            let third = try startProxy("third")
            try third.wait(toSay: "ready: region here")
            try second.wait(toSay: "handed over")
            #expect(second.isRunning)
            #expect(try second.stop() == 0)
            #expect(try third.stop() == 0)
        }
    }
}

/// Threads that ask again and again and count the answers.
private final class Hammer: Sendable {
    private let state = Mutex((isOver: false, answers: [String: Int]()))
    private let threads: Int
    private let ended = DispatchSemaphore(value: 0)

    init(port: UInt16, threads: Int, ask: @escaping @Sendable (UInt16) -> String) {
        self.threads = threads
        for _ in 0..<threads {
            Thread { [self] in
                while !state.withLock({ $0.isOver }) {
                    let answer = ask(port)
                    state.withLock { $0.answers[answer, default: 0] += 1 }
                }
                ended.signal()
            }.start()
        }
    }

    /// Ends the threads; how often each answer came.
    func stop() -> [String: Int] {
        state.withLock { $0.isOver = true }
        for _ in 0..<threads { ended.wait() }
        return state.withLock { $0.answers }
    }
}

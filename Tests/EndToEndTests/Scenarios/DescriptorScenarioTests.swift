import Foundation
import Testing

extension EndToEnd {
    /// A proxy has more clients than the system gives it descriptors.
    @Suite("Descriptors run out")
    struct DescriptorScenarioTests {
        @Test func `connections wait until there are descriptors again, and the log says so`() throws {
            let folder = try TemporaryFolder()
            let (port, originPort) = (try Socket.freePort(), try Socket.freePort())
            try folder.write(
                """
                $TTL 300
                @ SOA ns1 hostmaster 1 2h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                www STEER failover here
                here REGION at=0,0
                here A 127.0.0.1
                _http._tcp.here POOL check=http:/health interval=1s fails=100
                _http._tcp.here SRV 0 1 \(originPort) app.here
                app.here A 127.0.0.1

                """,
                to: "few.test.zone"
            )
            let origin = try RunningProgram(
                try Program.tern(),
                ["origin", "--listen", "127.0.0.1:\(originPort)", "--name", "app", "--region", "here"],
                output: folder.path + "/origin"
            )
            // Some twenty are its own.
            let proxy = try RunningProgram(
                "/bin/sh",
                [
                    "-c", "ulimit -n 64 && exec \"$@\"", "sh", try Program.tern(), "proxy", "--no-config", "--threads",
                    "1", "--region", "here", "--listen", "127.0.0.1:\(port)", folder.path + "/few.test.zone",
                ],
                output: folder.path + "/proxy"
            )
            try proxy.wait(toSay: "ready: region here")
            // The kernel takes them all.
            var first = try (0..<80).map { _ in try Socket(.tcp, port: port) }
            try proxy.wait(toSay: "connections wait at 127.0.0.1:\(port): Too many open files")
            let last = try (0..<5).map { _ in try Socket(.tcp, port: port) }
            for socket in last {
                socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
            }
            first.removeAll()
            for socket in last {
                var answer: [UInt8] = []
                while let more = socket.receive() { answer += more }
                #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
            }
            #expect(try proxy.stop() == 0)
            #expect(try origin.stop() == 0)
        }
    }
}

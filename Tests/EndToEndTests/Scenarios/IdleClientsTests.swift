import Foundation
import Testing

extension EndToEnd {
    /// Clients of a proxy that keep their connections and wait.
    @Suite("Idle clients of a proxy")
    struct IdleClientsTests {
        private static let count = 10_000
        private static let limit = 16 * 1024

        @Test(.enabled(if: mayOpen(count + 500), "more open files are needed: ulimit -n 12000"))
        func `ten thousand cost less than 16 KiB each and are served`() throws {
            let folder = try TemporaryFolder()
            let port = try Socket.freePort()
            let originPort = try Socket.freePort()
            let zone = """
                $TTL 300
                @ SOA ns1 hostmaster 1 2h 15m 2w 1m
                @ NS ns1
                ns1 A 127.0.0.1
                www STEER failover here
                here REGION at=0,0
                here A 127.0.0.1
                _http._tcp.here POOL
                _http._tcp.here SRV 0 1 \(originPort) here

                """
            try folder.write(zone, to: "idle.test.zone")
            let origin = try RunningProgram(
                try Program.tern(),
                ["origin", "--listen", "127.0.0.1:\(originPort)", "--name", "app", "--region", "here"],
                output: folder.path + "/origin"
            )
            try origin.wait(toSay: "ready")
            let proxy = try RunningProgram(
                try Program.tern(),
                [
                    "proxy", "--no-config", "--region", "here", "--listen", "127.0.0.1:\(port)",
                    "\(folder.path)/idle.test.zone",
                ],
                output: folder.path + "/proxy"
            )
            try proxy.wait(toSay: "ready: region here")
            // Each carries a request, and so has all that a connection keeps; the bound holds with the program itself.
            let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            let sockets = try (0..<Self.count).map { number in
                // From several addresses: the ports of one would not do.
                let socket = try Socket(.tcp, port: port, from: "127.0.\(1 + number / 5000).7")
                Self.ask(socket, request)
                return socket
            }
            let size = Self.residentSize(of: proxy.identifier)
            #expect(size > Self.count && size < Self.limit * Self.count, "\(size / Self.count) octets for each")
            #expect(Self.ask(sockets[Self.count - 1], request).hasPrefix("HTTP/1.1 200 "))
            #expect(try proxy.stop() == 0)
            #expect(try origin.stop() == 0)
        }

        @discardableResult
        private static func ask(_ socket: Socket, _ request: [UInt8]) -> String {
            socket.send(request)
            return String(decoding: socket.receive() ?? [], as: UTF8.self)
        }

        /// Octets of memory that a process has.
        private static func residentSize(of process: pid_t) -> Int {
            let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }

        /// Raises the limit on open files as far as it goes.
        private static func mayOpen(_ count: Int) -> Bool {
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            var limit = rlimit()
            guard unsafe getrlimit(resource, &limit) == 0 else { return false }
            limit.rlim_cur = limit.rlim_max
            unsafe setrlimit(resource, &limit)
            return limit.rlim_cur >= rlim_t(count)
        }
    }
}

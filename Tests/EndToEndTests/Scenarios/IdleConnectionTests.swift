import DNSWire
import Foundation
import Testing

extension EndToEnd {
    /// Clients that connect and wait (RFC 7766 section 6.2).
    @Suite("Idle connections")
    struct IdleConnectionTests {
        /// The server's default limits: this many in all, and so many from one address.
        private static let count = 10_000
        private static let perAddress = 200

        private static let zone = """
            $TTL 300
            @ SOA ns1 hostmaster 1 2h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1

            """

        @Test(.enabled(if: mayOpen(count + 500), "more open files are needed: ulimit -n 12000"))
        func `ten thousand are held and answered, and one more is refused`() throws {
            let server = try NameServer(Self.zone, origin: "idle.test")
            var sockets: [Socket] = []
            for number in 0..<Self.count {
                let source = "127.0.\(1 + number / Self.perAddress).7"
                sockets.append(try Socket(.tcp, port: server.port, from: source))
            }
            var question = try DNSQuestion("idle.test", .soa)
            question.transport = .tcp
            for number in (0..<Self.count).filter({ $0 % 100 == 0 || $0 == Self.count - 1 }) {
                #expect(try sockets[number].ask(question).answer.count == 1)
            }
            // One connection too many ends at once; those that are there stay.
            let surplus = try Socket(.tcp, port: server.port, from: "127.0.200.7")
            #expect(surplus.receive() == nil)
            #expect(try sockets[1].ask(question).answer.count == 1)
            try server.stop()
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

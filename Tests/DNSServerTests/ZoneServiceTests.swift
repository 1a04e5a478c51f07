import Addressing
import Authority
import DNSServer
import Foundation
import NIOPosix
import Steering
import Synchronization
import Testing
import ZoneFile

extension ServerTests {
    /// Zone files and health in, answers out.
    @Suite struct ZoneServiceTests {
        private static func service(_ folder: TemporaryFolder, _ log: LogRecorder = LogRecorder()) async throws
            -> ZoneService
        {
            try await ZoneService(
                loader: ZoneLoader([folder.path]),
                atlas: .empty,
                group: .singleton,
                logger: log.logger
            )
        }

        private static func serve(_ service: ZoneService) async throws -> NameServer {
            try await NameServer.start(
                [try #require(Endpoint("127.0.0.1:0"))],
                workers: 2,
                publisher: service.publisher,
                group: .singleton
            )
        }

        /// The last octet of the address that `www.example.com` has over the socket.
        private static func ask(_ server: NameServer) throws -> UInt8? {
            let socket = try ClientSocket(.udp, to: server.endpoints[0])
            socket.send(try TestZone.query())
            return socket.receive()?.last
        }

        @Test func aGoodEditIsServed() async throws {
            let folder = try TemporaryFolder()
            try folder.write(TestZone.text(), to: "example.com.zone")
            let service = try await Self.service(folder)
            let server = try await Self.serve(service)
            #expect(try Self.ask(server) == 1)
            try folder.write(TestZone.text("192.0.2.2"), to: "example.com.zone")
            #expect(try Self.ask(server) == 1)
            #expect(await service.reload())
            #expect(try Self.ask(server) == 2)
            server.retire()
            await service.stop()
        }

        /// A zone with an error is told with its place, and what was served before stays (DESIGN 1).
        @Test(arguments: [
            ("www A 192.0.2.300", "example.com.zone:6:7: error:"), ("www CNAME ns1", "example.com.zone:6:"),
            ("www STEER failover nowhere", "unknown-region"),
        ])
        func aBrokenEditKeepsWhatWasServed(line: String, report: String) async throws {
            let folder = try TemporaryFolder()
            let log = LogRecorder()
            try folder.write(TestZone.text(), to: "example.com.zone")
            let service = try await Self.service(folder, log)
            let server = try await Self.serve(service)
            try folder.write(TestZone.text("192.0.2.2", line), to: "example.com.zone")
            #expect(await service.reload() == false)
            #expect(try Self.ask(server) == 1)
            #expect(log.lines.contains { $0.hasPrefix("error: ") && $0.contains(report) }, "\(log.lines)")
            // Repaired, it is taken over.
            try folder.write(TestZone.text("192.0.2.3"), to: "example.com.zone")
            #expect(await service.reload())
            #expect(try Self.ask(server) == 3)
            server.retire()
            await service.stop()
        }

        @Test func zonesComeAndGoWithTheirFiles() async throws {
            let folder = try TemporaryFolder()
            try folder.write(TestZone.text(), to: "example.com.zone")
            let service = try await Self.service(folder)
            let server = try await Self.serve(service)
            let socket = try ClientSocket(.udp, to: server.endpoints[0])
            func rcode(_ name: String) throws -> UInt8? {
                socket.send(try TestZone.query(name))
                return socket.receive().map { $0[3] & 0xF }
            }
            #expect(try rcode("www.example.org") == 5)
            try folder.write(TestZone.text(), to: "example.org.zone")
            #expect(await service.reload())
            #expect(try rcode("www.example.org") == 0)
            try folder.remove("example.org.zone")
            #expect(await service.reload())
            #expect(try rcode("www.example.org") == 5)
            #expect(try rcode("www.example.com") == 0)
            // A folder that has lost all its zones is a mistake, not an order.
            try folder.remove("example.com.zone")
            #expect(await service.reload() == false)
            #expect(try rcode("www.example.com") == 0)
            server.retire()
            await service.stop()
        }

        @Test func aStartWithErrorsFails() async throws {
            let folder = try TemporaryFolder()
            try folder.write(TestZone.text("not-an-address"), to: "example.com.zone")
            await #expect { try await Self.service(folder) } throws: { "\($0)".contains("example.com.zone:5:") }
        }

        /// While zones are loaded again and again every query is answered, with the address of one of the two zones.
        @Test func noQueryIsLostInFiftyReloads() async throws {
            let folder = try TemporaryFolder()
            try folder.write(TestZone.text("192.0.2.1"), to: "example.com.zone")
            let service = try await Self.service(folder)
            let server = try await Self.serve(service)
            let asker = Asker(
                try ClientSocket(.udp, to: server.endpoints[0]),
                expected: [try TestZone.answer(), try TestZone.answer([192, 0, 2, 2])]
            )
            asker.start()
            for round in 0..<50 {
                try folder.write(TestZone.text("192.0.2.\(round.isMultiple(of: 2) ? 2 : 1)"), to: "example.com.zone")
                #expect(await service.reload())
            }
            let counts = await asker.stop()
            #expect(counts.lost == 0 && counts.wrong == 0)
            #expect(counts.answered > 50)
            #expect(service.publisher.generation == 51)
            server.retire()
            await service.stop()
        }

        /// Asks without pause on a thread of its own.
        private final class Asker: Sendable {
            struct Counts: Sendable {
                var answered = 0
                var wrong = 0
                var lost = 0
                var isEnded = false
            }

            private let socket: ClientSocket
            private let expected: Set<[UInt8]>
            private let counts = Mutex(Counts())
            private let isStopping = Atomic(false)

            init(_ socket: ClientSocket, expected: Set<[UInt8]>) {
                self.socket = socket
                self.expected = expected
            }

            func start() {
                Thread { [self] in
                    guard let query = try? TestZone.query() else { return }
                    while !isStopping.load(ordering: .relaxed) {
                        socket.send(query)
                        let answer = socket.receive()
                        counts.withLock { counts in
                            guard let answer else {
                                counts.lost += 1
                                return
                            }
                            if expected.contains(answer) { counts.answered += 1 } else { counts.wrong += 1 }
                        }
                    }
                    counts.withLock { $0.isEnded = true }
                }.start()
            }

            func stop() async -> Counts {
                isStopping.store(true, ordering: .relaxed)
                while !counts.withLock({ $0.isEnded }) { try? await Task.sleep(for: .milliseconds(10)) }
                return counts.withLock { $0 }
            }
        }

        /// A region that goes down leaves the answers, and comes back with its health.
        @Test func healthMovesAnswers() async throws {
            let port = try ListeningSocket.freePort()
            let first = try ListeningSocket(try #require(Endpoint("127.0.0.1:\(port)")))
            let second = try ListeningSocket(try #require(Endpoint("127.0.0.2:\(port)")))
            let folder = try TemporaryFolder()
            let check = "check=tcp:\(port) interval=100ms fails=2 passes=1"
            try folder.write(
                """
                $TTL 300
                @     SOA     ns1 hostmaster 1 7200 900 1209600 60
                @     NS      ns1
                ns1   A       192.0.2.53
                one   REGION  at=1,1 \(check)
                one   A       127.0.0.1
                two   REGION  at=2,2 \(check)
                two   A       127.0.0.2
                www   1  STEER failover one two

                """,
                to: "example.com.zone"
            )
            let service = try await Self.service(folder)
            let server = try await Self.serve(service)
            #expect(try Self.ask(server) == 1)
            let generation = service.publisher.generation
            first.stop()
            #expect(try await Self.wait { try Self.ask(server) == 2 })
            #expect(service.publisher.generation > generation)
            // A reload keeps what is known of health.
            #expect(await service.reload())
            #expect(try Self.ask(server) == 2)
            let again = try ListeningSocket(first.endpoint)
            #expect(try await Self.wait { try Self.ask(server) == 1 })
            server.retire()
            await service.stop()
            again.stop()
            second.stop()
        }

        /// Waits until `condition` holds, at most 20 seconds.
        private static func wait(until condition: () throws -> Bool) async throws -> Bool {
            for _ in 0..<1000 {
                if try condition() { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
    }
}

import Addressing
import DNSWire
import NIOPosix
import Steering
import Synchronization
import Testing
import ZoneFile

@testable import DNSServer

extension ServerTests {
    /// A name server and what others tell it.
    @Suite struct AgreementTests {
        /// Another name server, played by a test.
        private final class Other: Sendable {
            /// What it says; `nil` for nothing, ever.
            let view: Mutex<PeerView?>
            let questions = Atomic(0)

            init(_ regions: [String: Bool]?, instance: UInt64 = 1, shares: [String: Double] = [:]) {
                view = Mutex(regions.map { PeerView(instance: instance, regions: $0, shares: shares) })
            }

            var peer: Quorum.Peer {
                Quorum.Peer(address: "other \(ObjectIdentifier(self).hashValue)") {
                    self.questions.add(1, ordering: .relaxed)
                    guard let view = self.view.withLock({ $0 }) else {
                        try await Task.sleep(for: .seconds(3600))
                        throw CancellationError()
                    }
                    return view
                }
            }
        }

        /// Region east is checked at a port where nobody listens once `listener` has gone; west never is checked.
        private struct World {
            let folder: TemporaryFolder
            let listener: ListeningSocket
            let service: ZoneService
            let log = LogRecorder()

            init(_ others: [Other], need: PeerAgreement.Need = .majority) async throws {
                folder = try TemporaryFolder()
                let port = try ListeningSocket.freePort()
                listener = try ListeningSocket(try #require(Endpoint("127.0.0.1:\(port)")))
                try folder.write(
                    """
                    $TTL 300
                    @     SOA  ns1 hostmaster 7 7200 900 1209600 60
                    @     NS   ns1
                    ns1   A    192.0.2.53
                    east  REGION check=tcp:\(port) interval=100ms fails=2 passes=2
                    east  A    127.0.0.1
                    west  REGION capacity=100
                    west  A    192.0.2.2
                    www 5 STEER failover east west

                    """,
                    to: "example.com.zone"
                )
                service = try await ZoneService(
                    loader: ZoneLoader([folder.path]),
                    atlas: .empty,
                    caution: Caution(quorum: Quorum(peers: others.map(\.peer), need: need)),
                    group: .singleton,
                    logger: log.logger
                )
            }

            func answer() async throws -> [String] {
                let name = try DomainName("www.example.com")
                return try await service.explanation(
                    of: name,
                    client: IPAddress(v4: 0xC633_6401),
                    subnet: nil,
                    down: []
                ).v4
            }

            func wait(_ what: String, until condition: () async throws -> Bool) async throws {
                let deadline = ContinuousClock.now + .seconds(30)
                while try await !condition() {
                    guard ContinuousClock.now < deadline else {
                        Issue.record("waited in vain for \(what): \(log.lines)")
                        return
                    }
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }

        private static let east = "east.example.com."

        @Test func `what others see keeps a region in, and takes it out`() async throws {
            let other = Other([Self.east: true])
            let world = try await World([other])
            try await world.wait("the other's word") { await world.service.agreementReport.peers[0].counts }
            #expect(try await world.answer() == ["127.0.0.1"])
            world.listener.stop()
            try await world.wait("own checks to fail") {
                await world.service.regionReports[0].state == "kept"
            }
            let report = await world.service.regionReports[0]
            #expect(report.checks == "unhealthy" && report.kept == "1 of 2 name servers asked see it up", "\(report)")
            #expect(try await world.answer() == ["127.0.0.1"])
            // What is told others are own checks, not what was agreed.
            #expect(await world.service.view.regions == [Self.east: false])
            other.view.withLock { $0?.regions[Self.east] = false }
            try await world.wait("both to agree") { try await world.answer() == ["192.0.2.2"] }
            await world.service.stop()
        }

        @Test func `one that hangs delays neither answers nor the word of others`() async throws {
            let hanging = Other(nil)
            let (one, two) = (Other([Self.east: false]), Other([Self.east: false], instance: 2))
            let world = try await World([hanging, one, two], need: .count(3))
            try await world.wait("the others' word") {
                await world.service.agreementReport.peers.count(where: \.counts) == 2
            }
            world.listener.stop()
            try await world.wait("three to agree") { try await world.answer() == ["192.0.2.2"] }
            #expect(hanging.questions.load(ordering: .relaxed) == 1)
            await world.service.stop()
        }

        @Test func `one that is asked twice, or is this one, has one say`() async throws {
            let (one, again) = (Other([Self.east: false], instance: 5), Other([Self.east: false], instance: 5))
            let itself = Other([:], instance: 6)
            let world = try await World([one, again, itself])
            let instance = world.service.instance
            itself.view.withLock { $0 = PeerView(instance: instance, regions: [Self.east: true], shares: [:]) }
            try await world.wait("them to be told apart") {
                await world.service.agreementReport.peers.map(\.fault)
                    == [nil, "it is listed twice", "it is this name server"]
            }
            #expect(await world.service.agreementReport.needed == 2)
            await world.service.stop()
        }

        @Test func `nonsense from another does no harm`() async throws {
            let other = Other(
                [Self.east: true, "": false, "..": true, "nowhere.": false],
                shares: ["west.example.com.": .infinity, Self.east: -7, "x": .nan]
            )
            let world = try await World([other])
            try await world.wait("the other's word") { await world.service.agreementReport.peers[0].counts }
            await world.service.weigh()
            #expect(await world.service.regionReports.map(\.shed) == [0, 0])
            #expect(try await world.answer() == ["127.0.0.1"])
            await world.service.stop()
        }

        @Test func `one that starts takes the shares over that another has`() async throws {
            let other = Other([:], shares: ["west.example.com.": 0.4])
            let world = try await World([other])
            try await world.wait("the other's word") { await world.service.agreementReport.peers[0].counts }
            await world.service.weigh()
            let shed = await world.service.regionReports[1].shed
            #expect((0.3...0.4).contains(shed), "\(shed)")
            await world.service.stop()
        }
    }

    @Suite struct KeptFreezeTests {
        private let clock = WallClock(now: Timestamp(seconds: 1_000_000), instant: .now)

        @Test func `a freeze survives a restart until its end`() throws {
            let names: Set<DomainName> = [try DomainName("east.example.com"), try DomainName("west.example.com")]
            let freeze = Freeze(
                .partition,
                since: clock.instant - .seconds(10),
                until: clock.instant + .seconds(290),
                held: names,
                total: 3
            )
            let kept = KeptFreeze(freeze, clock)
            #expect(kept.restored(clock) == freeze)
            let later = WallClock(now: Timestamp(seconds: 1_000_290), instant: clock.instant + .seconds(290))
            #expect(kept.restored(later) == nil)
            // A file may hold anything.
            for seconds in [Int64.min, 0, .max] {
                var odd = kept
                odd.since = Timestamp(seconds: seconds)
                odd.held = ["..", "east.example.com."]
                #expect(odd.restored(clock)?.held.count == 1)
                odd.until = Timestamp(seconds: seconds)
                #expect((odd.restored(clock) != nil) == (seconds == .max))
            }
        }
    }
}

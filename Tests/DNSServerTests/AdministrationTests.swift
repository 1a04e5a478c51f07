import Addressing
import Authority
import DNSWire
import Foundation
import NIOPosix
import Steering
import Synchronization
import Testing
import ZoneFile

@testable import DNSServer

extension ServerTests {
    /// Orders and what they do to answers.
    @Suite struct AdministrationTests {
        /// A service over two regions with a clock that stands until it is moved.
        private final class Fixture: Sendable {
            let folder: TemporaryFolder
            let seconds: Mutex<Int64>
            let saved: Mutex<[RegionOrders]>
            let refusal: String?

            init(_ zone: String = Fixture.zone(), refusal: String? = nil) throws {
                folder = try TemporaryFolder()
                seconds = Mutex(1_000_000)
                saved = Mutex([])
                self.refusal = refusal
                try write(zone)
            }

            /// Regions east and west, `www` answered from the first that may; `docs` from west alone.
            static func zone(east: String = "", ttl: Int = 300, serial: Int = 7) -> String {
                """
                $TTL 300
                @     SOA  ns1 hostmaster \(serial) 7200 900 1209600 60
                @     NS   ns1
                ns1   A    192.0.2.53
                east  REGION \(east)
                east  A    192.0.2.1
                west  REGION capacity=100
                west  A    192.0.2.2
                www  \(ttl) STEER failover east west
                docs 86400 STEER failover west

                """
            }

            func write(_ zone: String) throws { try folder.write(zone, to: "example.com.zone") }

            func service(_ orders: RegionOrders = RegionOrders()) async throws -> ZoneService {
                try await ZoneService(
                    loader: ZoneLoader([folder.path]),
                    atlas: .empty,
                    administration: Administration(
                        orders: orders,
                        now: { Timestamp(seconds: self.seconds.withLock { $0 }) },
                        save: { orders in
                            self.saved.withLock { $0.append(orders) }
                            return self.refusal
                        }
                    ),
                    group: .singleton,
                    logger: LogRecorder().logger
                )
            }

            func pass(_ time: Int64, _ service: ZoneService) async {
                seconds.withLock { $0 += time }
                await service.takeHealth()
            }
        }

        private static let client = IPAddress(v4: 0xC633_6401)

        private static func explain(_ service: ZoneService, down: [String] = []) async throws -> Explanation {
            let name = try DomainName("www.example.com")
            return try await service.explanation(of: name, client: client, subnet: nil, down: down)
        }

        private static func answer(_ service: ZoneService) async throws -> [String] {
            let server = try await NameServer.start(
                [try #require(Endpoint("127.0.0.1:0"))],
                workers: 1,
                publisher: service.publisher,
                group: .singleton
            )
            defer { server.retire() }
            let socket = try ClientSocket(.udp, to: server.endpoints[0])
            socket.send(try TestZone.query())
            let last = socket.receive()?.last
            // What is published is what is explained.
            let explained = try await explain(service).v4
            #expect(last.map { ["192.0.2.\($0)"] } == explained)
            return explained
        }

        private static func report(_ service: ZoneService, _ label: String) async throws -> RegionReport {
            try #require(await service.regionReports.first { $0.label == label })
        }

        @Test func aDrainedRegionLeavesWhenItsAnswersHaveExpired() async throws {
            let fixture = try Fixture()
            let service = try await fixture.service()
            #expect(try await Self.report(service, "east").state == "healthy")
            let report = try await service.drain("east", by: "ada", reason: "disk")
            #expect(report.warning == nil)
            #expect(report.region?.state == "draining")
            #expect(report.region?.order?.by == "ada" && report.region?.order?.reason == "disk")
            // The day of docs does not count: east is in none of its answers.
            #expect(report.region?.drainedAt == Timestamp(seconds: 1_000_300))
            #expect(try await Self.answer(service) == ["192.0.2.1"])
            #expect(try await Self.explain(service).ttl == 5)
            await fixture.pass(299, service)
            #expect(try await Self.answer(service) == ["192.0.2.1"])
            await fixture.pass(1, service)
            #expect(try await Self.answer(service) == ["192.0.2.2"])
            #expect(try await Self.report(service, "east").state == "drained")
            #expect(try await service.undrain("east", by: "ada").region?.state == "healthy")
            #expect(try await Self.answer(service) == ["192.0.2.1"])
            #expect(try await Self.explain(service).ttl == 300)
            await service.stop()
        }

        @Test func aRestartKeepsOrdersAndTheirTime() async throws {
            let fixture = try Fixture()
            var service = try await fixture.service()
            _ = try await service.drain("east.example.com", by: "ada", reason: "disk")
            await service.stop()
            let saved = try #require(fixture.saved.withLock { $0.last })
            fixture.seconds.withLock { $0 += 200 }
            service = try await fixture.service(saved)
            #expect(try await Self.report(service, "east").state == "draining")
            await fixture.pass(100, service)
            #expect(try await Self.report(service, "east").state == "drained")
            await service.stop()
        }

        @Test func forcingGoesBeforeAllElse() async throws {
            let fixture = try Fixture(Fixture.zone(east: "state=down"))
            let service = try await fixture.service()
            let east = try await Self.report(service, "east")
            #expect(east.state == "forced-down" && east.decidedBy == .zoneFile && east.zoneState == "down")
            #expect(try await Self.answer(service) == ["192.0.2.2"])
            let forced = try await service.force("east", isUp: true, by: "ada", reason: "I know")
            #expect(forced.region?.state == "forced-up" && forced.region?.decidedBy == .order)
            #expect(try await Self.answer(service) == ["192.0.2.1"])
            _ = try await service.force("east", isUp: nil, by: "ada", reason: "")
            #expect(try await Self.answer(service) == ["192.0.2.2"])
            // A region that is out is not let in by draining it.
            let drained = try await service.drain("east", by: "ada", reason: "")
            #expect(drained.region?.state == "drained")
            #expect(try await Self.answer(service) == ["192.0.2.2"])
            await service.stop()
        }

        @Test func whatCannotBeDoneIsSaid() async throws {
            let service = try await Fixture().service()
            await #expect(throws: AdministrationError.noSuchRegion("eest", regions: ["east", "west"])) {
                try await service.drain("eest", by: "ada", reason: "")
            }
            await #expect(throws: AdministrationError.noOrder("east")) { try await service.undrain("east", by: "ada") }
            _ = try await service.force("east", isUp: false, by: "ada", reason: "")
            await #expect(throws: AdministrationError.isForced("east", isUp: false)) {
                try await service.undrain("east", by: "ada")
            }
            let name = try DomainName("ns1.example.com")
            await #expect(throws: AdministrationError.self) {
                try await service.explanation(of: name, client: Self.client, subnet: nil, down: [])
            }
            await service.stop()
        }

        @Test func theZoneFileDrainsToo() async throws {
            let fixture = try Fixture()
            let service = try await fixture.service()
            try fixture.write(Fixture.zone(east: "state=draining", ttl: 60))
            #expect(await service.reload())
            // Answers of 300 s are about, though the zone says 60 now.
            let drainedAt = try await Self.report(service, "east").drainedAt
            #expect(drainedAt == Timestamp(seconds: 1_000_300))
            #expect(try await Self.answer(service) == ["192.0.2.1"])
            await fixture.pass(300, service)
            #expect(try await Self.answer(service) == ["192.0.2.2"])
            // Its time is kept across restarts as well.
            let restarted = try await fixture.service(try #require(fixture.saved.withLock { $0.last }))
            #expect(try await Self.answer(restarted) == ["192.0.2.2"])
            await restarted.stop()
            await service.stop()
        }

        @Test func aShorterTTLDoesNotShortenADrain() async throws {
            let fixture = try Fixture()
            let service = try await fixture.service()
            try fixture.write(Fixture.zone(ttl: 30))
            #expect(await service.reload())
            fixture.seconds.withLock { $0 += 100 }
            let early = try await service.drain("east", by: "ada", reason: "").region
            #expect(early?.drainedAt == Timestamp(seconds: 1_000_300))
            _ = try await service.undrain("east", by: "ada")
            fixture.seconds.withLock { $0 += 1000 }
            let late = try await service.drain("east", by: "ada", reason: "").region
            #expect(late?.drainedAt == Timestamp(seconds: 1_001_130))
            await service.stop()
        }

        @Test func anOrderOutlivesItsRegion() async throws {
            let fixture = try Fixture()
            let service = try await fixture.service()
            _ = try await service.force("west", isUp: false, by: "ada", reason: "")
            try fixture.write(Fixture.zone().replacing("west", with: "south"))
            #expect(await service.reload())
            #expect(await service.strayOrders.map(\.region) == ["west.example.com."])
            try fixture.write(Fixture.zone())
            #expect(await service.reload())
            #expect(try await Self.report(service, "west").state == "forced-down")
            try fixture.write(Fixture.zone().replacing("west", with: "south"))
            #expect(await service.reload())
            #expect(try await service.force("west.example.com", isUp: nil, by: "ada", reason: "").region == nil)
            #expect(await service.strayOrders.isEmpty)
            await service.stop()
        }

        @Test func checksShortenADrain() async throws {
            // Nobody answers at the address, and no answer with a region that is checked so often lives over 5 s.
            let fixture = try Fixture(Fixture.zone(east: "check=tcp:1 interval=1s timeout=100ms"))
            let service = try await fixture.service()
            let report = try await service.drain("east", by: "ada", reason: "")
            #expect(report.region?.drainedAt == Timestamp(seconds: 1_000_005))
            await service.stop()
        }

        @Test func anOrderThatCannotBeKeptIsCarriedOutWithAWarning() async throws {
            let fixture = try Fixture(refusal: "disk full")
            let service = try await fixture.service()
            let report = try await service.force("east", isUp: false, by: "ada", reason: "")
            #expect(report.warning == "disk full")
            #expect(try await Self.answer(service) == ["192.0.2.2"])
            await service.stop()
        }

        @Test func whatIsServedIsTold() async throws {
            let fixture = try Fixture()
            let service = try await fixture.service()
            let contents = await service.contents(zones: 10)
            #expect(contents.zones == [ServiceReport.Zone(name: "example.com.", serial: 7)])
            #expect(contents.regionCount == 2 && contents.summary.zones == 1 && contents.generation == 1)
            #expect(await service.contents(zones: 0).zones.isEmpty)
            let west = try await Self.report(service, "west")
            #expect(west.capacity == 100 && west.addresses.map(\.health) == ["unchecked"])
            try fixture.write(Fixture.zone(serial: 8) + "www A 192.0.2.9\n")
            let outcome = await service.reloadOutcome()
            #expect(!outcome.isServed && outcome.findings.map(\.code) == [.steerBesideAddress])
            #expect(outcome.report.contains("example.com.zone:11:"))
            #expect(await service.contents(zones: 1).reloadFailure == "the zones have errors")
            try fixture.write(Fixture.zone(serial: 9))
            #expect(await service.reloadOutcome().isServed)
            #expect(await service.contents(zones: 1).zones.map(\.serial) == [9])
            #expect(await service.contents(zones: 1).reloadFailure == nil)
            // What if east were down.
            #expect(try await Self.explain(service, down: ["east"]).v4 == ["192.0.2.2"])
            #expect(try await Self.answer(service) == ["192.0.2.1"])
            await service.stop()
        }
    }
}

import Addressing
import DNSWire
import Geography
import NIOPosix
import Steering
import Synchronization
import Telemetry
import Testing
import ZoneFile

@testable import DNSServer

extension ServerTests {
    /// A name server believes what proxies measured, and steers by it.
    @Suite struct LatencyServiceTests {
        /// Regions in Virginia and Frankfurt, and clients in France and Japan; a clock that is moved by hand.
        final class Scene: Sendable {
            let folder: TemporaryFolder
            let seconds = Mutex<Int64>(1_000_000)
            let saved = Mutex<[UInt8]?>(nil)
            private let count = Mutex<UInt32>(0)

            init(_ zone: String = Scene.zone()) throws {
                folder = try TemporaryFolder()
                try write(zone)
            }

            static func zone(_ more: String = "", west: String = "39.0,-77.5") -> String {
                """
                $TTL 300
                @     SOA  ns1 hostmaster 7 7200 900 1209600 60
                @     NS   ns1
                ns1   A    192.0.2.53
                west  REGION at=\(west)
                west  A    192.0.2.1
                east  REGION at=50.1,8.7
                east  A    192.0.2.2
                www   STEER latency west east
                near  STEER nearest west east
                \(more)

                """
            }

            func write(_ zone: String) throws { try folder.write(zone, to: "example.com.zone") }

            static let atlas = Atlas { add in
                for (text, location) in [("10.1.0.0/16", 0), ("10.2.0.0/16", 1)] {
                    if let prefix = IPPrefix(text) { add(prefix, location) }
                }
                return [
                    Location(
                        continent: .europe,
                        country: CountryCode("FR"),
                        coordinates: GeoPoint(latitude: 48.9, longitude: 2.35)
                    ),
                    Location(
                        continent: .asia,
                        country: CountryCode("JP"),
                        coordinates: GeoPoint(latitude: 35.7, longitude: 139.7)
                    ),
                ]
            }

            func service(
                model: LatencyModel? = nil,
                trialShare: Double = 0,
                atlas: Atlas = Scene.atlas
            ) async throws -> ZoneService {
                try await ZoneService(
                    loader: ZoneLoader([folder.path]),
                    atlas: atlas,
                    memory: LatencyMemory(
                        settings: LatencySettings(
                            trialShare: trialShare,
                            interval: .seconds(3600),
                            saveInterval: .seconds(3600)
                        ),
                        model: model,
                        save: { octets in
                            self.saved.withLock { $0 = octets }
                            return nil
                        }
                    ),
                    administration: Administration(now: { Timestamp(seconds: self.seconds.withLock { $0 }) }),
                    group: .singleton,
                    logger: LogRecorder().logger
                )
            }

            /// Reports of both proxies on the first networks of 10.1.0.0/16, and the service steers by them.
            func report(_ service: ZoneService, west: Double, east: Double, networks: Int = 32) async throws {
                let count = count.withLock { count in
                    count += 1
                    return count
                }
                seconds.withLock { $0 += 10 }
                for (label, milliseconds) in [("west", west), ("east", east)] {
                    let region = try DomainName("\(label).example.com")
                    let entries = try (0..<networks).map { number in
                        let microseconds = Float(milliseconds * 1000)
                        let digest = RoundTripDigest(
                            count: count,
                            minimum: 1000,
                            centre: microseconds,
                            deviation: 1000,
                            recent: microseconds,
                            lastSeen: count
                        )
                        return RoundTripTable.Entry(
                            prefix: ClientPrefix(IPAddress(v4: 0x0A01_0000 | UInt32(number) << 8)),
                            digest: try #require(digest)
                        )
                    }
                    service.latency.inbox.put(
                        LatencyInbox.Message(
                            region: region,
                            address: IPAddress(v4: 0xC000_0201),
                            claim: "\(label).example.com",
                            requestsPerSecond: 1e6,
                            report: RoundTripReport(
                                epoch: 1,
                                since: UInt64(count - 1) * UInt64(networks),
                                version: UInt64(count) * UInt64(networks),
                                known: UInt32(networks),
                                now: count,
                                entries: entries
                            ),
                            time: .now
                        )
                    )
                }
                await service.learn()
            }

            /// The label of the region that a client gets.
            func region(_ service: ZoneService, _ name: String, _ client: String) async throws -> String {
                let decisions = await service.decisions
                let rule = try #require(decisions.map.fleet.rule(named: try DomainName("\(name).example.com")))
                let address = try #require(IPAddress(client))
                let answer = decisions.answers(of: rule)[decisions.resolve(rule: rule.index, address).answer]
                return decisions.map.fleet.regions[try #require(answer.regions.first)].label
            }
        }

        @Test func whatIsMeasuredDecidesAgainstTheDistance() async throws {
            let scene = try Scene()
            let service = try await scene.service()
            #expect(try await scene.region(service, "www", "10.1.3.9") == "east")
            for _ in 0..<6 { try await scene.report(service, west: 90, east: 160) }
            #expect(try await scene.region(service, "www", "10.1.3.9") == "west")
            // A network of the country that was never heard of is like the others; another country is not.
            #expect(try await scene.region(service, "www", "10.1.200.9") == "west")
            #expect(try await scene.region(service, "near", "10.1.3.9") == "east")
            let japan = try await scene.region(service, "near", "10.2.3.9")
            #expect(try await scene.region(service, "www", "10.2.3.9") == japan)
            let explanation = try await service.explanation(
                of: try DomainName("www.example.com"),
                client: try #require(IPAddress("10.1.3.9")),
                subnet: nil,
                down: []
            )
            #expect(explanation.render().contains("ms as measured"))
            await service.stop()
        }

        @Test func withoutSamplesAnswersAreThoseOfNearest() async throws {
            let scene = try Scene(
                Scene.zone(
                    """
                    south REGION at=-23.5,-46.6 bias=20
                    south A    192.0.2.3
                    asia  REGION at=1.3,103.8
                    asia  A    192.0.2.4
                    many  STEER latency west east south asia within=30ms answers=2
                    close STEER nearest west east south asia within=3000km answers=2
                    """
                )
            )
            var generator = SystemRandomNumberGenerator()
            let places = (0..<300).map { _ in
                Location(
                    country: CountryCode(["FR", "JP", "BR", "US"].randomElement() ?? "FR"),
                    coordinates: GeoPoint(
                        latitude: Double.random(in: -60...70, using: &generator),
                        longitude: Double.random(in: -180...180, using: &generator)
                    )
                )
            }
            let atlas = Atlas { add in
                for number in 0..<300 {
                    let address = IPAddress(v4: 0x0B00_0000 | UInt32(number) << 12)
                    if let prefix = IPPrefix(address, length: 20) { add(prefix, number) }
                }
                return places
            }
            let service = try await scene.service(trialShare: 0.05, atlas: atlas)
            await service.learn()
            let decisions = await service.decisions
            let fleet = decisions.map.fleet
            for (measured, near) in [("www", "near"), ("many", "close")] {
                let rules = try [measured, near].map { name in
                    try #require(fleet.rule(named: try DomainName("\(name).example.com")))
                }
                for _ in 0..<5000 {
                    let client = IPAddress(v4: 0x0B00_0000 | UInt32.random(in: 0..<(320 << 12), using: &generator))
                    let found = rules.map { rule in
                        let resolution = decisions.resolve(rule: rule.index, client)
                        return (decisions.answers(of: rule)[resolution.answer].regions, resolution.scope)
                    }
                    #expect(found[0] == found[1], "\(client)")
                }
            }
            await service.stop()
        }

        @Test func whatWasLearnedOutlivesARestartAndAges() async throws {
            let scene = try Scene()
            let first = try await scene.service()
            for _ in 0..<6 { try await scene.report(first, west: 90, east: 160) }
            await first.stop()
            let octets = try #require(scene.saved.withLock { $0 })
            let second = try await scene.service(model: try LatencyModel(octets: octets))
            // Before anything else: with the first answer.
            #expect(try await scene.region(second, "www", "10.1.3.9") == "west")
            await second.stop()
            // What nobody has measured for weeks is forgotten, though no server ran.
            scene.seconds.withLock { $0 += 40 * 86_400 }
            let third = try await scene.service(model: try LatencyModel(octets: octets))
            #expect(try await scene.region(third, "www", "10.1.3.9") == "east")
            await third.stop()
        }

        @Test func zonesChangeAndWhatStillHoldsIsKept() async throws {
            let scene = try Scene()
            let service = try await scene.service()
            for _ in 0..<6 { try await scene.report(service, west: 90, east: 160) }
            // Another region before those that were measured.
            try scene.write(
                Scene.zone("asia REGION at=1.3,103.8\nasia A 192.0.2.4\nnew STEER latency asia west east")
            )
            #expect(await service.reload())
            for name in ["www", "new"] { #expect(try await scene.region(service, name, "10.1.3.9") == "west") }
            await service.replaceAtlas(Scene.atlas)
            #expect(try await scene.region(service, "www", "10.1.3.9") == "west")
            // West has moved: what was measured there is no more true.
            try scene.write(Scene.zone(west: "-33.9,151.2"))
            #expect(await service.reload())
            #expect(try await scene.region(service, "www", "10.1.3.9") == "east")
            await service.stop()
        }

        @Test func aTableIsTakenWholeOrNotAtAll() async throws {
            let scene = try Scene()
            let service = try await scene.service()
            var table = "network,region,milliseconds,deviation,samples\n"
            for number in 0..<20 { table += "10.1.\(number).0/24,west,70,1,50\n10.1.\(number).0/24,east,190,1,50\n" }
            await #expect(throws: LatencyTable.Faults.self) {
                try await service.take(table: Array((table + "10.1.99.0/24,nowhere,3,1,1\n").utf8))
            }
            #expect(await service.latencyMeasurements().isEmpty)
            #expect(try await service.take(table: Array(table.utf8)) == 40)
            #expect(try await scene.region(service, "www", "10.1.3.9") == "west")
            let beliefs = await service.latencyBeliefs(of: try #require(IPAddress("10.1.3.9")))
            #expect(beliefs.map(\.basis) == [.network, .network] && beliefs[0].samples == 50)
            // What was exported means the same where it is imported.
            let exported = LatencyTable.render(await service.latencyMeasurements())
            let other = try await scene.service()
            #expect(try await other.take(table: Array(exported.utf8)) == 40)
            #expect(try await scene.region(other, "www", "10.1.3.9") == "west")
            let summary = await service.latencySummary()
            #expect(summary?.networks == 20)
            await other.stop()
            await service.stop()
        }

        @Test func trialsGoRoundWithTheTimeOfDay() async throws {
            let scene = try Scene()
            let service = try await scene.service(trialShare: 0.01)
            let first = await service.trials
            scene.seconds.withLock { $0 += 10 }
            #expect(await service.trials != first)
            await service.learn()
            #expect(await service.decisions.trials == service.trials)
            await service.stop()
        }
    }
}

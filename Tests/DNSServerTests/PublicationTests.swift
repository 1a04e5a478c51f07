import Addressing
import Authority
import DNSServer
import DNSWire
import Geography
import NIOPosix
import Steering
import Testing
import ZoneFile

extension ServerTests {
    /// What is served is replaced while clients ask as fast as they are answered. Every query is answered, wholly from
    /// one of the states published, in the order of publication, and each state is seen by every client.
    @Suite struct PublicationTests {
        /// Four clients, so that with two workers each has some to answer.
        private static let clientCount = 4
        private static let client = IPAddress(v4: 0x7F00_0001)

        private static let questions: [[UInt8]] = [
            message("www", .a), message("www", .aaaa), message("www", .a, subnet: [10, 1, 0]),
            message("www", .a, subnet: [10, 2, 0]), message("share", .a, subnet: [10, 1, 0]), message("many", .a),
            message("@", .mx), message("missing", .a), message("x.wild", .txt),
        ]

        /// Zone files in which every record of a version has its number, so that a mixture of two would show.
        private static func zone(_ version: Int) -> String {
            """
            $TTL 300
            @       SOA     ns1 hostmaster \(version) 7200 900 1209600 60
            @       NS      ns1
            @       MX      \(version) mail
            ns1     A       192.0.2.\(version)
            mail    A       192.0.2.\(version)
            many    A       192.0.2.\(version)
            many    A       198.51.100.\(version)
            many    A       203.0.113.\(version)
            *.wild  TXT     "\(version)"
            eu      REGION  at=53.34,-6.26 covers=EU capacity=100
            eu      A       192.0.2.\(version)
            eu      A       198.51.100.\(version)
            eu      AAAA    2001:db8:1::\(version)
            us      REGION  at=39.04,-77.49 covers=US capacity=100
            us      A       203.0.113.\(version)
            us      AAAA    2001:db8:2::\(version)
            www     STEER   geo eu us
            share   STEER   weighted eu=50 us=50

            """
        }

        /// 10.1.0.0/16 and 127.0.0.0/8 are in Europe and 10.2.0.0/16 in America, or the other way round.
        private static func atlas(isSwapped: Bool) -> Atlas {
            Atlas { add in
                for (number, text) in ["10.1.0.0/16", "127.0.0.0/8", "10.2.0.0/16"].enumerated() {
                    if let prefix = IPPrefix(text) { add(prefix, (number == 2) != isSwapped ? 1 : 0) }
                }
                return [
                    Location(continent: .europe, coordinates: GeoPoint(latitude: 53, longitude: -6)),
                    Location(continent: .northAmerica, coordinates: GeoPoint(latitude: 39, longitude: -77)),
                ]
            }
        }

        @Test func zonesAndGeographyAreReplacedUnderLoad() async throws {
            let folder = try TemporaryFolder()
            try folder.write(Self.zone(1), to: "example.com.zone")
            let service = try await ZoneService(
                loader: ZoneLoader([folder.path]),
                atlas: Self.atlas(isSwapped: false),
                group: .singleton,
                logger: LogRecorder().logger
            )
            try await Self.check(service.publisher, changes: 24) { number in
                if number % 2 == 0 {
                    await service.replaceAtlas(Self.atlas(isSwapped: number % 4 == 0))
                } else {
                    try folder.write(Self.zone(number + 1), to: "example.com.zone")
                    #expect(await service.reload())
                }
            }
            await service.stop()
        }

        /// Many networks are sent elsewhere with each change, as proxies measure now this and now that.
        @Test func whatIsMeasuredIsPublishedUnderLoad() async throws {
            let scene = try LatencyServiceTests.Scene()
            let service = try await scene.service()
            let questions = [
                Self.message("www", .a, subnet: [10, 1, 3]), Self.message("near", .a, subnet: [10, 1, 3]),
            ]
            try await Self.check(service.publisher, asking: questions, changes: 12, publishesOnce: false) { number in
                let isFlipped = number % 2 == 1
                let wanted = isFlipped ? "west" : "east"
                for _ in 0..<60 where try await scene.region(service, "www", "10.1.3.9") != wanted {
                    try await scene.report(
                        service,
                        west: isFlipped ? 90 : 160,
                        east: isFlipped ? 160 : 30,
                        networks: 256
                    )
                }
                #expect(try await scene.region(service, "www", "10.1.3.9") == wanted)
            }
            await service.stop()
        }

        @Test func healthAndLoadChangeUnderLoad() async throws {
            let outcome = ZoneFileReader.read(Array(Self.zone(1).utf8), path: "example.com.zone")
            let zone = try #require(outcome.zone)
            let fleet = Fleet(ControlRecords(zones: [zone]))
            let rules = Dictionary(uniqueKeysWithValues: fleet.rules.map { ($0.name, $0.index) })
            let zones = try ZoneCompiler.compile([zone], rules: rules)
            let map = SteeringMap(fleet: fleet, atlas: Self.atlas(isSwapped: false))
            var health = FleetHealth(allHealthy: fleet)
            var decisions = SteeringDecisions(map: map, health: health)
            func snapshot(_ generation: UInt64) throws -> Snapshot {
                let steering = try SteerData(zones, decisions)
                return Snapshot(zones: zones, steering: steering, controlAccess: [], generation: generation)
            }
            let publisher = SnapshotPublisher(try snapshot(1))
            let (eu, us) = (fleet.regions[0], fleet.regions[1])
            try await Self.check(publisher, changes: 24) { number in
                // Each of the eight states of a cycle differs from the one before in some answer.
                switch number % 8 {
                case 1: health.set(.unhealthy, region: eu, position: 0)
                case 2: health.set(.unhealthy, region: eu)
                case 3: health.set(.healthy, region: eu)
                case 4: health.set(shed: 1, region: eu)
                case 5: health.set(shed: 0, region: eu)
                case 6: health.set(.unhealthy, region: us)
                case 7: health.set(.drained, region: eu)
                default:
                    health.set(.healthy, region: us)
                    health.set(.none, region: eu)
                }
                decisions = decisions.updated(for: health)
                publisher.publish(try snapshot(UInt64(number + 1)))
            }
        }

        /// Serves from a publisher, changes what it has so many times, and checks what the clients saw.
        ///
        /// - Parameters:
        ///   - publishesOnce: whether each change is published in one go.
        ///   - change: makes the change with a number, from 1.
        private static func check(
            _ publisher: SnapshotPublisher,
            asking questions: [[UInt8]] = questions,
            changes: Int,
            publishesOnce: Bool = true,
            _ change: (Int) async throws -> Void
        ) async throws {
            let endpoint = try #require(Endpoint("127.0.0.1:\(ListeningSocket.freePort())"))
            let server = try await NameServer.start([endpoint], workers: 2, publisher: publisher, group: .singleton)
            let clients = try (0..<clientCount).map { _ in try LoadClient(endpoint, asking: questions) }
            for client in clients { client.start() }
            var expected = questions.map { [answer($0, from: publisher.current)] }
            for number in 0...changes {
                if number > 0 {
                    try await change(number)
                    for (index, question) in questions.enumerated() {
                        let next = answer(question, from: publisher.current)
                        if expected[index].last != next { expected[index].append(next) }
                    }
                }
                for client in clients { #expect(await client.hasAskedAnew()) }
            }
            let publications = publisher.generation
            #expect(publishesOnce ? publications == UInt64(changes + 1) : publications > UInt64(changes))
            for client in clients {
                let tally = await client.stop()
                #expect(tally.answered == tally.asked)
                #expect(tally.strange == 0)
                #expect(tally.seen == expected)
            }
            // What was seen was worth the test.
            #expect(expected.map(\.count).max() ?? 0 > changes / 2)
            #expect(server.counts.received == server.counts.sent)
            server.retire()
        }

        /// What a snapshot says to a question, without the ID.
        private static func answer(_ question: [UInt8], from snapshot: Snapshot) -> [UInt8] {
            var responder = Responder(snapshot)
            var room = [UInt8](repeating: 0, count: Responder.udpBufferSize)
            var response = room.mutableSpan
            let length = responder.respond(to: question.span, from: client, over: .udp, at: 1, into: &response)
            return Array(room[2..<max(2, length)])
        }

        /// A query of example.com, with a client subnet of 24 bits if given.
        private static func message(_ name: String, _ type: RRType, subnet: [UInt8]? = nil) -> [UInt8] {
            let origin = (try? DomainName("example.com")) ?? .root
            let name = (try? DomainName(presentation: Array(name.utf8), origin: origin)) ?? .root
            var message: [UInt8] = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, subnet == nil ? 0 : 1] + name.wire
            message.append(uint16: type.rawValue)
            message.append(uint16: RRClass.in.rawValue)
            guard let subnet else { return message }
            return message + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0] + subnet
        }
    }
}

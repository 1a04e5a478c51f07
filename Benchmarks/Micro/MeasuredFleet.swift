import Addressing
import Authority
import DNSWire
import Geography
import Steering
import Telemetry
import ZoneFile

/// Nine regions, and 140,000 networks whose round trips were measured from all of them. At most a quarter of the networks
/// are like their country, so more than 100,000 have an answer of their own: what it takes to publish that all of these
/// are to go elsewhere.
struct MeasuredFleet {
    private let zones: ZoneData
    private let fleet: Fleet
    private let atlas: Atlas
    private let places: AreaPlaces
    /// What is believed before and after the change.
    private let models: [LatencyModel]

    /// So many networks only have an answer of their own.
    struct TooFew: Error { var count: Int }

    private static let networkCount = 140_000
    private static let leastCount = 100_000
    /// Reports of each network, so many that what they say is believed.
    private static let reports = 3
    private static let points = [
        "39,-77", "50,8", "1,103", "-23,-46", "-26,28", "22,114", "48,2", "59,18", "19,-99",
    ]

    init(_ atlas: Atlas) throws {
        self.atlas = atlas
        places = AreaPlaces(atlas.locations)
        var text = "$TTL 60\n@ SOA ns1 host 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n"
        for (index, point) in Self.points.enumerated() {
            text += "r\(index) REGION at=\(point)\nr\(index) A 192.0.2.\(index)\n"
        }
        text += "www STEER latency " + Self.points.indices.map { "r\($0)" }.joined(separator: " ") + "\n"
        let outcome = ZoneFileReader.read(Array(text.utf8), path: "fleet", origin: try DomainName("fleet.test"))
        guard let zone = outcome.zone else { throw ServedZone.Fault(findings: outcome.findings) }
        let fleet = Fleet(ControlRecords(zones: [zone]))
        self.fleet = fleet
        zones = try ZoneCompiler.compile([zone], rules: [try DomainName("www.fleet.test"): 0])
        models = [0, 1].map { Self.model(fleet, atlas, shift: $0) }
        let count = publish(0)
        guard count >= Self.leastCount else { throw TooFew(count: count) }
    }

    /// The networks differ in which of the first four regions is nearest; with `shift` it is another one for each.
    private static func model(_ fleet: Fleet, _ atlas: Atlas, shift: Int) -> LatencyModel {
        var model = LatencyModel()
        let numbers = fleet.regions.map { model.number(of: $0) }
        for time in 1...reports {
            for number in 0..<networkCount {
                let prefix = ClientPrefix(IPAddress(v4: UInt32(number) * 30_000))
                let location = atlas.lookup(prefix.address).location
                for region in numbers.indices {
                    let place = region < 4 ? (number + region + shift) % 4 : region
                    let microseconds = Float(200_000 + 40_000 * place)
                    let digest = RoundTripDigest(
                        count: UInt32(time * 10),
                        minimum: 1000,
                        centre: microseconds,
                        deviation: 1000,
                        recent: microseconds,
                        lastSeen: 0
                    )
                    guard let digest else { continue }
                    model.observe(digest, of: prefix, at: location, by: numbers[region], age: 0, now: UInt32(time))
                }
            }
        }
        return model
    }

    /// Makes what would be published after the change with a number.
    ///
    /// - Returns: how many networks are ranked by themselves.
    func publish(_ number: Int) -> Int {
        let atlas = atlas
        let trials = TrialWindow(period: number, share: 0.01)
        let view = models[number % 2].view(of: fleet, at: UInt32(Self.reports + 1), places: places, trials: trials) {
            atlas.lookup($0).location
        }
        let map = SteeringMap(fleet: fleet, atlas: atlas, latency: view)
        let decisions = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet), trials: trials)
        return (try? SteerData(zones, decisions)) == nil ? 0 : view.exceptionCount
    }
}

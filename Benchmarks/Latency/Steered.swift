import Addressing
import DNSWire
import Steering
import Telemetry
import ZoneFile

/// One way of steering the world's clients, with everything it learns.
struct Steered {
    /// What it is called in tables and plots.
    let title: String
    private let world: World
    private let fleet: Fleet
    private let rule: Rule
    private let learns: Bool
    private let trialShare: Double
    private let places: AreaPlaces
    private var model = LatencyModel()
    private var view = LatencyView.empty
    private let numbers: [Int]
    private var tables: [RoundTripTable]
    private var versions: [UInt64]
    private var decisions: SteeringDecisions
    private var settled: SteeringDecisions

    /// - Parameters:
    ///   - policy: `nearest`, `geo` or `latency`: one of the names of ``World/records()``.
    ///   - trialShare: the share of clients that try a region, 0...1.
    init(_ title: String, _ policy: String, trialShare: Double = 0, world: World, seed: UInt64) throws {
        self.title = title
        self.world = world
        fleet = Fleet(try world.records())
        guard let rule = fleet.rule(named: try DomainName("\(policy).example.test")) else {
            throw EvaluationError("no policy is called \(policy)")
        }
        self.rule = rule
        learns = policy == "latency"
        self.trialShare = trialShare
        places = AreaPlaces(world.atlas.locations)
        var model = LatencyModel()
        numbers = fleet.regions.map { model.number(of: $0) }
        self.model = model
        tables = world.regions.indices.map { RoundTripTable(capacity: world.networks.count, seed: seed &+ UInt64($0)) }
        versions = Array(repeating: 0, count: world.regions.count)
        decisions = SteeringDecisions(
            map: SteeringMap(fleet: fleet, atlas: world.atlas),
            health: FleetHealth(allHealthy: fleet)
        )
        settled = decisions
    }

    /// The networks that are not like their countries.
    var exceptionCount: Int { view.exceptionCount }

    /// Where a client of a network goes, and where it would go if nothing were tried.
    func region(for network: Int) -> (actual: Int, settled: Int) {
        let address = world.networks[network].address
        func region(_ decisions: SteeringDecisions) -> Int {
            let resolution = decisions.resolve(rule: rule.index, address)
            return decisions.answers(of: rule)[resolution.answer].regions.first ?? 0
        }
        return (region(decisions), region(settled))
    }

    /// A proxy measured a round trip, in milliseconds.
    mutating func measured(_ milliseconds: Double, from network: Int, at region: Int, now: UInt32) {
        guard learns else { return }
        tables[region].add(UInt32(milliseconds * 1000), from: ClientPrefix(world.networks[network].address), at: now)
    }

    /// The name server asks the proxies what is new and steers by it from now on.
    ///
    /// - Parameter period: counts the times that this was done.
    mutating func takeReports(period: Int, now: UInt32) {
        guard learns else { return }
        let atlas = world.atlas
        for region in tables.indices {
            for entry in tables[region].changes(since: versions[region]).entries {
                model.observe(
                    entry.digest,
                    of: entry.prefix,
                    at: atlas.lookup(entry.prefix.address).location,
                    by: numbers[region],
                    age: now - min(entry.digest.lastSeen, now),
                    now: now
                )
            }
            versions[region] = tables[region].version
        }
        model.refit(places: places)
        let trials = TrialWindow(period: period, share: trialShare)
        view = model.view(of: fleet, replacing: view, at: now, places: places, trials: trials) {
            atlas.lookup($0).location
        }
        let map = SteeringMap(fleet: fleet, atlas: atlas, latency: view)
        settled = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
        decisions = trialShare > 0 ? settled.updated(for: settled.health, trials: trials) : settled
    }
}

/// Why an evaluation cannot be made.
struct EvaluationError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

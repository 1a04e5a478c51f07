import Addressing
import DNSWire
import Geography
package import Steering
import ZoneFile

/// A generator that gives the same numbers for the same seed (SplitMix64).
package struct SimulationGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// What a random fleet is made of.
package struct FleetPlan {
    /// Regions, at least 2.
    package var regions: ClosedRange<Int> = 3...9
    /// Places where clients are.
    package var places: ClosedRange<Int> = 8...24
    /// Networks whose clients ask together.
    package var clients = 1200
    /// Name servers; each is asked by a part of the clients.
    package var servers = 1
    /// All demand over all capacity.
    package var fill: ClosedRange<Double> = 0.4...0.95
    /// The greatest demand of a client over the total.
    package var greatestClient = 0.003

    package init() {}

    /// A fleet in which every name may be answered from every region, with demand that does not lie where capacity
    /// does, nor where addresses do.
    package func simulation(
        seed: UInt64,
        settings: CapacitySettings = CapacitySettings()
    ) throws -> FleetSimulation {
        var generator = SimulationGenerator(seed: seed)
        let count = Int.random(in: regions, using: &generator)
        let capacities = (0..<count).map { _ in Double.random(in: 200...1000, using: &generator) }
        let names = try (0..<count).map { try DomainName("r\($0).example.com") }
        let entries = capacities.indices.map { index in
            RegionEntry(
                record: RegionRecord(
                    name: names[index],
                    location: Self.point(&generator),
                    check: .tcp(port: nil),
                    capacity: capacities[index]
                ),
                addresses: [IPAddress(v4: 0xC000_0200 | UInt32(index))]
            )
        }
        let steers = try Self.steers(names, &generator)
        let fleet = Fleet(ControlRecords(regions: entries, steers: steers))
        let placeCount = Int.random(in: places, using: &generator)
        let locations = (0..<placeCount).map { _ in Location(coordinates: Self.point(&generator)) }
        // Each place has a /8; how much of it is known to be there differs.
        let atlas = Atlas { add in
            for place in locations.indices {
                let address = IPAddress(v4: UInt32(place + 1) << 24)
                let length = Int.random(in: 8...12, using: &generator)
                if let network = IPPrefix(address, length: length) { add(network, place) }
            }
            return locations
        }
        let popularity = locations.map { _ in Double.random(in: 0...1, using: &generator) }
        var clients: [FleetSimulation.Client] = []
        while clients.count < self.clients {
            let place = Int.random(in: 0..<placeCount, using: &generator)
            let host = UInt32.random(in: 0..<1 << 20, using: &generator)
            let size = Double.random(in: 0...1, using: &generator)
            let keeps = FleetSimulation.ticksPerInterval * FleetSimulation.memory
            clients.append(
                FleetSimulation.Client(
                    address: IPAddress(v4: UInt32(place + 1) << 24 | host),
                    rule: Int.random(in: 0..<steers.count, using: &generator),
                    demand: popularity[place] * size * size,
                    server: Int.random(in: 0..<servers, using: &generator),
                    asksAt: Int.random(in: -keeps + 1...0, using: &generator),
                    keeps: Int.random(in: 0..<20, using: &generator) == 0 ? keeps * 3 / 2 : keeps
                )
            )
        }
        let fill = Double.random(in: self.fill, using: &generator)
        let total = capacities.reduce(0, +) * fill
        for _ in 0..<3 {
            let sum = clients.reduce(0) { $0 + $1.demand }
            for index in clients.indices {
                clients[index].demand = min(clients[index].demand * total / sum, total * greatestClient)
            }
        }
        return FleetSimulation(
            map: SteeringMap(fleet: fleet, atlas: atlas),
            capacities: capacities,
            clients: clients,
            serverCount: servers,
            settings: settings
        )
    }

    private static func point(_ generator: inout SimulationGenerator) -> GeoPoint? {
        GeoPoint(
            latitude: .random(in: -55...65, using: &generator),
            longitude: .random(in: -180...180, using: &generator)
        )
    }

    private static func steers(_ names: [DomainName], _ generator: inout SimulationGenerator) throws -> [SteerRecord] {
        let policies: [SteerRecord.Policy] = [.nearest, .geo, .failover, .weighted]
        return try (0..<Int.random(in: 1...3, using: &generator)).map { number in
            let policy = number == 0 ? .nearest : policies.randomElement(using: &generator) ?? .nearest
            let usesPlace = policy == .nearest || policy == .geo
            return SteerRecord(
                name: try DomainName("www\(number).example.com"),
                policy: policy,
                members: names.shuffled(using: &generator).map {
                    SteerRecord.Member(region: $0, weight: UInt32.random(in: 1...5, using: &generator))
                },
                within: usesPlace && Bool.random(using: &generator) ? .kilometres(1500) : nil
            )
        }
    }
}

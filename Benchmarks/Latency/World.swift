import Addressing
import DNSWire
import Geography
import Glibc
import Steering
import ZoneFile

/// Clients in the countries of a table of measurements, and regions in some of these countries.
///
/// The round trip between a network and a region is the table's average for the two countries, times 1 plus a normal
/// number of deviation `spread` that is the network's and the region's own, plus the network's access line: log-normal
/// with a median of 8 ms. What is less than light in fibre needs for the distance is raised to that: such averages are
/// of probes that are not where the table has them. A single connection adds what queues add: half a normal number of
/// deviation 1.5 ms, and one in fifty an exponential one of mean 40 ms. One network in a hundred is on a satellite, 550
/// ms further off.
struct World {
    /// A /24 of clients.
    struct Network {
        var address: IPAddress
        var country: CountryCode
        /// The round trip to each region in milliseconds.
        var roundTrips: [Double]

        /// The least round trip.
        var best: Double { roundTrips.min() ?? 0 }
    }

    /// The number of networks in each country.
    static let networksPerCountry = 32

    let regions: [CountryCode]
    let places: [GeoPoint]
    var networks: [Network] = []
    let atlas: Atlas
    /// By network, ascending: the share of connections from it and those before it. Busyness falls with rank to the
    /// power of 0.7.
    private var cumulative: [Double] = []

    /// A world.
    ///
    /// - Parameters:
    ///   - regions: countries that have a region.
    ///   - spread: 0...1.
    /// - Returns: `nil` when the table lacks a region's country.
    init?(_ table: RoundTripMeasurements, regions: [CountryCode], spread: Double, seed: UInt64) {
        var generator = Generator(seed: seed)
        let places = regions.compactMap { Country($0)?.coordinates }
        guard places.count == regions.count else { return nil }
        var locations: [Location] = []
        var prefixes: [(IPPrefix, Int)] = []
        for country in table.countries {
            let averages = regions.compactMap { table.roundTrip(country, $0) }
            guard averages.count == regions.count, let place = Country(country)?.coordinates else { continue }
            let location = locations.count
            locations.append(
                Location(continent: country.continent, country: country, coordinates: place)
            )
            for number in 0..<Self.networksPerCountry {
                let address = IPAddress(v4: UInt32(location + 1) << 16 | UInt32(number) << 8)
                guard let prefix = IPPrefix(address, length: 24) else { continue }
                prefixes.append((prefix, location))
                let access = exp(log(8) + 0.6 * generator.normal()) + (generator.uniform() < 0.01 ? 550 : 0)
                let roundTrips = averages.indices.map { region in
                    let path = averages[region] * (1 + spread * generator.normal())
                    return max(path, place.distance(to: places[region]) / 100, 0.5) + access
                }
                networks.append(Network(address: address, country: country, roundTrips: roundTrips))
            }
        }
        guard !networks.isEmpty else { return nil }
        self.regions = regions
        self.places = places
        atlas = Atlas { add in
            for (prefix, location) in prefixes { add(prefix, location) }
            return locations
        }
        var order = Array(networks.indices)
        order.shuffle(using: &generator)
        var weights = Array(repeating: 0.0, count: networks.count)
        for (rank, network) in order.enumerated() { weights[network] = pow(Double(rank + 1), -0.7) }
        var sum = 0.0
        let total = weights.reduce(0, +)
        cumulative = weights.map { weight in
            sum += weight / total
            return sum
        }
    }

    /// The regions, and the names `nearest`, `geo` and `latency` that are steered over them.
    func records() throws -> ControlRecords {
        let names = try regions.indices.map { try DomainName("r\($0).example.test") }
        let entries = regions.indices.map { index in
            RegionEntry(
                record: RegionRecord(
                    name: names[index],
                    location: places[index],
                    covers: regions[index].continent.map { [.continent($0)] } ?? []
                ),
                addresses: [IPAddress(v4: 0xC000_0200 | UInt32(index))]
            )
        }
        let steers = try [SteerRecord.Policy.nearest, .geo, .latency].map { policy in
            SteerRecord(
                name: try DomainName("\(policy.rawValue).example.test"),
                policy: policy,
                members: names.map { SteerRecord.Member(region: $0, weight: 1) }
            )
        }
        return ControlRecords(regions: entries, steers: steers)
    }

    /// Who connects next: an index into `networks`.
    func draw(_ generator: inout Generator) -> Int {
        let target = generator.uniform()
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < target { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What one connection measures, in milliseconds.
    func measure(_ network: Int, _ region: Int, _ generator: inout Generator) -> Double {
        var sample = networks[network].roundTrips[region] + abs(generator.normal()) * 1.5
        if generator.uniform() < 0.02 { sample += generator.exponential() * 40 }
        return sample
    }
}

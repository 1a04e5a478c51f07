import Geography
import Glibc

/// Runs the ways of steering side by side over the same connections.
struct Evaluation {
    /// What is found out about one way at one time.
    struct Point {
        /// Connections for each network so far, on average.
        var connections: Double
        var mean: Double
        var p90: Double
        var p99: Double
    }

    /// A way of steering with what it was worth.
    struct Row {
        var title: String
        /// Over time.
        var points: [Point]
        /// Over the whole first half.
        var early = Regret()
        /// Over the whole second half.
        var late = Regret()
    }

    /// What became of one country whose best region got slower by 100 ms, and later as fast as before.
    struct Cut {
        var country: CountryCode
        /// Connections of the country in an interval, on average.
        var connectionsPerInterval: Double
        /// Seconds from the change until the country's mean regret was below a fifth of the change; `nil` if never.
        var secondsToLeave: Int?
        /// Seconds from the repair until the mean regret was below that again; `nil` if never.
        var secondsToReturn: Int?
    }

    static let intervalSeconds = 10

    /// - Parameters:
    ///   - connectionsPerNetwork: on average.
    ///   - intervals: between two reports of the proxies.
    static func run(
        _ world: World,
        ways: [Steered],
        connectionsPerNetwork: Double,
        intervals: Int,
        seed: UInt64
    ) -> [Row] {
        var ways = ways
        var rows = ways.map { Row(title: $0.title, points: []) }
        var generator = Generator(seed: seed)
        let perInterval = Int(connectionsPerNetwork * Double(world.networks.count)) / intervals
        var now: UInt32 = 0
        for interval in 0..<intervals {
            var regrets = Array(repeating: Regret(), count: ways.count)
            for _ in 0..<perInterval {
                let network = world.draw(&generator)
                let noise = generator.next()
                for way in ways.indices {
                    let (actual, settled) = ways[way].region(for: network)
                    let roundTrips = world.networks[network].roundTrips
                    let regret = roundTrips[actual] - world.networks[network].best
                    regrets[way].add(regret, trialCost: roundTrips[actual] - roundTrips[settled])
                    let half = interval < intervals / 2 ? \Row.early : \Row.late
                    rows[way][keyPath: half].add(regret, trialCost: roundTrips[actual] - roundTrips[settled])
                    var own = Generator(seed: noise)
                    ways[way].measured(world.measure(network, actual, &own), from: network, at: actual, now: now)
                }
            }
            now += UInt32(intervalSeconds)
            for way in ways.indices {
                ways[way].takeReports(period: interval, now: now)
                rows[way].points.append(
                    Point(
                        connections: Double((interval + 1) * perInterval) / Double(world.networks.count),
                        mean: regrets[way].mean,
                        p90: regrets[way].quantile(0.9),
                        p99: regrets[way].quantile(0.99)
                    )
                )
            }
        }
        return rows
    }

    /// Slows the path from one country to the region that is best for it by 100 ms, once all is learned, and repairs it
    /// two hours later.
    static func cut(_ world: World, _ way: Steered, connectionsPerNetwork: Double, intervals: Int, seed: UInt64) -> Cut?
    {
        var (world, way) = (world, way)
        var generator = Generator(seed: seed)
        let perInterval = Int(connectionsPerNetwork * Double(world.networks.count)) / intervals
        guard let (country, best) = victim(world) else { return nil }
        let affected = world.networks.indices.filter { world.networks[$0].country == country }
        var now: UInt32 = 0
        var connections = 0
        var leaving: Int?
        var returning: Int?
        let repair = intervals + 7200 / intervalSeconds
        for interval in 0..<(repair + 7200 / intervalSeconds) {
            if interval == intervals { for network in affected { world.networks[network].roundTrips[best] += 100 } }
            if interval == repair { for network in affected { world.networks[network].roundTrips[best] -= 100 } }
            var regret = Regret()
            for _ in 0..<perInterval {
                let network = world.draw(&generator)
                let actual = way.region(for: network).actual
                if world.networks[network].country == country {
                    connections += 1
                    regret.add(world.networks[network].roundTrips[actual] - world.networks[network].best, trialCost: 0)
                }
                way.measured(world.measure(network, actual, &generator), from: network, at: actual, now: now)
            }
            now += UInt32(intervalSeconds)
            way.takeReports(period: interval, now: now)
            let isGood = regret.mean < 20 && !regret.samples.isEmpty
            if isGood, interval >= intervals, interval < repair, leaving == nil {
                leaving = (interval - intervals) * intervalSeconds
            }
            if isGood, interval >= repair, returning == nil { returning = (interval - repair) * intervalSeconds }
        }
        return Cut(
            country: country,
            connectionsPerInterval: Double(connections) / Double(repair + 7200 / intervalSeconds),
            secondsToLeave: leaving,
            secondsToReturn: returning
        )
    }

    /// The country whose second best region is nearest to its best: staying would hurt its clients most.
    private static func victim(_ world: World) -> (CountryCode, region: Int)? {
        var sums: [CountryCode: [Double]] = [:]
        for network in world.networks {
            let sum = sums[network.country] ?? Array(repeating: 0, count: world.regions.count)
            sums[network.country] = zip(sum, network.roundTrips).map(+)
        }
        let margins = sums.sorted { $0.key < $1.key }.compactMap { country, sum -> (CountryCode, Int, Double)? in
            let order = sum.indices.sorted { sum[$0] < sum[$1] }
            guard let first = order.first, order.count > 1 else { return nil }
            return (country, first, sum[order[1]] - sum[first])
        }
        return margins.min { $0.2 < $1.2 }.map { ($0.0, $0.1) }
    }
}

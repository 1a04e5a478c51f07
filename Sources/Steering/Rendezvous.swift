import DNSWire
import Glibc

/// Weighted rendezvous hashing of buckets of clients onto regions.
///
/// Every bucket goes to the region with the greatest -w/ln(h), where w is the region's weight and h in (0, 1) is a
/// hash of bucket and region. So a region that is lost moves only its own buckets, and a weight that changes by a few
/// percent of the whole moves that many. For each region h takes each of its 4,096 values once (the hash of a bucket
/// is a permutation that the region's name picks), which holds shares closer to the weights than independent draws.
struct Rendezvous {
    /// The number of buckets, a power of two.
    static let bucketCount = 4096

    /// As many buckets as are compared at a time: the costs of one cache line.
    private typealias Costs = SIMD16<Float>

    private static let blockCount = bucketCount / Costs.scalarCount

    /// -ln(h) of each bucket, region after region: the cost of a region of weight 1.
    private var costs: [Costs] = []
    /// By candidate: where its costs begin; `nil` until they are needed.
    private var starts: [Int?]
    private let seeds: [UInt64]

    /// -ln((k + 0.5) / 4096) for each k.
    private static let logarithms: [Float] = (0..<bucketCount).map {
        Float(-log((Double($0) + 0.5) / Double(bucketCount)))
    }

    init(_ regions: [Region], _ groups: [Group] = []) {
        seeds = (regions.map(\.name) + groups.map(\.name)).map { name in
            // FNV-1a, then mixed: the place of a region depends on its name alone.
            mix(name.canonicalWire.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        }
        starts = Array(repeating: nil, count: seeds.count)
    }

    /// What each bucket gets.
    ///
    /// - Parameters:
    ///   - shares: regions without repetition, fractions greater than 0; at least one.
    ///   - values: what stands for each share in the result.
    /// - Returns: 4,096 of the values.
    mutating func assign(_ shares: [Selection.Share], as values: [UInt16]) -> [UInt16] {
        // In the order of the seeds, so that equal costs are settled the same way whatever the order of the regions.
        let order = shares.indices.sorted { seeds[shares[$0].region] < seeds[shares[$1].region] }
        let runners = order.map { index in
            (
                start: start(of: shares[index].region),
                scale: Float(1 / shares[index].fraction),
                value: UInt32(values[index])
            )
        }
        var assigned = [UInt16](repeating: 0, count: Self.bucketCount)
        for block in 0..<Self.blockCount {
            var least = Costs(repeating: .infinity)
            var winners = SIMD16<UInt32>(repeating: 0)
            for runner in runners {
                let cost = costs[runner.start + block] * runner.scale
                let isLess = cost .< least
                least.replace(with: cost, where: isLess)
                winners.replace(with: runner.value, where: isLess)
            }
            let values = SIMD16<UInt16>(truncatingIfNeeded: winners)
            for lane in 0..<Costs.scalarCount { assigned[block * Costs.scalarCount + lane] = values[lane] }
        }
        return assigned
    }

    /// Computes the costs of a region ahead, so that copies of this value have them.
    mutating func prepare(_ region: Int) { _ = start(of: region) }

    private mutating func start(of region: Int) -> Int {
        if let known = starts[region] { return known }
        let seed = seeds[region]
        let start = costs.count
        starts[region] = start
        for block in 0..<Self.blockCount {
            var line = Costs()
            for lane in 0..<Costs.scalarCount {
                line[lane] = Self.logarithms[Self.permute(block * Costs.scalarCount + lane, seed)]
            }
            costs.append(line)
        }
        return start
    }

    /// A permutation of 0..<4096 chosen by `seed`: rounds of adding, multiplying by an odd number and folding.
    private static func permute(_ value: Int, _ seed: UInt64) -> Int {
        var value = UInt64(value)
        var key = seed
        for _ in 0..<4 {
            key = mix(key)
            value = (value &+ key) & 0xFFF
            value = (value &* (key >> 20 | 1)) & 0xFFF
            value ^= value >> 5
        }
        return Int(value)
    }
}

/// A bijection of 64-bit integers in which every bit of the result depends on every bit of the argument (the output
/// function of the SplitMix64 generator).
func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
}

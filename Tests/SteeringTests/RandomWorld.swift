import Addressing
import DNSWire
import Geography
import Testing
import ZoneFile

@testable import Steering

/// A random fleet with rules of every policy on a random atlas, in random health.
struct RandomWorld {
    var fleet: Fleet
    var atlas: Atlas
    var health: FleetHealth
    /// Addresses at the edges of the networks that matter.
    var interesting: [IPAddress]

    private static let labels = (0..<8).map { "r\($0)" }
    private static let embedded = ["::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "2001::/32"].compactMap {
        IPPrefix($0)
    }

    init(_ generator: inout SeededGenerator) throws {
        let locations = try Self.locations(&generator)
        var networks: [IPPrefix] = []
        for index in 0..<120 { networks.append(try Self.network(&generator, v6: index % 2 == 0)) }
        atlas = Atlas { add in
            for network in networks { add(network, .random(in: 0..<locations.count, using: &generator)) }
            return locations
        }
        let regions = try Self.regions(&generator)
        fleet = Fleet(ControlRecords(regions: regions, steers: try Self.steers(&generator)))
        health = FleetHealth(allHealthy: fleet)
        for region in fleet.regions {
            if Int.random(in: 0..<4, using: &generator) == 0 { health.set(.unhealthy, region: region) }
            if Int.random(in: 0..<6, using: &generator) == 0 { health.set(shed: 0.3, region: region) }
        }
        interesting = (networks + Self.embedded).flatMap { network -> [IPAddress] in
            let host = UInt128(network.address.family.bitWidth - network.length)
            let (first, last) = (
                network.address.bits, network.address.bits | (host == 0 ? 0 : UInt128.max >> (128 - host))
            )
            return [first, last, first &- 1, last &+ 1].map { Self.address($0, network.address.family) }
        }
    }

    /// Changes what is known of one region, or what the operator says of it.
    mutating func changeHealth(_ generator: inout SeededGenerator) {
        guard let region = fleet.regions.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<11, using: &generator) {
        case 10:
            let shares = [0, 0, 0.4, 1]
            health.set(
                shed: 0.2,
                towards: (0...fleet.regions.count).map { _ in shares.randomElement(using: &generator) ?? 0 },
                region: region
            )
        case 0:
            health.set(AdministrativeState.allCases.randomElement(using: &generator) ?? .none, region: region)
        case 1:
            health.set(.none, region: region)
        case 2:
            health.set(shed: [0.0002, 0.3, 0.9999, 1].randomElement(using: &generator) ?? 0, region: region)
        case 3:
            health.set(shed: 0, region: region)
        case 4:
            health.set([.unknown, .unhealthy].randomElement(using: &generator) ?? .unknown, region: region)
        default:
            let states: [AddressHealth] = [.healthy, .healthy, .unhealthy, .unknown]
            let position = Int.random(in: 0..<3, using: &generator)
            health.set(states.randomElement(using: &generator) ?? .unknown, region: region, position: position)
        }
    }

    /// An address of a network.
    static func address(in network: IPPrefix, _ generator: inout SeededGenerator) -> IPAddress {
        let host = UInt128(network.address.family.bitWidth - network.length)
        let random = UInt128.random(in: 0...UInt128.max, using: &generator)
        return address(network.address.bits | (host == 0 ? 0 : random >> (128 - host)), network.address.family)
    }

    private static func address(_ bits: UInt128, _ family: IPAddress.Family) -> IPAddress {
        family == .v4 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits)
    }

    private static func network(_ generator: inout SeededGenerator, v6: Bool) throws -> IPPrefix {
        // Few distinct leading bits, so that networks nest and meet.
        if v6 {
            let bases: [UInt128] = [0x2001 << 112, 0x2002 << 112, 0x2a00 << 112, 0]
            let base = bases[.random(in: 0..<4, using: &generator)]
            let bits = base | UInt128.random(in: 0...0xFF_FFFF, using: &generator) << 88
            return try #require(IPPrefix(IPAddress(v6: bits), length: .random(in: 2...48, using: &generator)))
        }
        let bits =
            UInt32.random(in: 0...3, using: &generator) << 30 | UInt32.random(in: 0...0xFFFF, using: &generator) << 8
        return try #require(IPPrefix(IPAddress(v4: bits), length: .random(in: 1...28, using: &generator)))
    }

    private static func locations(_ generator: inout SeededGenerator) throws -> [Location] {
        let codes = try ["US", "GB", "DE", "IN", "BR"].map { try Samples.country($0) }
        return (0..<20).map { _ in
            Location(
                continent: Continent.allCases.randomElement(using: &generator),
                country: codes.randomElement(using: &generator),
                coordinates: Int.random(in: 0..<4, using: &generator) == 0
                    ? nil
                    : GeoPoint(
                        latitude: .random(in: -60...60, using: &generator),
                        longitude: .random(in: -180...180, using: &generator)
                    )
            )
        }
    }

    private static func regions(_ generator: inout SeededGenerator) throws -> [RegionEntry] {
        let continents = Continent.allCases
        return try labels.indices.map { index in
            var covers: [Area] = []
            if index % 2 == 0 { covers.append(.continent(continents[index % continents.count])) }
            if index % 3 == 0 { covers.append(.network(try network(&generator, v6: index % 2 == 0))) }
            var entry = try Samples.region(
                labels[index],
                at: (.random(in: -60...60, using: &generator), .random(in: -180...180, using: &generator)),
                covers: covers
            )
            // One region has no address at all.
            entry.addresses = (0..<(index == 7 ? 0 : 1 + index % 3)).map { IPAddress(v4: UInt32(index * 16 + $0)) }
            return entry
        }
    }

    private static func steers(_ generator: inout SeededGenerator) throws -> [SteerRecord] {
        var steers: [SteerRecord] = []
        for policy in SteerRecord.Policy.allCases {
            for variant in 0..<4 {
                let overrides = try (0..<variant).map {
                    let network = try network(&generator, v6: $0 == 0)
                    return (network.description, labels.randomElement(using: &generator) ?? "r0")
                }
                let members = labels.shuffled(using: &generator).prefix(.random(in: 1...8, using: &generator)).map {
                    policy == .weighted ? "\($0)=\(Int.random(in: 0...3, using: &generator))" : $0
                }
                let resorts: [SteerRecord.WhenDown] = [
                    .all, .all, .none, .region(try Samples.name(labels.randomElement(using: &generator) ?? "r0")),
                ]
                steers.append(
                    try Samples.steer(
                        policy,
                        members,
                        name: "\(policy.rawValue)\(variant)",
                        answers: Bool.random(using: &generator) ? nil : 1,
                        within: variant % 2 == 1 ? .kilometres(3000) : nil,
                        whenDown: resorts.randomElement(using: &generator) ?? .all,
                        overrides: overrides
                    )
                )
            }
        }
        for number in 0..<10 {
            let policy = SteerRecord.Policy.allCases.filter { $0 != .all }[number % 5]
            let names = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                steers.filter { $0.policy != .all || Bool.random(using: &generator) }.randomElement(using: &generator)
                    .flatMap { $0.name.labels.first.map { String(decoding: $0, as: UTF8.self) } } ?? "r0"
            }
            let members = (names + labels.shuffled(using: &generator).prefix(2)).shuffled(using: &generator).map {
                policy == .weighted ? "\($0)=\(Int.random(in: 0...3, using: &generator))" : $0
            }
            let network = try network(&generator, v6: number % 2 == 0).description
            steers.append(
                try Samples.steer(
                    policy,
                    members,
                    name: "composed\(number)",
                    answers: Bool.random(using: &generator) ? nil : 2,
                    within: number % 3 == 0 ? .kilometres(3000) : nil,
                    whenDown: number % 4 == 0 ? .region(try Samples.name(names[0])) : .all,
                    overrides: number % 2 == 0 ? [(network, names[0])] : []
                )
            )
        }
        return steers
    }
}

package import DNSWire
package import Steering

/// What operators have ordered of regions, and which regions are on their way out of the answers.
///
///                    drain                 the longest TTL has passed
///     by the checks ───────> draining ──────────────────────────────────> drained
///        ↑  ↑                   │                                            │
///        │  └───── undrain ─────┴────────────────────────────────────────────┘
///        └──────── auto ─────── forced up, forced down <──── force, from any state
///
/// An order goes before what the zone file says (`state=`), and that before the checks. Pure: the time is passed in,
/// and what is kept across restarts are moments, not what is left of them.
package struct RegionOrders: Hashable, Sendable {
    /// One order.
    package struct Order: Hashable, Sendable, Codable {
        /// What was ordered.
        package enum Kind: String, Hashable, Sendable, Codable {
            case drain
            case up
            case down
        }

        package var kind: Kind
        /// Who ordered it: a user of this machine, or an address.
        package var by: String
        package var at: Timestamp
        /// Why; empty when nothing was said.
        package var reason: String
        /// When a draining region counts as drained.
        package var drainedAt: Timestamp?

        package init(_ kind: Kind, by: String, at: Timestamp, reason: String = "", drainedAt: Timestamp? = nil) {
            self.kind = kind
            self.by = by
            self.at = at
            self.reason = reason
            self.drainedAt = drainedAt
        }
    }

    /// The orders in force.
    package private(set) var orders: [DomainName: Order] = [:]
    /// When the regions that the zone file has as draining count as drained.
    package private(set) var zoneDrains: [DomainName: Timestamp] = [:]
    /// The states that are frozen, so that a restart does not take the regions out that are kept.
    package var freeze: KeptFreeze?

    package init() {}

    // MARK: - Orders

    /// Takes a region out of the answers in two steps. One that is draining or drained already keeps its time.
    ///
    /// - Parameter expiry: when the last answer given until now has left the caches.
    package mutating func drain(_ region: DomainName, by: String, reason: String, at now: Timestamp, expiry: Timestamp)
    {
        let former = orders[region].flatMap { $0.kind == .drain ? $0.drainedAt : nil }
        orders[region] = Order(.drain, by: by, at: now, reason: reason, drainedAt: former ?? max(now, expiry))
    }

    /// Makes a region up or down whatever the checks and the zone file say.
    package mutating func force(_ region: DomainName, isUp: Bool, by: String, reason: String, at now: Timestamp) {
        orders[region] = Order(isUp ? .up : .down, by: by, at: now, reason: reason)
    }

    /// Takes the order back.
    ///
    /// - Returns: the order, if there was one.
    @discardableResult
    package mutating func lift(_ region: DomainName) -> Order? {
        orders.removeValue(forKey: region)
    }

    // MARK: - The zone file

    /// Takes in which regions the zone file has as draining: their time begins when they are seen so first.
    ///
    /// - Parameter draining: with the moment when the last answer given until now has left the caches.
    package mutating func follow(draining: [DomainName: Timestamp]) {
        zoneDrains = draining.reduce(into: [:]) { drains, entry in
            drains[entry.key] = zoneDrains[entry.key] ?? entry.value
        }
    }

    // MARK: - State

    /// The state of a region.
    ///
    /// - Parameter assigned: what the zone file says.
    package func state(of region: DomainName, assigned: AdministrativeState, at now: Timestamp) -> AdministrativeState {
        switch orders[region]?.kind {
        case .up: .forcedUp
        case .down: .forcedDown
        case .drain: hasPassed(orders[region]?.drainedAt, now) ? .drained : .draining
        case nil: assigned == .draining && hasPassed(zoneDrains[region], now) ? .drained : assigned
        }
    }

    /// When a draining region counts as drained; `nil` for one that is not draining.
    package func drainedAt(_ region: DomainName, assigned: AdministrativeState) -> Timestamp? {
        if let order = orders[region] { return order.drainedAt }
        return assigned == .draining ? zoneDrains[region] : nil
    }

    /// The next moment at which some state changes by itself.
    package func nextChange(after now: Timestamp) -> Timestamp? {
        let moments = orders.values.compactMap(\.drainedAt) + zoneDrains.values
        return moments.filter { $0 > now }.min()
    }

    private func hasPassed(_ moment: Timestamp?, _ now: Timestamp) -> Bool { moment.map { $0 <= now } ?? false }
}

extension RegionOrders: Codable {
    private enum Key: String, CodingKey {
        case orders
        case zoneDrains = "zone-drains"
        case freeze
    }

    /// Reads what ``encode(to:)`` writes; names that are none are an error.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        orders = try Self.named(container, .orders)
        zoneDrains = try Self.named(container, .zoneDrains)
        freeze = try container.decodeIfPresent(KeptFreeze.self, forKey: .freeze)
    }

    /// Two objects by region name, and what is frozen.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Dictionary(uniqueKeysWithValues: orders.map { ($0.description, $1) }), forKey: .orders)
        let drains = Dictionary(uniqueKeysWithValues: zoneDrains.map { ($0.description, $1) })
        try container.encode(drains, forKey: .zoneDrains)
        try container.encodeIfPresent(freeze, forKey: .freeze)
    }

    private static func named<Value: Decodable>(
        _ container: KeyedDecodingContainer<Key>,
        _ key: Key
    ) throws -> [DomainName: Value] {
        let values = try container.decodeIfPresent([String: Value].self, forKey: key) ?? [:]
        return try values.reduce(into: [:]) { named, entry in
            guard let name = try? DomainName(entry.key) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: container,
                    debugDescription: "'\(entry.key)' is no name"
                )
            }
            named[name] = entry.value
        }
    }
}

package import DNSWire
import ZoneFile

/// What the checks say of one proxy address.
package enum AddressHealth: UInt8, Sendable, Hashable {
    /// Not enough results yet.
    case unknown
    /// Up.
    case healthy
    /// Down.
    case unhealthy
}

/// What the operator says of a region, which goes before what the checks say.
package enum AdministrativeState: String, Sendable, Hashable, CaseIterable {
    /// Nothing: the checks decide.
    case none
    /// About to leave the answers: it still takes clients, and answers that can hold it live as short as they may, so
    /// that few are left in caches when it is drained.
    case draining
    /// Takes no clients.
    case drained
    /// Up whatever the checks say.
    case forcedUp = "forced-up"
    /// Down whatever the checks say.
    case forcedDown = "forced-down"
}

extension AdministrativeState {
    /// What a zone file says.
    init(_ state: RegionRecord.State?) {
        self =
            switch state {
            case nil: .none
            case .draining: .draining
            case .drained: .drained
            case .up: .forcedUp
            case .down: .forcedDown
            }
    }
}

/// What the addresses of a region amount to.
enum RegionCondition: UInt8, Sendable, Hashable {
    /// Nothing leads to it.
    case noAddresses
    /// Nothing is known of any address.
    case unknown
    /// Fewer addresses are known to be up than must be.
    case unhealthy
    /// Some addresses are known to be up, and enough.
    case degraded
    /// All addresses are up.
    case healthy

    /// - Parameter required: how many addresses must be up, at least 1.
    init(_ addresses: [AddressHealth], required: Int) {
        let up = addresses.count { $0 == .healthy }
        self =
            if addresses.isEmpty {
                .noAddresses
            } else if up >= required {
                up == addresses.count ? .healthy : .degraded
            } else {
                addresses.contains(.unhealthy) ? .unhealthy : .unknown
            }
    }
}

/// Everything that changes from second to second and decides, with a ranking, where clients go.
package struct FleetHealth: Hashable, Sendable {
    /// By region index and position in ``Region/addresses``.
    package private(set) var addresses: [[AddressHealth]]
    /// By region index and position in ``Region/addresses``: when that could change.
    private(set) var outlooks: [[Outlook]]
    /// By region index.
    package private(set) var administrative: [AdministrativeState]
    /// By region index: the share of its clients that a region sends on for want of capacity, 0...1.
    package private(set) var shed: [Double]
    /// By region index: that share by where the clients go next, for each region index; its own stands for regions of
    /// the same tie band, and one more element for clients who have nowhere else to go. Empty where it is the same
    /// wherever they go.
    package private(set) var spill: [[Double]]
    /// By region index: what its addresses amount to.
    private(set) var conditions: [RegionCondition]
    /// By region index: why it is answered as before though the checks fail, where it is.
    package private(set) var kept: [Keeping?]

    /// Before the first check: addresses that are never checked are healthy, the others unknown.
    package init(unchecked fleet: Fleet) {
        self.init(fleet) { $0.isChecked ? .unknown : .healthy }
    }

    /// Every address healthy.
    package init(allHealthy fleet: Fleet) {
        self.init(fleet) { _ in .healthy }
    }

    private init(_ fleet: Fleet, state: (Region) -> AddressHealth) {
        addresses = fleet.regions.map { Array(repeating: state($0), count: $0.addresses.count) }
        outlooks = fleet.regions.map { Array(repeating: $0.outlook(state($0)), count: $0.addresses.count) }
        conditions = zip(addresses, fleet.regions).map { RegionCondition($0, required: $1.requiredCount) }
        administrative = fleet.regions.map(\.assigned)
        shed = Array(repeating: 0, count: fleet.regions.count)
        spill = Array(repeating: [], count: fleet.regions.count)
        kept = Array(repeating: nil, count: fleet.regions.count)
    }

    /// Sets the state of one address.
    ///
    /// - Parameters:
    ///   - position: in the region's `addresses`; one out of range is ignored.
    ///   - outlook: when the state could change; `nil` for as soon as it can when it has been so for a while.
    package mutating func set(_ state: AddressHealth, outlook: Outlook? = nil, region: Region, position: Int) {
        guard addresses.indices.contains(region.index), addresses[region.index].indices.contains(position) else {
            return
        }
        addresses[region.index][position] = state
        outlooks[region.index][position] = outlook ?? region.outlook(state)
        conditions[region.index] = RegionCondition(addresses[region.index], required: region.requiredCount)
    }

    /// Sets the state of all addresses of a region.
    package mutating func set(_ state: AddressHealth, region: Region) {
        for position in region.addresses.indices { set(state, region: region, position: position) }
    }

    /// Has a region answered as before, though its checks fail.
    ///
    /// - Parameter positions: of the addresses that were up before; where they are not enough for the region to be up,
    ///   all are taken to have been.
    package mutating func keep(_ region: Region, because reason: Keeping, positions: [Int]) {
        guard kept.indices.contains(region.index) else { return }
        for position in positions { set(.healthy, region: region, position: position) }
        if !conditions[region.index].isUp { set(.healthy, region: region) }
        kept[region.index] = reason
    }

    /// By name: whether a region that is checked is up; those of which nothing is known yet are left out.
    package func sight(of fleet: Fleet) -> [DomainName: Bool] {
        var sight: [DomainName: Bool] = [:]
        for region in fleet.regions where region.isChecked && conditions.indices.contains(region.index) {
            switch conditions[region.index] {
            case .healthy, .degraded: sight[region.name] = true
            case .unhealthy: sight[region.name] = false
            case .noAddresses, .unknown: break
            }
        }
        return sight
    }

    /// Sets what the operator says of a region.
    package mutating func set(_ state: AdministrativeState, region: Region) {
        guard administrative.indices.contains(region.index) else { return }
        administrative[region.index] = state
    }

    /// Sets the share of its clients that a region sends on, clamped to 0...1, wherever they go next.
    package mutating func set(shed share: Double, region: Region) {
        set(shed: share, towards: [], region: region)
    }

    /// Sets the share of its clients that a region sends on, clamped to 0...1.
    ///
    /// - Parameters:
    ///   - share: of all its clients together; with 0 it sends nobody on.
    ///   - towards: by the index of the region that clients go to next, see ``spill``; empty for `share` everywhere.
    package mutating func set(shed share: Double, towards: [Double], region: Region) {
        guard shed.indices.contains(region.index), !share.isNaN, !towards.contains(where: \.isNaN),
            towards.isEmpty || towards.count == shed.count + 1
        else { return }
        shed[region.index] = min(max(share, 0), 1)
        spill[region.index] = shed[region.index] > 0 ? towards.map { min(max($0, 0), 1) } : []
    }

    /// Has no region send anyone on.
    mutating func clearSpill() {
        for region in shed.indices where shed[region] > 0 {
            shed[region] = 0
            spill[region] = []
        }
    }

    /// The share that a region sends on of those clients who would go to `next`.
    func shed(of region: Int, next: Waterfall.Next) -> Double {
        let profile = spill[region]
        if profile.isEmpty { return shed[region] }
        return switch next {
        case .peers: profile[region]
        case .region(let next): profile[next]
        case .nobody: profile[profile.count - 1]
        }
    }
}

extension FleetHealth {
    /// The state of a region in words: what the operator says, else what the checks say.
    package func description(of region: Region) -> String {
        if administrative[region.index] != .none { return administrative[region.index].rawValue }
        if kept[region.index] != nil { return "kept" }
        let states = addresses[region.index]
        return switch conditions[region.index] {
        case .noAddresses: "no addresses"
        case .unknown: "unknown"
        case .unhealthy:
            states.contains(.healthy)
                ? "unhealthy (\(states.count { $0 == .healthy }) of \(states.count))" : "unhealthy"
        case .degraded: "healthy (\(states.count { $0 == .healthy }) of \(states.count))"
        case .healthy: "healthy"
        }
    }
}

import DNSWire
import Steering

/// What a name server tells others of its own checks, `GET /checks`: never what was agreed, so that nothing that one
/// says comes back to it.
package struct PeerView: Codable, Hashable, Sendable {
    /// A number that another process does not have, so that a name server notices when it asks itself.
    package var instance: UInt64
    /// By absolute name: whether the region is up; those of which nothing is known yet are left out.
    package var regions: [String: Bool]
    /// By absolute name: the share of its clients that a region sends on for want of capacity, where it does.
    package var shares: [String: Double]

    package init(instance: UInt64, regions: [String: Bool], shares: [String: Double]) {
        self.instance = instance
        self.regions = regions
        self.shares = shares
    }
}

extension PeerView {
    /// What own checks say.
    ///
    /// - Parameters:
    ///   - health: by the checks alone.
    ///   - shed: by region index: the share sent on.
    init(instance: UInt64, _ fleet: Fleet, _ health: FleetHealth, shed: [Double]) {
        self.init(instance: instance, regions: [:], shares: [:])
        for (name, isUp) in health.sight(of: fleet) { regions[name.description] = isUp }
        for region in fleet.regions where shed.indices.contains(region.index) && shed[region.index] > 0 {
            shares[region.name.description] = shed[region.index]
        }
    }

    /// By region: whether it is up, of those regions that are in `fleet`.
    func sight(of fleet: Fleet) -> [DomainName: Bool] {
        var sight: [DomainName: Bool] = [:]
        for region in fleet.regions { sight[region.name] = regions[region.name.description] }
        return sight
    }

    /// By region index: the share sent on, 0 where nothing usable is said.
    func shares(of fleet: Fleet) -> [Double] {
        fleet.regions.map { region in
            let share = shares[region.name.description] ?? 0
            return share.isFinite ? min(max(share, 0), 1) : 0
        }
    }
}

package import Addressing

/// The addresses of one answer, the families apart.
package struct AnswerSet: Hashable, Sendable {
    /// The IPv4 addresses for A, in the order written.
    package var v4: [IPAddress] = []
    /// The IPv6 addresses for AAAA, in the order written.
    package var v6: [IPAddress] = []
    /// Indices of the regions they come from.
    package var regions: [Int] = []
    /// Whether it is given to few clients, to learn how far the region is; then it is to be kept for no longer than
    /// need be.
    package var isTrial = false

    /// The addresses of regions that may be answered.
    ///
    /// - Parameters:
    ///   - chosen: the regions, best first.
    ///   - limit: addresses of each family at most; `nil` for all.
    ///   - disregardsHealth: whether unhealthy addresses stay in.
    init(_ chosen: some Sequence<Region>, health: FleetHealth, limit: Int?, disregardsHealth: Bool) {
        for region in chosen {
            regions.append(region.index)
            let states = health.addresses[region.index]
            // A region forced up without a healthy address answers with all of them.
            let takesAll = disregardsHealth || !states.contains(.healthy)
            for (address, state) in zip(region.addresses, states) where takesAll || state == .healthy {
                switch address.family {
                case .v4: if v4.count < limit ?? .max { v4.append(address) }
                case .v6: if v6.count < limit ?? .max { v6.append(address) }
                }
            }
        }
    }

    /// What stands for the answers of a group: no address, and its number as that of a region.
    init(group: Int) { regions = [group] }

    /// No address at all.
    init() {}

    /// The same with so many addresses of each family at most.
    func limited(to limit: Int?) -> AnswerSet {
        guard let limit else { return self }
        var answer = self
        answer.v4 = Array(v4.prefix(limit))
        answer.v6 = Array(v6.prefix(limit))
        return answer
    }
}

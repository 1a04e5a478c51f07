package import Addressing
package import DNSWire
package import Geography

/// How a name is answered from the regions, as its STEER record says.
package struct SteerRecord: Hashable, Sendable {
    /// The order in which regions are preferred.
    package enum Policy: String, CaseIterable, Sendable, Hashable {
        /// The first healthy region in the order given.
        case failover
        /// By weight; a client network keeps its region while the weights stand.
        case weighted
        /// The region that covers the client's place, else the nearest.
        case geo
        /// The least great-circle distance.
        case nearest
        /// The least round trip, measured where it is known, else estimated from the distance.
        case latency
        /// Every healthy region.
        case all
    }

    /// A region in the list, with its weight for the `weighted` policy.
    package struct Member: Hashable, Sendable {
        package var region: DomainName
        /// 0...65535; 1 when not said. A region of weight 0 is used only when all others are down.
        package var weight: UInt32

        package init(region: DomainName, weight: UInt32 = 1) {
            self.region = region
            self.weight = weight
        }
    }

    /// How close to the best a region must be to share its clients: the value of `within=`.
    package enum Tolerance: Hashable, Sendable {
        /// `within=5ms`, for `latency`.
        case time(Duration)
        /// `within=300km`, for `nearest` and `geo`.
        case kilometres(Double)
    }

    /// What is answered when no region is healthy: the value of `when-down=`.
    package enum WhenDown: Hashable, Sendable {
        /// As if every region were healthy: better a try than nothing.
        case all
        /// No address.
        case none
        /// The addresses of this region, healthy or not.
        case region(DomainName)
    }

    /// A network that goes to a region whatever the policy says: `net=203.0.113.0/24:eu-west`.
    package struct NetworkOverride: Hashable, Sendable {
        package var network: IPPrefix
        package var region: DomainName

        package init(network: IPPrefix, region: DomainName) {
            self.network = network
            self.region = region
        }
    }

    /// How many steered names can stand one in the other.
    package static let maximumDepth = 4

    /// The owner name of the record.
    package var name: DomainName
    /// The policy.
    package var policy: Policy
    /// The regions in the order written; at least one.
    package var members: [Member]
    /// `answers=N`: addresses in one answer at most; `nil` for all of the chosen region.
    package var answers: Int?
    /// `within=`
    package var within: Tolerance?
    /// `fence=AREA,...`: the answer never leaves these areas; empty when there is no fence.
    package var fence: [Area]
    /// `when-down=`
    package var whenDown: WhenDown
    /// `ttl-min=`: the seconds below which health never takes the TTL; `nil` when not said.
    package var minimumTTL: UInt32?
    /// `net=NETWORK:REGION`, may repeat; the longest match wins.
    package var overrides: [NetworkOverride]

    package init(
        name: DomainName,
        policy: Policy,
        members: [Member],
        answers: Int? = nil,
        within: Tolerance? = nil,
        fence: [Area] = [],
        whenDown: WhenDown = .all,
        minimumTTL: UInt32? = nil,
        overrides: [NetworkOverride] = []
    ) {
        self.name = name
        self.policy = policy
        self.members = members
        self.answers = answers
        self.within = within
        self.fence = fence
        self.whenDown = whenDown
        self.minimumTTL = minimumTTL
        self.overrides = overrides
    }

    /// Everything it names as a region: members, those of `net=`, that of `when-down=`.
    package var namedRegions: [DomainName] {
        var names = members.map(\.region) + overrides.map(\.region)
        if case .region(let name) = whenDown { names.append(name) }
        return names
    }
}

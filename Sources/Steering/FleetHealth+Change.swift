extension FleetHealth {
    /// What a change of health did to a region, the lesser first.
    enum Change: UInt8, Comparable, Sendable {
        /// Nothing.
        case none
        /// Other addresses of it are up, which is no reason to send its clients elsewhere.
        case addresses
        /// Whether clients may be sent there, or how many, is not as it was.
        case standing

        static func < (lesser: Change, greater: Change) -> Bool { lesser.rawValue < greater.rawValue }
    }

    /// By region index: what is different from `before`, which is of the same fleet.
    func changes(since before: FleetHealth) -> [Change] {
        conditions.indices.map { region in
            let isAsGood =
                conditions[region] == before.conditions[region]
                || conditions[region].isUp && before.conditions[region].isUp
            let isAsBefore =
                isAsGood && administrative[region] == before.administrative[region]
                && shed[region] == before.shed[region]
                && spill[region] == before.spill[region]
            guard isAsBefore else { return .standing }
            return addresses[region] == before.addresses[region] ? .none : .addresses
        }
    }
}

extension RegionCondition {
    /// Whether some address is known to be up.
    var isUp: Bool { self == .healthy || self == .degraded }
}

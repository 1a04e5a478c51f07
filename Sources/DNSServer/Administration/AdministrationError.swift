package import DNSWire

/// Why a question has no answer or an order is not carried out.
package enum AdministrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A region that is in no zone, and those that are.
    case noSuchRegion(String, regions: [String])
    /// A name without STEER record, and some that have one.
    case notSteered(DomainName, steered: [DomainName])
    /// Nothing was ordered of the region.
    case noOrder(String)
    /// The region is not drained but forced.
    case isForced(String, isUp: Bool)
    /// No states are frozen.
    case notFrozen

    package var description: String {
        switch self {
        case .noSuchRegion(let name, let regions):
            if regions.isEmpty {
                "no region '\(name)'; the zones have none"
            } else if let close = closestMatch(to: name, in: regions) {
                "no region '\(name)'; did you mean '\(close)'?"
            } else {
                "no region '\(name)'; the regions are: \(regions.prefix(50).joined(separator: " "))"
            }
        case .notSteered(let name, let steered):
            if steered.isEmpty {
                "\(name.readable) is not steered, and no name in these zones is"
            } else {
                "\(name.readable) has no STEER record; the steered names are: "
                    + steered.map(\.readable).joined(separator: " ")
            }
        case .noOrder(let region): "nothing is ordered of \(region), so there is nothing to take back"
        case .isForced(let region, let isUp):
            "\(region) is not drained but forced \(isUp ? "up" : "down"); tern force \(region) auto takes that back"
        case .notFrozen: "nothing is frozen: the checks decide already"
        }
    }
}

/// Why a region is answered as before although this name server's checks of it fail.
package enum Keeping: Hashable, Sendable {
    /// Most regions failed at once, so this name server may be cut off; see ``PartitionGuard``.
    case partitionSuspected
    /// Not enough name servers see it down: so many of those who have a say see it up.
    case disagreement(up: Int, of: Int)
    /// Too few other name servers can be asked, so this one may be cut off.
    case alone

    /// The text for people, after "unhealthy by the checks, but answered as before: ".
    package var text: String {
        switch self {
        case .partitionSuspected: "most regions failed at once, so this name server may be cut off"
        case .disagreement(let up, let total): "\(up) of \(total) name servers asked see it up"
        case .alone: "too few other name servers can be asked, so this one may be cut off"
        }
    }
}

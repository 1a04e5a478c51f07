import Addressing
import Geography
import ZoneFile

extension Ranker {
    /// Why a region stands where it does in the ranking that begins with `head`.
    ///
    /// - Parameters:
    ///   - vantage: what the head was ranked from.
    ///   - network: the smallest network named by any rule or region that holds the client.
    func reasons(
        for region: Region,
        weight: UInt32,
        head: RankingHead,
        vantage: borrowing Vantage,
        network: IPPrefix?
    ) -> [Reason] {
        var reasons: [Reason] = []
        if head.assigned == region.index, let override = override(for: network) {
            reasons.append(.assigned(override.network))
        }
        guard let position = members.firstIndex(of: region.index) else { return reasons }
        switch policy {
        case .failover: return reasons + [.listed(position)]
        case .weighted: return reasons + [.weight(weight)]
        case .all: return reasons
        case .geo, .nearest, .latency: break
        }
        let cover = vantage.covers[region.index]
        if policy == .geo, cover.specificity > 0 { reasons.append(.covers(region.covers[Int(cover.area)])) }
        if !vantage.isLocated {
            if reasons.isEmpty { reasons.append(.clientUnlocated) }
            return reasons + [.listed(position)]
        }
        let (distance, reckoned) = (vantage.kilometres[region.index], vantage.reckoned[region.index])
        if region.location == nil {
            reasons += [.unlocated, .listed(position)]
        } else if policy == .latency {
            reasons.append(.roundTrip(kilometres: distance, reckoned: reckoned))
        } else {
            reasons.append(.distance(distance, reckoned: reckoned))
        }
        if let first = head.placements.first, !head.placements.contains(where: { $0.region == region.index }) {
            reasons.append(.follows(first.region))
        }
        return reasons
    }
}

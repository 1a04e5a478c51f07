import Addressing
import Geography
import ZoneFile

extension Ranker {
    /// Why a candidate stands where it does in the ranking that begins with `head`.
    ///
    /// - Parameters:
    ///   - vantage: what the head was ranked from.
    ///   - network: the smallest network named by any rule or region that holds the client.
    func reasons(
        for candidate: Int,
        of fleet: Fleet,
        weight: UInt32,
        head: RankingHead,
        vantage: borrowing Vantage,
        network: IPPrefix?
    ) -> [Reason] {
        var reasons: [Reason] = []
        if head.assigned == candidate, let override = override(for: network) {
            reasons.append(.assigned(override.network))
        }
        guard let position = members.firstIndex(of: candidate) else { return reasons }
        switch policy {
        case .failover: return reasons + [.listed(position)]
        case .weighted: return reasons + [.weight(weight)]
        case .all: return reasons
        case .geo, .nearest, .latency: break
        }
        let cover = vantage.covers[candidate]
        if policy == .geo, cover.specificity > 0 {
            reasons.append(.covers(fleet.regions[Int(cover.region)].covers[Int(cover.area)]))
        }
        if policy == .latency, vantage.isMeasured, vantage.expected[candidate].isFinite {
            reasons.append(.measured(vantage.expected[candidate], doubt: vantage.doubts[candidate]))
            return reasons
        }
        if !vantage.isLocated {
            if reasons.isEmpty { reasons.append(.clientUnlocated) }
            return reasons + [.listed(position)]
        }
        let (distance, reckoned) = (vantage.kilometres[candidate], vantage.reckoned[candidate])
        if !reckoned.isFinite {
            reasons += [.unlocated, .listed(position)]
        } else if policy == .latency {
            reasons.append(.roundTrip(kilometres: distance, reckoned: reckoned))
        } else {
            reasons.append(.distance(distance, reckoned: reckoned))
        }
        if let nearest = vantage.nearest(of: candidate) { reasons.append(.by(nearest)) }
        if let first = head.placements.first, !head.placements.contains(where: { $0.region == candidate }) {
            reasons.append(.follows(first.region))
        }
        return reasons
    }
}

import ZoneFile

/// The regions of one rule that are still candidates for the clients of one ranking, and how they came to be.
///
/// The filters run in the order of ``Filter``; fence and policy order do not depend on health and are in the
/// ranking already. Each filter is one method that removes or regroups candidates and leaves its reason.
struct Selection {
    /// A region or group that may still be answered.
    struct Candidate: Hashable, WaterfallPlace {
        /// The number of the candidate.
        var region: Int
        /// Its share among the candidates of its band, before capacity.
        var weight: Double
        /// Regions of one band share clients; lower bands go first.
        var band: Int
        /// The part of its share that it keeps: less than 1 when it is short of capacity.
        var kept = 1.0
    }

    /// A region that takes clients, and what part of them.
    struct Share: Hashable {
        var region: Int
        /// Greater than 0; the shares of a selection add up to 1.
        var fraction: Double
    }

    /// The candidates, best first.
    private(set) var candidates: [Candidate]
    /// What the filters said, in the order they said it; empty unless asked for.
    private(set) var verdicts: [Verdict] = []
    /// Who takes the clients; empty when there is no answer. For the `all` policy everyone with an equal share.
    private(set) var shares: [Share] = []
    /// Whether all addresses are answered, because nothing is known to be healthy.
    private(set) var disregardsHealth = false
    /// Whether the answer holds the addresses of all shares instead of one.
    let answersAll: Bool

    /// Below this a share has not even one bucket.
    private static let leastShare = 0.5 / Double(Rendezvous.bucketCount)

    private let givesReasons: Bool

    /// Runs the filters.
    ///
    /// - Parameter givesReasons: whether `verdicts` are wanted; they change nothing but take time.
    init(_ rule: Rule, _ ranking: Ranking, _ health: CandidateHealth, givesReasons: Bool = false) {
        self.givesReasons = givesReasons
        answersAll = rule.record.policy == .all && !ranking.isAssigned
        candidates = []
        candidates.reserveCapacity(ranking.order.count)
        let isWeighted = rule.record.policy == .weighted
        // Where places do not order regions, they all stand in one band.
        let isOneBand = isWeighted || rule.record.policy == .all
        var band = 0
        for (position, region) in ranking.order.enumerated() {
            if position == Int(ranking.bandEnds[band]) { band += 1 }
            let isAssigned = ranking.isAssigned && position == 0
            candidates.append(
                Candidate(
                    region: Int(region),
                    weight: isWeighted && !isAssigned ? Double(rule.weight(of: Int(region))) : 1,
                    band: isOneBand && !isAssigned ? 1 : band
                )
            )
        }
        let ranked = candidates
        applyAdministrativeState(health)
        let permitted = candidates.isEmpty ? ranked : candidates
        applyHealth(health)
        if candidates.isEmpty {
            applyLastResort(rule.lastResort, permitted.filter { health.conditions[$0.region] != .noAddresses })
        }
        reserveWeightless()
        applyCapacity(health)
        formTieBand()
        pick()
    }

    // MARK: - Filters

    /// Removes what the operator took out.
    private mutating func applyAdministrativeState(_ health: CandidateHealth) {
        remove(.administrativeState) { candidate in
            let state = health.administrative[candidate.region]
            return state.isOut ? .administrative(state) : nil
        }
        for candidate in candidates where health.administrative[candidate.region] == .draining {
            note(candidate, .administrativeState, .administrative(.draining))
        }
    }

    /// Removes the regions of which no address is known to be up; while nothing at all is known, none.
    private mutating func applyHealth(_ health: CandidateHealth) {
        let nothingIsKnown = candidates.allSatisfy {
            health.conditions[$0.region] == .unknown || health.conditions[$0.region] == .noAddresses
        }
        disregardsHealth = nothingIsKnown
        remove(.health) { candidate in
            let isForced = health.administrative[candidate.region] == .forcedUp
            return switch health.conditions[candidate.region] {
            case .healthy, .degraded: nil
            case .noAddresses: .noAddresses
            case .unknown: isForced || nothingIsKnown ? nil : .notCheckedYet
            case .unhealthy: isForced ? nil : Self.unhealthy(candidate, health)
            }
        }
        guard givesReasons else { return }
        for candidate in candidates {
            let count = health.count(of: candidate.region)
            let reason: Reason =
                if health.administrative[candidate.region] == .forcedUp {
                    .administrative(.forcedUp)
                } else if nothingIsKnown {
                    .nothingCheckedYet
                } else if let keeping = health.keeping(candidate.region) {
                    .kept(keeping)
                } else {
                    .healthy(count.up, of: count.total, isGroup: candidate.region >= health.regions.addresses.count)
                }
            note(candidate, .health, reason)
        }
    }

    /// Why an unhealthy candidate is.
    private static func unhealthy(_ candidate: Candidate, _ health: CandidateHealth) -> Reason {
        guard candidate.region < health.regions.addresses.count else { return .unhealthy }
        let count = health.count(of: candidate.region)
        return count.up == 0 ? .unhealthy : .tooFewHealthy(count.up, of: count.total)
    }

    /// What is answered when nothing is usable.
    private mutating func applyLastResort(_ lastResort: Rule.LastResort, _ permitted: [Candidate]) {
        disregardsHealth = true
        switch lastResort {
        case .none:
            return
        case .all:
            candidates = permitted
            for candidate in candidates { note(candidate, .health, .lastResort) }
        case .region(let region):
            candidates = [Candidate(region: region, weight: 1, band: 0)]
            for candidate in candidates { note(candidate, .health, .namedLastResort) }
        }
    }

    /// Sets the regions of weight 0 aside unless nothing else is left; then they share equally.
    private mutating func reserveWeightless() {
        if candidates.contains(where: { $0.weight > 0 }) {
            remove(.policy) { $0.weight > 0 ? nil : .reserve }
        } else {
            for index in candidates.indices { candidates[index].weight = 1 }
        }
    }

    /// Notes what part of its clients a region has to send on.
    private mutating func applyCapacity(_ health: CandidateHealth) {
        guard !answersAll else { return }
        for index in candidates.indices {
            let next = Waterfall.next(after: index, in: candidates)
            let share = health.shed(of: candidates[index].region, next: next)
            guard share > 0 else { continue }
            candidates[index].kept = 1 - share
            note(candidates[index], .capacity, .sheds(share))
        }
    }

    /// Notes who stands with the best.
    private mutating func formTieBand() {
        guard !answersAll, let first = candidates.first else { return }
        let tied = candidates.count { $0.band == first.band }
        guard tied > 1 else { return }
        for candidate in candidates.prefix(tied) { note(candidate, .tieBand, .tied) }
    }

    /// Shares the clients out as ``Waterfall`` says. When all bands together cannot keep everyone, what they keep sets
    /// the proportion.
    private mutating func pick() {
        if answersAll {
            shares = candidates.map { Share(region: $0.region, fraction: 1 / Double(candidates.count)) }
            for candidate in candidates { note(candidate, .pick, .everyRegion) }
            return
        }
        _ = Waterfall.share(over: candidates, least: Self.leastShare, kept: { candidates[$0].kept }) {
            index,
            _,
            fraction in
            shares.append(Share(region: candidates[index].region, fraction: fraction))
        }
        let total = shares.reduce(0) { $0 + $1.fraction }
        if total == 0, let first = candidates.first {
            shares = [Share(region: first.region, fraction: 1)]
        }
        for index in shares.indices where total > 0 { shares[index].fraction /= total }
        guard givesReasons else { return }
        for candidate in candidates {
            let share = shares.first { $0.region == candidate.region }?.fraction
            note(candidate, .pick, share.map { $0 == 1 ? .first : .share($0) } ?? .notNeeded)
        }
    }

    // MARK: - Reasons

    /// Removes the candidates that `reason` gives a reason for.
    private mutating func remove(_ filter: Filter, _ reason: (Candidate) -> Reason?) {
        guard candidates.contains(where: { reason($0) != nil }) else { return }
        var kept: [Candidate] = []
        kept.reserveCapacity(candidates.count)
        for candidate in candidates {
            if let reason = reason(candidate) {
                guard givesReasons else { continue }
                verdicts.append(Verdict(region: candidate.region, filter: filter, reason: reason, isRemoved: true))
            } else {
                kept.append(candidate)
            }
        }
        candidates = kept
    }

    private mutating func note(_ candidate: Candidate, _ filter: Filter, _ reason: Reason) {
        guard givesReasons else { return }
        verdicts.append(Verdict(region: candidate.region, filter: filter, reason: reason))
    }
}

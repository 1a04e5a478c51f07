package import DNSWire

/// Takes a region out of the answers only when enough name servers see it down.
///
/// Each name server tells what its own checks say, never what was agreed, so what one says does not come back to it as
/// the word of another.
///
/// | own checks | others | the region |
/// |---|---|---|
/// | up | whatever they say | is up: to let it in early costs little, and nobody can keep a healthy region out |
/// | down | enough see it down too (`need`, this one counted) | leaves |
/// | down, has left | more than half of those who have a say see it up | is back |
/// | down | fewer than `need` name servers have a say | stays as it is, for `hold` at most; then own checks decide |
/// | down | else | stays as it is |
///
/// `hold` counts from when too few could be asked. A region that is seen down the first time it is looked at was never
/// in, so it is not kept. Pure: time is passed in.
package struct PeerAgreement: Hashable, Sendable {
    /// How many must see a region down.
    package enum Need: Hashable, Sendable {
        /// More than half of all name servers, this one counted.
        case majority
        /// So many, at least 1, this one counted.
        case count(Int)
    }

    package let need: Need
    /// How long states are kept while too few can be asked.
    package let hold: Duration
    /// Since when too few can be asked.
    package private(set) var shortSince: ContinuousClock.Instant?
    /// The regions that are in the answers.
    private var isIn: Set<DomainName> = []
    /// When own checks found those down that are in.
    private var fallen: [DomainName: ContinuousClock.Instant] = [:]
    private var isOrderedOut = false

    /// - Parameter freeze: states that were kept for want of others when the process ended before this one.
    package init(need: Need, hold: Duration, restoring freeze: Freeze? = nil) {
        self.need = need
        self.hold = hold
        guard let freeze, freeze.cause == .alone else { return }
        shortSince = freeze.since
        isIn = freeze.held
    }

    /// What came of it.
    package struct Outcome: Hashable, Sendable {
        /// The regions that are kept in the answers against own checks.
        package var kept: [DomainName: Keeping] = [:]
        /// Whether own checks decide alone, since too few could be asked for so long.
        package var isOnItsOwn = false
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - own: what own checks say of each region; those of which nothing is known are left out.
    ///   - others: the same of each of the other name servers; `nil` for one that cannot be asked.
    package mutating func decide(
        own: [DomainName: Bool],
        others: [[DomainName: Bool]?],
        at now: ContinuousClock.Instant
    ) -> Outcome {
        let needed = count(of: others.count + 1)
        let present = 1 + others.count { $0 != nil }
        if present >= needed { (shortSince, isOrderedOut) = (nil, false) } else { shortSince = shortSince ?? now }
        var outcome = Outcome()
        outcome.isOnItsOwn = shortSince.map { isOrderedOut || now - $0 >= hold } ?? false
        isIn = isIn.filter { own[$0] != nil }
        fallen = fallen.filter { own[$0.key] == false }
        for (region, isUp) in own {
            guard !isUp else {
                isIn.insert(region)
                continue
            }
            let votes = others.compactMap { $0?[region] }
            let (up, voters) = (votes.count { $0 }, votes.count + 1)
            guard isIn.contains(region) else {
                guard up * 2 > voters else { continue }
                isIn.insert(region)
                outcome.kept[region] = .disagreement(up: up, of: voters)
                continue
            }
            let fell = fallen[region] ?? now
            fallen[region] = fell
            let isOver = outcome.isOnItsOwn || now - (shortSince ?? fell) >= hold
            if voters - up >= needed || (voters < needed && isOver) {
                isIn.remove(region)
            } else {
                outcome.kept[region] = voters < needed ? .alone : .disagreement(up: up, of: voters)
            }
        }
        return outcome
    }

    /// What is kept for want of others; `nil` when enough can be asked, or the time is over.
    package func freeze(_ outcome: Outcome) -> Freeze? {
        guard let shortSince, !outcome.isOnItsOwn else { return nil }
        let held = outcome.kept.keys
        return held.isEmpty ? nil : Freeze(.alone, since: shortSince, until: shortSince + hold, held: Set(held))
    }

    /// Lets own checks decide until enough others can be asked again.
    package mutating func standAlone() { isOrderedOut = true }

    /// How many of so many name servers must see a region down.
    package func count(of total: Int) -> Int {
        switch need {
        case .majority: total / 2 + 1
        case .count(let count): min(max(count, 1), total)
        }
    }
}

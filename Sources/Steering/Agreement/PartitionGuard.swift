package import DNSWire

/// Suspects this name server instead of the regions when most of them fail at once.
///
///            more than `share` of the healthy regions, of `leastRegions` at least, fail within `window`
///     watching ────────────────────────────────────────────────────────────────────────────────────> frozen
///        ↑                                                                                             │
///        └── all are back; no more than `share` are down for a `window`; `hold` has passed; an order ──┘
///
/// Regions fail by themselves now and then, but hardly most of them at the same time, where the link of the one who
/// looks at them has only to fail once. While frozen, regions that fail stay in the answers, and those that were down
/// before stay out; who recovers is up again at once. Nothing of it is about regions that fail one after another: a
/// failure counts for a `window` only. Two regions are too few to tell: when one of them fails, that is half, and when
/// both do, sending everyone to either is as good as what `when-down` does.
///
/// The time for which it may be frozen is a budget of one `hold`, which is used up while frozen and comes back while
/// most regions are healthy, second for second: regions that flap together cannot keep it frozen for more than half of
/// the time. Once it was used up, or an operator has ended it, all of it must have come back. Pure: time is passed in.
package struct PartitionGuard: Hashable, Sendable {
    /// When to suspect, and for how long.
    package struct Settings: Hashable, Sendable {
        /// The part of the healthy regions that must fail, and more; 0.1...0.99.
        package var share: Double
        /// Within what time.
        package var window: Duration
        /// For how long states are frozen at most; zero for never.
        package var hold: Duration

        package init(share: Double = 0.5, window: Duration = .seconds(30), hold: Duration = .seconds(300)) {
            self.share = share
            self.window = window
            self.hold = hold
        }
    }

    /// What happened, for the log.
    package enum Event: Hashable, Sendable {
        case began(Freeze)
        /// Further regions failed, and are kept too.
        case held([DomainName])
        /// Regions that were kept are healthy again.
        case returned([DomainName])
        case ended(Freeze, Freeze.Ending)
    }

    /// So many regions must have been healthy.
    package static let leastRegions = 3

    package let settings: Settings
    /// The states that are frozen, if any are.
    package private(set) var freeze: Freeze?
    /// By region: whether it was up when last seen.
    private var seen: [DomainName: Bool] = [:]
    /// The regions that are down now and were up before: since when.
    private var fallen: [DomainName: ContinuousClock.Instant] = [:]
    private var budget: Duration
    private var budgetAt: ContinuousClock.Instant?
    /// Whether the budget must be whole again before anything is suspected.
    private var isSpent = false
    /// Since when no more regions are held than could fail by themselves.
    private var dispersedSince: ContinuousClock.Instant?

    /// - Parameter freeze: states that were frozen when the process ended before this one.
    package init(_ settings: Settings = Settings(), restoring freeze: Freeze? = nil) {
        self.settings = settings
        budget = settings.hold
        guard settings.hold > .zero, let freeze, freeze.cause == .partition else { return }
        self.freeze = freeze
        // Who was held was up before; a region that is down when it is first looked at has failed meanwhile.
        for region in freeze.held { seen[region] = true }
    }

    /// Takes in what the checks say.
    ///
    /// - Parameter sight: whether each region is up; those of which nothing is known yet are left out.
    /// - Returns: what it means, in order.
    package mutating func observe(_ sight: [DomainName: Bool], at now: ContinuousClock.Instant) -> [Event] {
        account(until: now)
        let returned = fallen.keys.filter { sight[$0] != false }
        let fell = sight.filter { !$0.value && seen[$0.key] == true }.map(\.key)
        for region in returned { fallen[region] = nil }
        for region in fell { fallen[region] = now }
        seen = sight
        guard freeze != nil else { return suspect(at: now) }
        return follow(returned: returned, fell: fell, at: now)
    }

    /// Forgets what was seen, as others decide: the next look at the regions is the first.
    ///
    /// - Returns: what that ends.
    package mutating func standAside(at now: ContinuousClock.Instant) -> [Event] {
        account(until: now)
        (seen, fallen) = ([:], [:])
        return freeze == nil ? [] : end(.dispersed)
    }

    /// Takes the checks' word from now on, and does not suspect anything again before the regions have been healthy.
    ///
    /// - Returns: what was frozen; `nil` when nothing was.
    package mutating func unfreeze(at now: ContinuousClock.Instant) -> Freeze? {
        account(until: now)
        guard let freeze else { return nil }
        _ = end(.ordered)
        (budget, isSpent) = (.zero, true)
        return freeze
    }

    // MARK: - Parts

    private mutating func suspect(at now: ContinuousClock.Instant) -> [Event] {
        let recent = fallen.filter { now - $0.value < settings.window }
        let total = seen.values.count { $0 } + recent.count
        guard settings.hold > .zero, !isSpent, budget >= min(settings.window, settings.hold),
            total >= Self.leastRegions,
            Double(recent.count) > settings.share * Double(total)
        else { return [] }
        let freeze = Freeze(
            .partition,
            since: recent.values.min() ?? now,
            until: now + budget,
            held: Set(recent.keys),
            total: total
        )
        self.freeze = freeze
        dispersedSince = nil
        return [.began(freeze)]
    }

    private mutating func follow(
        returned: [DomainName],
        fell: [DomainName],
        at now: ContinuousClock.Instant
    ) -> [Event] {
        guard var freeze else { return [] }
        let back = returned.filter { freeze.held.contains($0) }.sorted()
        let more = fell.filter { !freeze.held.contains($0) }.sorted()
        // Also those that the zones have lost meanwhile.
        freeze.held = freeze.held.union(more).filter { seen[$0] == false }
        self.freeze = freeze
        var events: [Event] = []
        if !back.isEmpty { events.append(.returned(back)) }
        if !more.isEmpty { events.append(.held(more)) }
        let healthy = seen.values.count { $0 }
        let isMost = Double(freeze.held.count) > settings.share * Double(healthy + freeze.held.count)
        dispersedSince = isMost ? nil : dispersedSince ?? now
        if freeze.held.isEmpty {
            events += end(.healed)
        } else if now >= freeze.until {
            events += end(.expired)
            isSpent = true
        } else if let dispersedSince, now - dispersedSince >= settings.window {
            events += end(.dispersed)
        }
        return events
    }

    private mutating func end(_ ending: Freeze.Ending) -> [Event] {
        guard let freeze else { return [] }
        self.freeze = nil
        // What is down now has been so for long enough to be believed.
        fallen = [:]
        dispersedSince = nil
        return [.ended(freeze, ending)]
    }

    /// Uses the budget up while frozen, and lets it grow while most regions are healthy.
    private mutating func account(until now: ContinuousClock.Instant) {
        defer { budgetAt = now }
        guard let budgetAt, now > budgetAt else { return }
        if freeze != nil {
            budget = max(.zero, budget - (now - budgetAt))
        } else if Double(seen.values.count { !$0 }) <= settings.share * Double(seen.count) {
            budget = min(settings.hold, budget + (now - budgetAt))
            if budget == settings.hold { isSpent = false }
        }
    }
}

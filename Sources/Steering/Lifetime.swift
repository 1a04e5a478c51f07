import ZoneFile

/// How long resolvers may keep an answer, and why no longer.
package struct Lifetime: Hashable, Sendable {
    /// What sets it.
    enum Cause: Hashable, Sendable {
        /// The TTL of the record.
        case record
        /// A region of the answer is about to leave it.
        case draining(Int)
        /// The client tries a region that may be slower.
        case trial
        /// A region of the answer could be found otherwise.
        case couldChange(Int, Outlook)
        /// A region that is down could be found up, and take the clients that are sent elsewhere meanwhile.
        case couldReturn(Int, Outlook)
    }

    /// The TTL.
    package let seconds: UInt32
    let cause: Cause

    /// The least TTL of a name whose STEER record has no `ttl-min=`: shorter ones cost queries and few resolvers heed
    /// them.
    static let defaultMinimum: UInt32 = 5

    /// Why it is less than the record says; `nil` when it is not.
    ///
    /// - Parameter label: gives the name of a region.
    func text(label: (Int) -> String) -> String? {
        switch cause {
        case .record: nil
        case .trial: "as the region is tried to learn how far it is"
        case .draining(let region): "as \(label(region)) is draining"
        case .couldChange(let region, let outlook): "as \(label(region)) could change in \(outlook.seconds) s"
        case .couldReturn(let region, let outlook): "as \(label(region)) could come back in \(outlook.seconds) s"
        }
    }
}

/// What of a state of health bounds how long answers may be kept.
struct LifetimeBounds: Sendable {
    /// A region and when it could be otherwise.
    private struct Bound {
        var region: Int
        var outlook: Outlook
        /// Whether it is down.
        var isOut: Bool
    }

    /// By region.
    private let outlooks: [Outlook]
    private let isDraining: [Bool]
    /// By rule: the first of its regions that could change answers which do not hold it.
    private let others: [Bound?]

    init(_ health: FleetHealth, _ fleet: Fleet) {
        let outlooks = health.outlooks.map { $0.min() ?? .settled }
        self.outlooks = outlooks
        isDraining = health.administrative.map { $0 == .draining }
        let isOut = fleet.regions.indices.map { region in
            let state = health.administrative[region]
            return !health.conditions[region].isUp && !state.isOut && state != .forcedUp
        }
        others = fleet.rules.map { rule in
            // Where some send clients on, whoever goes down or comes back changes where to.
            let isSpilling = rule.reach.contains { health.shed[$0] > 0 }
            return rule.reach.lazy.filter { isOut[$0] || isSpilling && !health.administrative[$0].isOut }
                .map { Bound(region: $0, outlook: outlooks[$0], isOut: isOut[$0]) }
                .min { $0.outlook < $1.outlook }
        }
    }

    /// See ``SteeringDecisions/lifetime(of:_:limit:)``.
    func lifetime(of answer: AnswerSet, _ rule: Rule, limit: UInt32) -> Lifetime {
        let least = min(rule.record.minimumTTL ?? Lifetime.defaultMinimum, limit)
        if answer.isTrial, least < limit { return Lifetime(seconds: least, cause: .trial) }
        if let region = answer.regions.first(where: { isDraining[$0] }), least < limit {
            return Lifetime(seconds: least, cause: .draining(region))
        }
        var first: (outlook: Outlook, cause: Lifetime.Cause) = (.settled, .record)
        for region in answer.regions where outlooks[region] < first.outlook {
            first = (outlooks[region], .couldChange(region, outlooks[region]))
        }
        if let other = others[rule.index], other.outlook < first.outlook {
            let (region, outlook) = (other.region, other.outlook)
            first = (outlook, other.isOut ? .couldReturn(region, outlook) : .couldChange(region, outlook))
        }
        let seconds = max(first.outlook.seconds, least)
        return seconds < limit
            ? Lifetime(seconds: seconds, cause: first.cause) : Lifetime(seconds: limit, cause: .record)
    }
}

extension SteeringDecisions {
    /// How long an answer of a rule may be kept, in this state of health: the shortest time in which it could change,
    /// but no less than `ttl-min=` and no more than the record says.
    ///
    /// An answer changes when one of its regions does, or when a region that is down comes back. That other regions go
    /// down sends their clients here, and changes nothing for those who are here already, unless some region is full
    /// and sends clients on.
    ///
    /// - Parameters:
    ///   - answer: one of ``answers(of:)``.
    ///   - limit: the TTL of the record.
    package func lifetime(of answer: AnswerSet, _ rule: Rule, limit: UInt32) -> Lifetime {
        lifetimes.lifetime(of: answer, rule, limit: limit)
    }
}

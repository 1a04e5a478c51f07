import ZoneFile

/// How long resolvers may keep an answer, and why no longer.
package struct Lifetime: Hashable, Sendable {
    /// What sets it.
    enum Cause: Hashable, Sendable {
        /// The TTL of the record.
        case record
        /// A region of the answer is about to leave it.
        case draining(Int)
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
        case .draining(let region): "as \(label(region)) is draining"
        }
    }
}

extension SteeringDecisions {
    /// How long an answer of a rule may be kept, in this state of health.
    ///
    /// - Parameters:
    ///   - answer: one of ``answers(of:)``.
    ///   - limit: the TTL of the record, which is never passed.
    package func lifetime(of answer: AnswerSet, _ rule: Rule, limit: UInt32) -> Lifetime {
        let least = min(rule.record.minimumTTL ?? Lifetime.defaultMinimum, limit)
        let leaving = answer.regions.first { health.administrative[$0] == .draining }
        if let leaving, least < limit { return Lifetime(seconds: least, cause: .draining(leaving)) }
        return Lifetime(seconds: limit, cause: .record)
    }
}

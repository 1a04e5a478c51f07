package import Addressing

/// The answers of every rule under one state of health, ready to be looked up.
///
/// Made again whenever health changes, from those before; the prefix table is shared.
/// Looking up allocates nothing, takes no lock and calls no C.
package final class SteeringDecisions: Sendable {
    /// What a client of one rule gets.
    package struct Resolution: Hashable, BitwiseCopyable, Sendable {
        /// Index into ``answers(of:)``.
        package var answer: Int
        /// The length of a prefix around the client of which every address gets this answer: the SCOPE
        /// PREFIX-LENGTH of RFC 7871. 0 when the answer does not depend on the client.
        package var scope: Int
    }

    /// What is needed of a rule to look up an answer.
    private struct Entry: BitwiseCopyable, Sendable {
        /// The column of its ranker; -1 when it ranks alike for every client.
        var column: Int
        /// Where its decisions begin, one for each ranking.
        var firstDecision: Int
        /// Where its lists begin.
        var firstList: Int
        /// Whether two clients can be ranked or split apart.
        var dependsOnClient: Bool
        /// What every client gets where `dependsOnClient` does not hold.
        var steady: Resolution
    }

    /// What else is kept of a rule, for the next state of health.
    private struct Extra: BitwiseCopyable, Sendable {
        var listCount: Int
        var disregardsHealth: Bool
    }

    /// What the decisions are about.
    package let map: SteeringMap
    /// The state they were made for.
    package let health: FleetHealth
    /// The networks whose clients stay together.
    package let units: UnitNetworks
    private let table: PrefixTable
    private let entries: [Entry]
    private let decisions: [Decision]
    /// By list: the number of an answer for each bucket. Decisions for one state after another share those that stay.
    private let lists: [[UInt16]]
    /// By rule.
    private let extras: [Extra]
    private let answersOfRule: [[AnswerSet]]

    /// Decides every rule for a state of health.
    package convenience init(map: SteeringMap, health: FleetHealth, units: UnitNetworks = UnitNetworks()) {
        self.init(map, health, units, nil)
    }

    /// The decisions for another state of health: the same as if made for it from the beginning, but in the time that
    /// the difference takes.
    package func updated(for health: FleetHealth) -> SteeringDecisions {
        SteeringDecisions(map, health, units, self)
    }

    /// - Parameter before: decisions of the same map and units for another state.
    private init(_ map: SteeringMap, _ health: FleetHealth, _ units: UnitNetworks, _ before: SteeringDecisions?) {
        var maker = DecisionMaker(
            map: map,
            health: health,
            healthBefore: before?.health,
            decisionCount: before?.decisions.count ?? 0
        )
        var entries: [Entry] = []
        var answersOfRule: [[AnswerSet]] = []
        var extras: [Extra] = []
        for rule in map.fleet.rules {
            let first = map.firstAlike[rule.index]
            if first < rule.index {
                entries.append(entries[first])
                answersOfRule.append(answersOfRule[first])
                extras.append(extras[first])
                continue
            }
            let ranker = map.rankerOfRule[rule.index]
            let column = map.columnOfRanker[ranker]
            let (firstDecision, firstList) = (maker.decisions.count, maker.lists.count)
            maker.decide(rule, map.rankings[ranker], before?.decided(of: rule))
            let decision = maker.decisions[firstDecision]
            entries.append(
                Entry(
                    column: column ?? -1,
                    firstDecision: firstDecision,
                    firstList: firstList,
                    dependsOnClient: column != nil || decision.isSplit,
                    steady: Resolution(answer: decision.number, scope: 0)
                )
            )
            answersOfRule.append(maker.answers)
            extras.append(Extra(listCount: maker.lists.count - firstList, disregardsHealth: maker.disregardsHealth))
        }
        self.map = map
        self.health = health
        self.units = units
        table = map.table
        self.entries = entries
        decisions = maker.decisions
        lists = maker.lists
        self.extras = extras
        self.answersOfRule = answersOfRule
    }

    /// What was decided for a rule of the map.
    func decided(of rule: Rule) -> DecisionMaker.Decided {
        let entry = entries[rule.index]
        let rankingCount = map.rankings[map.rankerOfRule[rule.index]].count
        return DecisionMaker.Decided(
            decisions: decisions[entry.firstDecision..<(entry.firstDecision + rankingCount)],
            lists: lists[entry.firstList..<(entry.firstList + extras[rule.index].listCount)],
            answers: answersOfRule[rule.index],
            disregardsHealth: extras[rule.index].disregardsHealth
        )
    }

    /// The distinct answers that a rule may give in this state of health, which is what a server renders: first those
    /// of its regions, which keep their places from state to state.
    package func answers(of rule: Rule) -> [AnswerSet] { answersOfRule[rule.index] }

    /// Whether two clients can be ranked or split apart by a rule; if not, every scope is 0.
    package func dependsOnClient(_ rule: Rule) -> Bool { entries[rule.index].dependsOnClient }

    // MARK: - Lookup

    /// The answer for a client.
    ///
    /// - Parameter rule: index into ``Fleet/rules``.
    package func resolve(rule: Int, _ address: IPAddress) -> Resolution {
        switch address.family {
        case .v4: resolve(rule: rule, v4: UInt32(truncatingIfNeeded: address.bits))
        case .v6: resolve(rule: rule, v6: address.bits)
        }
    }

    /// The answer for an IPv4 client.
    ///
    /// - Parameters:
    ///   - rule: index into ``Fleet/rules``.
    ///   - address: in host order.
    package func resolve(rule: Int, v4 address: UInt32) -> Resolution {
        let entry = entries[rule]
        guard entry.dependsOnClient else { return entry.steady }
        let ranking = entry.column < 0 ? (number: 0, depth: 0) : table.ranking(column: entry.column, v4: address)
        let decision = decisions[entry.firstDecision + ranking.number]
        guard decision.isSplit else { return Resolution(answer: decision.number, scope: ranking.depth) }
        return Resolution(
            answer: Int(lists[entry.firstList + decision.number][units.bucket(v4: address)]),
            scope: max(ranking.depth, units.v4Length)
        )
    }

    /// The answer for an IPv6 client; one whose address stands for an IPv4 address gets the answer of that.
    ///
    /// - Parameters:
    ///   - rule: index into ``Fleet/rules``.
    ///   - address: in host order.
    package func resolve(rule: Int, v6 address: UInt128) -> Resolution {
        let entry = entries[rule]
        guard entry.dependsOnClient else { return entry.steady }
        let place = EmbeddedIPv4.locate(address)
        if let embedding = place.embedding {
            var resolution = resolve(rule: rule, v4: embedding.address(in: address))
            resolution.scope += embedding.offset
            return resolution
        }
        let ranking = entry.column < 0 ? (number: 0, depth: 0) : table.ranking(column: entry.column, v6: address)
        let depth = max(ranking.depth, place.depth)
        let decision = decisions[entry.firstDecision + ranking.number]
        guard decision.isSplit else { return Resolution(answer: decision.number, scope: depth) }
        return Resolution(
            answer: Int(lists[entry.firstList + decision.number][units.bucket(v6: address)]),
            scope: max(depth, units.v6Length)
        )
    }
}

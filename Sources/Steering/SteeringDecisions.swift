import ZoneFile

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

        /// This choice of a group and what the group answers: whoever both hold for gets the same answer.
        func followed(by inner: Resolution, from firstAnswer: Int) -> Resolution {
            Resolution(answer: firstAnswer + inner.answer, scope: max(scope, inner.scope))
        }
    }

    /// What is needed of a rule to look up an answer.
    struct Entry: BitwiseCopyable, Sendable {
        /// The column of its ranker; -1 when it ranks alike for every client.
        var column: Int
        /// Where its decisions begin, one for each ranking.
        var firstDecision: Int
        /// Where its lists begin.
        var firstList: Int
        /// Where its groups begin among the delegates.
        var firstDelegate: Int
        /// How many of its own answers, the first, are those of groups.
        var groupCount: Int
        /// Where its trials begin, one for each ranking; -1 when nothing is tried.
        var firstTrial: Int
        /// Whether two clients can be ranked or split apart.
        var dependsOnClient: Bool
        /// What every client gets where `dependsOnClient` does not hold.
        var steady: Resolution
    }

    /// A group of a rule, as a lookup needs it.
    struct Delegate: BitwiseCopyable, Sendable {
        /// The group's rule.
        var rule: Int
        /// The first of that rule's answers among those of the rule that lists the group.
        var firstAnswer: Int
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
    let table: PrefixTable
    let entries: [Entry]
    let decisions: [Decision]
    /// By list: the number of an answer for each bucket. Decisions for one state after another share those that stay.
    let lists: [[UInt16]]
    /// By rule.
    private let extras: [Extra]
    let delegates: [Delegate]
    /// Who tries regions at present.
    package let trials: TrialWindow
    /// The answers that are tried, for each ranking of rules that try any: 65535 for none.
    let trialAnswers: [UInt16]
    /// By rule, as they were decided: what stands for a group is not replaced by its answers.
    private let ownAnswers: [[AnswerSet]]
    private let answersOfRule: [[AnswerSet]]
    /// The state by candidate.
    let candidates: CandidateHealth
    /// How long answers may be kept.
    let lifetimes: LifetimeBounds

    /// Decides every rule for a state of health.
    package convenience init(
        map: SteeringMap,
        health: FleetHealth,
        units: UnitNetworks = UnitNetworks(),
        trials: TrialWindow = .none
    ) {
        self.init(map, health, units, trials, nil)
    }

    /// The decisions for another state of health: the same as if made for it from the beginning, but in the time that
    /// the difference takes.
    ///
    /// - Parameter trials: who tries regions from now on; `nil` for those who do already.
    package func updated(for health: FleetHealth, trials: TrialWindow? = nil) -> SteeringDecisions {
        SteeringDecisions(map, health, units, trials ?? self.trials, self)
    }

    /// - Parameter before: decisions of the same map and units for another state.
    private init(
        _ map: SteeringMap,
        _ health: FleetHealth,
        _ units: UnitNetworks,
        _ trials: TrialWindow,
        _ before: SteeringDecisions?
    ) {
        let candidates = CandidateHealth(health, map.fleet)
        var maker = DecisionMaker(
            map: map,
            health: candidates,
            healthBefore: before?.candidates,
            decisionCount: before?.decisions.count ?? 0
        )
        let ruleCount = map.fleet.rules.count
        var entries = [Entry?](repeating: nil, count: ruleCount)
        var ownAnswers = [[AnswerSet]](repeating: [], count: ruleCount)
        var answersOfRule = ownAnswers
        var extras = [Extra](repeating: Extra(listCount: 0, disregardsHealth: false), count: ruleCount)
        var delegates: [Delegate] = []
        var planner = TrialPlanner(map: map, health: candidates)
        for index in map.fleet.order {
            let first = map.firstAlike[index]
            if first != index {
                entries[index] = entries[first]
                ownAnswers[index] = ownAnswers[first]
                answersOfRule[index] = answersOfRule[first]
                extras[index] = extras[first]
                continue
            }
            let rule = map.fleet.rules[index]
            let ranker = map.rankerOfRule[index]
            let column = map.columnOfRanker[ranker]
            let (firstDecision, firstList) = (maker.decisions.count, maker.lists.count)
            maker.decide(rule, map.rankings[ranker], before?.decided(of: rule))
            let decision = maker.decisions[firstDecision]
            ownAnswers[index] = maker.answers
            extras[index] = Extra(
                listCount: maker.lists.count - firstList,
                disregardsHealth: maker.disregardsHealth
            )
            // Behind its own answers come those of its groups.
            let firstDelegate = delegates.count
            var answers = maker.answers
            for (place, group) in rule.singleAnswers.prefix(rule.groupCount).enumerated() {
                guard let group = map.fleet.group(group) else { continue }
                answers[place] = AnswerSet()
                delegates.append(Delegate(rule: group.rule, firstAnswer: answers.count))
                answers += answersOfRule[group.rule].map { $0.limited(to: rule.record.answers) }
            }
            let firstTrial = trials.count == 0 ? nil : planner.plan(rule, maker.decisions[firstDecision...], &answers)
            answersOfRule[index] = answers
            var entry = Entry(
                column: column ?? -1,
                firstDecision: firstDecision,
                firstList: firstList,
                firstDelegate: firstDelegate,
                groupCount: delegates.count - firstDelegate,
                firstTrial: firstTrial ?? -1,
                dependsOnClient: column != nil || decision.isSplit || firstTrial != nil,
                steady: Resolution(answer: decision.number, scope: 0)
            )
            if !entry.dependsOnClient, decision.number < entry.groupCount {
                let delegate = delegates[firstDelegate + decision.number]
                entry.dependsOnClient = entries[delegate.rule]?.dependsOnClient ?? false
                entry.steady.answer = delegate.firstAnswer + (entries[delegate.rule]?.steady.answer ?? 0)
            }
            entries[index] = entry
        }
        self.map = map
        self.health = health
        self.units = units
        self.candidates = candidates
        lifetimes = LifetimeBounds(health, map.fleet)
        table = map.table
        self.entries = entries.compactMap { $0 }
        decisions = maker.decisions
        lists = maker.lists
        self.delegates = delegates
        self.trials = trials
        trialAnswers = planner.answers
        self.extras = extras
        self.ownAnswers = ownAnswers
        self.answersOfRule = answersOfRule
    }

    /// What was decided for a rule of the map.
    func decided(of rule: Rule) -> DecisionMaker.Decided {
        let entry = entries[rule.index]
        let rankingCount = map.rankings[map.rankerOfRule[rule.index]].count
        return DecisionMaker.Decided(
            decisions: decisions[entry.firstDecision..<(entry.firstDecision + rankingCount)],
            lists: lists[entry.firstList..<(entry.firstList + extras[rule.index].listCount)],
            answers: ownAnswers[rule.index],
            disregardsHealth: extras[rule.index].disregardsHealth
        )
    }

    /// The answers that a rule may give in this state of health, which is what a server renders: first those of its
    /// regions, which keep their places from state to state, in the end those of its groups.
    package func answers(of rule: Rule) -> [AnswerSet] { answersOfRule[rule.index] }

    /// Whether two clients can be ranked or split apart by a rule; if not, every scope is 0.
    package func dependsOnClient(_ rule: Rule) -> Bool { entries[rule.index].dependsOnClient }
}

import ZoneFile

/// Plans what some clients try, rule by rule, so that it is learned how far a region is.
///
/// What is worth trying a ranking says already, and never a region outside the fence. Here it is left out when it may
/// not be burdened with that: when it is not healthy, is about to go, or has clients to send on. Nor is anything tried
/// where clients are shared out or assigned, or are sent to a region that is not the best believed.
struct TrialPlanner {
    /// Stands for nothing to try.
    static let none = UInt16.max

    /// The numbers of the answers to try: for each rule that tries any, one for each ranking.
    private(set) var answers: [UInt16] = []

    private let map: SteeringMap
    private let health: CandidateHealth

    init(map: SteeringMap, health: CandidateHealth) {
        self.map = map
        self.health = health
    }

    /// Plans the trials of a rule.
    ///
    /// - Parameters:
    ///   - decisions: those of the rule, one for each ranking.
    ///   - ruleAnswers: the answers of the rule; those that are tried are added, since they live shorter.
    /// - Returns: where its trials begin in ``answers``; `nil` when it tries nothing.
    mutating func plan(
        _ rule: Rule,
        _ decisions: ArraySlice<Decision>,
        _ ruleAnswers: inout [AnswerSet]
    ) -> Int? {
        guard rule.ranker.policy == .latency, map.latency.explores else { return nil }
        let rankings = map.rankings[map.rankerOfRule[rule.index]]
        let first = answers.count
        let ownCount = ruleAnswers.count
        var numbers: [UInt16: UInt16] = [:]
        for (ranking, decision) in zip(0..<rankings.count, decisions) {
            let head = rankings.head(ranking)
            guard !decision.isSplit, decision.number < ownCount, let region = trial(head),
                ruleAnswers[decision.number].regions == head.regions.prefix(1).map({ Int($0) })
            else {
                answers.append(Self.none)
                continue
            }
            if numbers[region] == nil {
                var answer = AnswerSet(
                    [map.fleet.regions[Int(region)]],
                    health: health.regions,
                    limit: rule.record.answers,
                    disregardsHealth: false
                )
                answer.isTrial = true
                numbers[region] = UInt16(clamping: ruleAnswers.count)
                ruleAnswers.append(answer)
            }
            answers.append(numbers[region] ?? Self.none)
        }
        guard numbers.isEmpty else { return first }
        answers.removeSubrange(first...)
        return nil
    }

    /// The region that clients of a ranking may try.
    private func trial(_ head: PackedHead) -> UInt16? {
        guard let region = head.trial, head.assigned == nil else { return nil }
        let index = Int(region)
        let isUp = health.conditions[index] == .healthy || health.conditions[index] == .degraded
        return isUp && health.administrative[index] == .none && health.shed[index] == 0 ? region : nil
    }
}

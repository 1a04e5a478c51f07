import ZoneFile

/// Decides rule by rule for one state of health, collecting what the lookup needs.
///
/// Most rankings are decided by a glance at their first regions. Of what was decided for the state before, everything
/// is taken over that no change can have touched; what comes out is the same as without.
///
/// The answers of a rule are those of its single regions, in the order of ``Rule/singleAnswers``, and after them
/// whatever else occurs. So a region that goes down renumbers nothing. The answer of a group only stands for those of
/// its rule.
struct DecisionMaker {
    /// What was decided for a rule.
    struct Decided: Equatable {
        var decisions: ArraySlice<Decision>
        var lists: ArraySlice<[UInt16]>
        var answers: [AnswerSet]
        /// Whether some answer is given although nothing is known to be up, so that it rests on single addresses.
        var disregardsHealth: Bool
    }

    /// The decisions of all rules: for each rule, one for each ranking.
    private(set) var decisions: [Decision] = []
    /// By list: the number of an answer for each bucket.
    private(set) var lists: [[UInt16]] = []
    /// The answers of the rule decided last.
    private(set) var answers: [AnswerSet] = []
    /// Whether some decision of the rule decided last disregards health.
    private(set) var disregardsHealth = false

    private let fleet: Fleet
    private let health: CandidateHealth
    private let healthBefore: CandidateHealth?
    /// By candidate.
    private let changes: [FleetHealth.Change]
    private var rendezvous: Rendezvous

    // MARK: Of the rule at hand

    private var former: Decided?
    private var firstList = 0
    /// By candidate: its place in ``Rule/singleAnswers``.
    private var places: [Int]
    /// By candidate: the answer of one that takes clients and keeps them all, or one of the marks below.
    private var standings: [Int32]
    /// Whether the ranking at hand may have been decided otherwise before.
    private var isTouched = true
    /// The regions that the decision for a ranking rests on.
    private var key: [UInt16] = []

    /// Takes no clients.
    private static let out: Int32 = -1
    /// Sends some of its clients on.
    private static let sheds: Int32 = -2

    /// - Parameters:
    ///   - healthBefore: the state that the former decisions were made for, if there are any.
    ///   - decisionCount: how many decisions there were, if known.
    init(map: SteeringMap, health: CandidateHealth, healthBefore: CandidateHealth?, decisionCount: Int) {
        fleet = map.fleet
        rendezvous = map.rendezvous
        self.health = health
        self.healthBefore = healthBefore
        changes =
            healthBefore.map { health.changes(since: $0) }
            ?? Array(repeating: .standing, count: fleet.candidateCount)
        places = Array(repeating: 0, count: fleet.candidateCount)
        standings = Array(repeating: Self.out, count: fleet.candidateCount)
        decisions.reserveCapacity(decisionCount)
    }

    /// Decides one rule for all its rankings.
    ///
    /// - Parameter former: what was decided before, if it was the same rule of the same map.
    mutating func decide(_ rule: Rule, _ rankings: RankingSet, _ former: Decided?) {
        self.former = former
        firstList = lists.count
        let change = rule.regions.reduce(.none) { max($0, changes[$1]) }
        if let former, change == .none {
            decisions += former.decisions
            lists += former.lists
            answers = former.answers
            disregardsHealth = former.disregardsHealth
            return
        }
        answers = rule.singleAnswers.enumerated().map { place, region in
            if let former, changes[region] == .none { return former.answers[place] }
            if place < rule.groupCount { return AnswerSet(group: region) }
            return answer(CollectionOfOne(region), rule, disregardsHealth: false)
        }
        disregardsHealth = false
        // The answers of regions take their addresses from their places; others would have to be made anew.
        if let former, change == .addresses, !former.disregardsHealth, former.answers.count == answers.count {
            decisions += former.decisions
            lists += former.lists
            return
        }
        for (place, region) in rule.singleAnswers.enumerated() { places[region] = place }
        if rule.ranker.ordersByPlace {
            decideByPlace(rule, rankings)
        } else {
            isTouched = true
            for number in 0..<rankings.count {
                decisions.append(decision(of: select(rule, rankings[number]), rule, number))
            }
        }
    }

    private mutating func select(_ rule: Rule, _ ranking: Ranking) -> Selection {
        let selection = Selection(rule, ranking, health)
        if selection.disregardsHealth { disregardsHealth = true }
        return selection
    }

    // MARK: - Rankings by place

    private mutating func decideByPlace(_ rule: Rule, _ rankings: RankingSet) {
        var memo = TupleInterner<UInt16>()
        var decided: [Decision] = []
        var assigned: UInt16?
        var uniform: Decision?
        var isComparable = false
        for number in 0..<rankings.count {
            let first = rankings.elements[rankings.range(number).lowerBound]
            // Who takes part does not depend on the order, so one selection shows it for all with the same assignment.
            if first != assigned {
                assigned = first
                let selection = select(rule, rankings[number])
                uniform = selection.candidates.count > 1 ? nil : decision(of: selection, rule, number)
                isComparable = !selection.disregardsHealth && wasRegardingHealth(rule, rankings[number])
                admit(selection, rule)
            }
            if let decision = uniform ?? glance(rule, rankings, number) {
                decisions.append(decision)
                continue
            }
            gather(rankings, number)
            isTouched = isTouched || !isComparable
            if key.count == 2, standings[Int(key[0])] >= 0 {
                decisions.append(.one(Int(standings[Int(key[0])])))
                continue
            }
            key.append(first)
            let (known, isNew) = memo.intern(key)
            if isNew { decided.append(decision(of: select(rule, rankings[number]), rule, number)) }
            decisions.append(decided[known])
        }
        for region in rule.regions { standings[region] = Self.out }
    }

    /// Sets the standings of the regions of a rule.
    private mutating func admit(_ selection: Selection, _ rule: Rule) {
        for region in rule.regions { standings[region] = Self.out }
        for candidate in selection.candidates {
            let answer = number(of: candidate.region, rule, disregardsHealth: selection.disregardsHealth)
            standings[candidate.region] = health.shed[candidate.region] > 0 ? Self.sheds : Int32(answer)
        }
    }

    /// The decision of a ranking that the first region which takes clients takes them all of; `nil` where more must be
    /// looked at.
    private func glance(_ rule: Rule, _ rankings: RankingSet, _ number: Int) -> Decision? {
        guard rule.ranker.tolerance == nil else { return nil }
        let range = rankings.range(number)
        let assigned = rankings.elements[range.lowerBound]
        var standing = assigned == PackedHead.none ? Self.out : standings[Int(assigned)]
        var index = range.lowerBound + PackedHead.regionsOffset
        while standing == Self.out, index < range.upperBound {
            standing = standings[Int(rankings.elements[index])]
            index += 1
        }
        return standing >= 0 ? .one(Int(standing)) : nil
    }

    /// Whether there was a state before, in which every region stood for itself whatever the others were.
    private func wasRegardingHealth(_ rule: Rule, _ ranking: Ranking) -> Bool {
        healthBefore.map { !Selection(rule, ranking, $0).disregardsHealth } ?? false
    }

    /// Collects in `key` the regions that the decision for a ranking rests on, band by band up to the first that keeps
    /// all clients there are left, and notes whether any region on the way has changed.
    private mutating func gather(_ rankings: RankingSet, _ number: Int) {
        key.removeAll(keepingCapacity: true)
        isTouched = false
        let head = rankings.head(number)
        if let assigned = head.assigned, gather(CollectionOfOne(assigned)) { return }
        for index in 0..<head.bandCount {
            if gather(head.band(index).lazy.filter { $0 != head.assigned }) { return }
        }
        for region in rankings.tail(after: head) where region != head.assigned && !head.regions.contains(region) {
            if gather(CollectionOfOne(region)) { return }
        }
    }

    /// Collects a band.
    ///
    /// - Returns: whether it surely takes all clients that are left. Several regions may not when those before it left
    ///   little: a share without a bucket is passed over.
    private mutating func gather(_ band: some Sequence<UInt16>) -> Bool {
        let start = key.count
        var keepsAll = true
        for region in band {
            isTouched = isTouched || changes[Int(region)] == .standing
            let standing = standings[Int(region)]
            if standing == Self.out { continue }
            if standing == Self.sheds { keepsAll = false }
            key.append(region)
        }
        let count = key.count - start
        guard count > 0 else { return false }
        key.append(PackedHead.none)
        return keepsAll && (count == 1 || start == 0 && count < Rendezvous.bucketCount)
    }

    // MARK: - Decisions

    private mutating func decision(of selection: Selection, _ rule: Rule, _ ranking: Int) -> Decision {
        if selection.answersAll || selection.shares.isEmpty {
            let chosen = selection.shares.map(\.region)
            return .one(number(of: answer(chosen, rule, disregardsHealth: selection.disregardsHealth)))
        }
        let numbers = selection.shares.map { share in
            number(of: share.region, rule, disregardsHealth: selection.disregardsHealth)
        }
        if let number = numbers.first, numbers.count == 1 { return .one(number) }
        if let former, !isTouched {
            let before = former.decisions[former.decisions.startIndex + ranking]
            if before.isSplit {
                lists.append(former.lists[former.lists.startIndex + before.number])
                return .split(lists.count - 1 - firstList)
            }
        }
        lists.append(rendezvous.assign(selection.shares, as: numbers.map { UInt16($0) }))
        return .split(lists.count - 1 - firstList)
    }

    /// The number of the answer of one region or group.
    private mutating func number(of region: Int, _ rule: Rule, disregardsHealth: Bool) -> Int {
        let isOwn = !disregardsHealth || region >= fleet.regions.count
        if isOwn, !rule.singleAnswers.isEmpty { return places[region] }
        return number(of: answer(CollectionOfOne(region), rule, disregardsHealth: disregardsHealth))
    }

    private mutating func number(of answer: AnswerSet) -> Int {
        if let known = answers.firstIndex(of: answer) { return known }
        answers.append(answer)
        return answers.count - 1
    }

    private func answer(_ chosen: some Sequence<Int>, _ rule: Rule, disregardsHealth: Bool) -> AnswerSet {
        AnswerSet(
            chosen.lazy.map { fleet.regions[$0] },
            health: health.regions,
            limit: rule.record.answers,
            disregardsHealth: disregardsHealth
        )
    }
}

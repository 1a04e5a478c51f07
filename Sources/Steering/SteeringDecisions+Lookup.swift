package import Addressing

// Which answer a client gets. Looking up allocates nothing, takes no lock and calls no C.

extension SteeringDecisions {
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
        let own = choose(entry, v4: address)
        guard own.answer < entry.groupCount else { return own }
        let delegate = delegates[entry.firstDelegate + own.answer]
        return own.followed(by: resolve(rule: delegate.rule, v4: address), from: delegate.firstAnswer)
    }

    /// What the rule of an entry itself has for an IPv4 client.
    private func choose(_ entry: Entry, v4 address: UInt32) -> Resolution {
        let ranking = entry.column < 0 ? (number: 0, depth: 0) : table.ranking(column: entry.column, v4: address)
        let decision = decisions[entry.firstDecision + ranking.number]
        if decision.isSplit {
            return Resolution(
                answer: Int(lists[entry.firstList + decision.number][units.bucket(v4: address)]),
                scope: max(ranking.depth, units.v4Length)
            )
        }
        guard let trial = trial(entry, ranking.number) else {
            return Resolution(answer: decision.number, scope: ranking.depth)
        }
        let isTrying = trials.contains(units.bucket(v4: address))
        return Resolution(answer: isTrying ? trial : decision.number, scope: max(ranking.depth, units.v4Length))
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
        let own = choose(entry, v6: address, depth: place.depth)
        guard own.answer < entry.groupCount else { return own }
        let delegate = delegates[entry.firstDelegate + own.answer]
        return own.followed(by: resolve(rule: delegate.rule, v6: address), from: delegate.firstAnswer)
    }

    /// What the rule of an entry itself has for an IPv6 client whose address stands for no IPv4 address.
    ///
    /// - Parameter depth: the prefix length of the addresses around it of which the same is true.
    private func choose(_ entry: Entry, v6 address: UInt128, depth: Int) -> Resolution {
        let ranking = entry.column < 0 ? (number: 0, depth: 0) : table.ranking(column: entry.column, v6: address)
        let depth = max(ranking.depth, depth)
        let decision = decisions[entry.firstDecision + ranking.number]
        if decision.isSplit {
            return Resolution(
                answer: Int(lists[entry.firstList + decision.number][units.bucket(v6: address)]),
                scope: max(depth, units.v6Length)
            )
        }
        guard let trial = trial(entry, ranking.number) else {
            return Resolution(answer: decision.number, scope: depth)
        }
        let isTrying = trials.contains(units.bucket(v6: address))
        return Resolution(answer: isTrying ? trial : decision.number, scope: max(depth, units.v6Length))
    }

    /// The answer that some clients of a ranking try.
    private func trial(_ entry: Entry, _ ranking: Int) -> Int? {
        guard entry.firstTrial >= 0 else { return nil }
        let answer = trialAnswers[entry.firstTrial + ranking]
        return answer == TrialPlanner.none ? nil : Int(answer)
    }

    /// The group that a rule sends a client to; `nil` where it answers itself.
    func group(rule: Rule, _ address: IPAddress) -> Group? {
        let entry = entries[rule.index]
        guard entry.groupCount > 0 else { return nil }
        let own: Resolution
        switch address.family {
        case .v4: own = choose(entry, v4: UInt32(truncatingIfNeeded: address.bits))
        case .v6:
            let place = EmbeddedIPv4.locate(address.bits)
            own =
                place.embedding.map { choose(entry, v4: $0.address(in: address.bits)) }
                ?? choose(entry, v6: address.bits, depth: place.depth)
        }
        return own.answer < entry.groupCount ? map.fleet.group(rule.singleAnswers[own.answer]) : nil
    }

    // MARK: - All clients of a class

    /// What the clients of a class get.
    enum Outcome {
        /// All of them this answer.
        case one(Int)
        /// Each bucket its own: 4,096 answers.
        case split([Int])

        /// The answer of a bucket.
        subscript(bucket: Int) -> Int {
            switch self {
            case .one(let answer): answer
            case .split(let answers): answers[bucket]
            }
        }
    }

    /// What the clients of a class get, bucket by bucket; it allocates.
    func outcome(rule: Int, class number: UInt32) -> Outcome {
        let entry = entries[rule]
        guard entry.dependsOnClient else { return .one(entry.steady.answer) }
        let column = Int(number) * table.columnCount + entry.column
        let decision = decisions[entry.firstDecision + (entry.column < 0 ? 0 : Int(table.rankings[column]))]
        let groups = delegates[entry.firstDelegate..<(entry.firstDelegate + entry.groupCount)].map {
            (first: $0.firstAnswer, outcome: outcome(rule: $0.rule, class: number))
        }
        guard decision.isSplit else {
            guard decision.number < groups.count else { return .one(decision.number) }
            let (first, outcome) = groups[decision.number]
            switch outcome {
            case .one(let answer): return .one(first + answer)
            case .split(let answers): return .split(answers.map { first + $0 })
            }
        }
        let own = lists[entry.firstList + decision.number]
        return .split(
            own.indices.map { bucket in
                let answer = Int(own[bucket])
                return answer < groups.count ? groups[answer].first + groups[answer].outcome[bucket] : answer
            }
        )
    }
}

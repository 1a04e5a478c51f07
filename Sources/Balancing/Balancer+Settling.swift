// What is worked out anew when servers, conditions, ejections or slow starts change, so that a pick need not.
extension Balancer {
    /// Works out who is given and what shares servers and tiers have, with ejections and slow starts as they are now.
    ///
    /// - Parameter startsSlowly: whether servers that are given from now on start slowly; not those a pool begins with.
    mutating func settle(at now: Moment, startsSlowly: Bool = true) {
        let members = 0..<(tiers.last?.upperBound ?? 0)
        let growth = policy.slowStart.nanoseconds
        for index in members {
            _ = slots[index].outlier.endEjection(at: now)
            slots[index].slowStart.advance(to: now, over: growth)
        }
        settlePanic()
        for tier in tiers {
            let hasOthers = tier.contains { slots[$0].isGiven && !slots[$0].slowStart.isGrowing }
            for index in tier {
                let isGiven =
                    slots[index].weight > 0
                    && (slots[index].isServing || (isPanicking && slots[index].condition != .unknown))
                if isGiven, !slots[index].isGiven, !isPanicking, startsSlowly, hasOthers, policy.slowStart > .zero {
                    slots[index].slowStart.begin(at: now)
                } else if !isGiven {
                    slots[index].slowStart.end()
                }
                slots[index].isGiven = isGiven
            }
        }
        for index in members { slots[index].share = max(1, slots[index].weight * slots[index].slowStart.portion) }
        settleTiers()
        scheduleLook(at: now)
    }

    /// Looks at what changes with time alone.
    mutating func look(at now: Moment) {
        if policy.ejection.successRate != nil, now >= windowEnd { judgeWindow(at: now) }
        settle(at: now)
    }

    private mutating func settlePanic() {
        var checked = 0
        var serving = 0
        for tier in tiers {
            for index in tier where slots[index].weight > 0 && slots[index].condition != .unknown {
                checked += 1
                if slots[index].isServing { serving += 1 }
            }
        }
        isPanicking = checked > 0 && Double(serving) < policy.panic * Double(checked)
    }

    private mutating func settleTiers() {
        let healthy = tiers.map { tier in
            var known = 0
            var given = 0
            for index in tier where slots[index].condition != .unknown {
                known += slots[index].weight
                if slots[index].isGiven { given += slots[index].weight }
            }
            return known > 0 ? Double(given) / Double(known) : 0
        }
        shares.update(healthy: healthy, overprovisioning: policy.overprovisioning)
    }

    private mutating func scheduleLook(at now: Moment) {
        nextLook = policy.ejection.successRate == nil ? .never : max(windowEnd, now)
        for index in slots.indices {
            if let end = slots[index].outlier.ejectedUntil { nextLook = min(nextLook, end) }
            if slots[index].slowStart.isGrowing { nextLook = min(nextLook, now + policy.slowStart / 64) }
        }
    }

    // MARK: - Ejection

    /// Takes a server out unless too many are out already.
    ///
    /// - Returns: whether it was taken out; `settle` has yet to be called.
    mutating func eject(_ slot: Int, at now: Moment) -> Bool {
        var healthy = 0
        var ejected = 0
        for tier in tiers {
            for index in tier where slots[index].weight > 0 && slots[index].condition == .healthy {
                healthy += 1
                if slots[index].outlier.isEjected { ejected += 1 }
            }
        }
        let allowed = max(1, Int(policy.ejection.maximumShare * Double(healthy)))
        guard slots[slot].isServing, slots[slot].weight > 0, ejected < allowed, healthy - ejected > 1 else {
            return false
        }
        slots[slot].outlier.eject(at: now, policy.ejection)
        ejections &+= 1
        return true
    }

    /// Ejects servers with too many failures in the window that has ended, and begins another.
    ///
    /// A server must also have failed twice as often as the others: when all of them fail, none of them is to blame.
    private mutating func judgeWindow(at now: Moment) {
        windowEnd = now + EjectionPolicy.window
        guard let least = policy.ejection.successRate else { return }
        var sum = 0.0
        var count = 0
        for index in slots.indices {
            guard let rate = slots[index].outlier.successRate else { continue }
            sum += rate
            count += 1
        }
        for index in slots.indices {
            guard let rate = slots[index].outlier.successRate, rate < least, count > 1 else { continue }
            let others = (sum - rate) / Double(count - 1)
            if 1 - rate >= 2 * (1 - others) { _ = eject(index, at: now) }
        }
        for index in slots.indices { slots[index].outlier.beginWindow() }
    }
}

extension ServerSlot {
    /// Whether checks and answers both speak for it.
    var isServing: Bool { condition == .healthy && !outlier.isEjected }
}

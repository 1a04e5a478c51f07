/// Least response time: the server for which `PeakEWMA.cost` is least.
///
/// Equals, such as servers that have never been asked, take turns by smooth weighted round robin.
enum LeastResponseTime {
    static func pick(
        from slots: inout [ServerSlot],
        in tier: Range<Int>,
        excluding tried: [Int],
        at now: Moment
    ) -> Int? {
        var least = Double.infinity
        var best: Int?
        var hasEquals = false
        for index in tier where slots[index].accepts(tried) {
            let cost = slots[index].responseTime.cost(
                requestsInProgress: slots[index].requestsInProgress,
                share: slots[index].share,
                at: now
            )
            slots[index].cost = cost
            if cost < least || best == nil {
                least = cost
                best = index
                hasEquals = false
            } else if cost == least {
                hasEquals = true
            }
        }
        guard hasEquals else { return best }
        return SmoothWeightedRoundRobin.pick(from: &slots, in: tier) { $0.accepts(tried) && $0.cost == least }
    }
}

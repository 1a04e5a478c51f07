/// Smooth weighted round robin, as nginx does it.
///
/// Each choice adds every server's weight to its credit, takes the server with the most credit (the first of equals)
/// and subtracts the sum of the weights from it. Weights 5, 1, 1 give `a a b a c a a` rather than `a a a a a b c`:
/// after W choices, W being the sum, each server has been chosen exactly as often as its weight says. Among equal
/// weights it is plain round robin.
enum SmoothWeightedRoundRobin {
    static func pick(from slots: inout [ServerSlot], in tier: Range<Int>, excluding tried: [Int]) -> Int? {
        pick(from: &slots, in: tier) { $0.accepts(tried) }
    }

    /// A turn among those slots of `tier` that `takesPart` says.
    @inline(__always)
    static func pick(
        from slots: inout [ServerSlot],
        in tier: Range<Int>,
        where takesPart: (borrowing ServerSlot) -> Bool
    ) -> Int? {
        var best: Int?
        var bestCredit = Int.min
        var sum = 0
        for index in tier where takesPart(slots[index]) {
            let share = slots[index].share
            let credit = slots[index].credit &+ share
            slots[index].credit = credit
            sum &+= share
            if credit > bestCredit {
                best = index
                bestCredit = credit
            }
        }
        guard let best else { return nil }
        slots[best].credit = bestCredit &- sum
        return best
    }
}

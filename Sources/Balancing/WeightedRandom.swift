/// Weighted random: each server with the probability weight / sum of the weights.
enum WeightedRandom {
    /// Draws a slot of `tier`.
    ///
    /// - Parameter other: a slot that must not be drawn.
    static func pick(
        from slots: [ServerSlot],
        in tier: Range<Int>,
        excluding tried: [Int],
        except other: Int? = nil,
        random: inout RandomStream
    ) -> Int? {
        var sum = 0
        for index in tier where slots[index].accepts(tried) && index != other { sum &+= slots[index].share }
        guard sum > 0 else { return nil }
        var rest = random.next(below: sum)
        for index in tier where slots[index].accepts(tried) && index != other {
            rest &-= slots[index].share
            if rest < 0 { return index }
        }
        return nil
    }
}

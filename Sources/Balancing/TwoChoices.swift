/// Power of two choices: two servers drawn at random by weight, of which the one with fewer requests in progress for
/// its weight is taken (Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
///
/// As many proxies that do not know each other's requests do not all run to the same idle server, the largest load
/// stays at O(log log n) above the mean.
enum TwoChoices {
    static func pick(
        from slots: [ServerSlot],
        in tier: Range<Int>,
        excluding tried: [Int],
        random: inout RandomStream
    ) -> Int? {
        guard let first = WeightedRandom.pick(from: slots, in: tier, excluding: tried, random: &random) else {
            return nil
        }
        guard
            let second = WeightedRandom.pick(
                from: slots,
                in: tier,
                excluding: tried,
                except: first,
                random: &random
            )
        else { return first }
        return WeightedLeastConnections.isLess(slots[second], slots[first]) ? second : first
    }
}

/// The servers of a pool in tiers.
struct ServerLayout {
    /// By priority; servers of one priority in the order given.
    private(set) var slots: [ServerSlot] = []
    /// The slots of each tier, lowest priority first.
    private(set) var tiers: [Range<Int>] = []
    /// The slot of each key.
    private(set) var slotOfKey: [Int: Int] = [:]

    /// Orders `servers`; of several with one key the first counts.
    ///
    /// - Parameter old: the slot that a key had so far.
    init(_ servers: [BalancedServer], replacing old: (Int) -> ServerSlot?) {
        slots.reserveCapacity(servers.count)
        let ordered = servers.enumerated()
            .sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
            .map(\.element)
        for server in ordered where slotOfKey[server.key] == nil {
            slotOfKey[server.key] = slots.count
            if let tier = tiers.last, slots[tier.lowerBound].priority == server.priority {
                tiers[tiers.count - 1] = tier.lowerBound..<tier.upperBound + 1
            } else {
                tiers.append(slots.count..<slots.count + 1)
            }
            slots.append(ServerSlot(server, replacing: old(server.key)))
        }
        for tier in tiers where slots[tier].allSatisfy({ $0.weight == 0 }) {
            for slot in tier { slots[slot].weight = 1 }
        }
    }
}

/// What keys of requests are looked up in, for all tiers of a pool.
package struct HashTables: Sendable {
    /// By tier.
    let tables: [HashTable]
}

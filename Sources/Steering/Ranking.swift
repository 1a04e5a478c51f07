/// The regions in the order a client prefers them, best first, whatever their health.
///
/// Regions that are equally good for the client stand together in a *tie band* and share its clients. The bands
/// partition the order, so losing one region of a band moves its clients to the others of the band and no one else.
package struct Ranking: Hashable, Sendable {
    /// Region indices, best first; inside a band in the order of the rule.
    package private(set) var order: [UInt16] = []
    /// For each band from the best, the position after its last region; ascending, the last equals `order.count`.
    package private(set) var bandEnds: [UInt16] = []
    /// Whether the first region was assigned to the client's network, so that it goes before any policy.
    package let isAssigned: Bool

    /// The ranking that begins with `head`.
    ///
    /// - Parameter tail: the regions that follow, each in a band of its own; those that `head` has are passed over.
    init(_ head: PackedHead, followedBy tail: [UInt16]) {
        isAssigned = head.assigned != nil
        order.reserveCapacity(tail.count + 1)
        bandEnds.reserveCapacity(tail.count + 1)
        if let assigned = head.assigned { append(CollectionOfOne(assigned)) }
        for index in 0..<head.bandCount { append(head.band(index).lazy.filter { $0 != head.assigned }) }
        for region in tail where region != head.assigned && !head.regions.contains(region) {
            append(CollectionOfOne(region))
        }
    }

    private mutating func append(_ band: some Sequence<UInt16>) {
        let start = order.count
        order.append(contentsOf: band)
        if order.count > start { bandEnds.append(UInt16(order.count)) }
    }
}

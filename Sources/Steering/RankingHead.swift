/// The front of a ranking: the regions that were ordered for the very place of the client.
///
/// It determines the whole ranking, so rankings are told apart by it.
struct RankingHead {
    /// The region that the client's network is assigned to.
    var assigned: Int?
    /// Whether the place of the client is known, so that the rest is ordered by distance.
    var isLocated = false
    /// The region that is tried by few clients to learn how far it is.
    var trial: Int?
    /// The regions, best first; after ``formBands(tolerance:atLeast:)`` in the order of the rule inside a band.
    private(set) var placements: [Ranker.Placement] = []
    /// The position after the last region of each band.
    private(set) var bandEnds: [Int] = []

    /// Empties it for the next place.
    mutating func removeAll() {
        assigned = nil
        isLocated = false
        trial = nil
        placements.removeAll(keepingCapacity: true)
        bandEnds.removeAll(keepingCapacity: true)
    }

    /// Inserts a region in its place, unless `limit` better ones are there.
    mutating func insert(_ placement: Ranker.Placement, limit: Int) {
        var index = placements.count
        if index == limit {
            guard index > 0, placement.precedes(placements[index - 1]) else { return }
            placements.removeLast()
            index -= 1
        }
        placements.append(placement)
        while index > 0, placement.precedes(placements[index - 1]) {
            placements[index] = placements[index - 1]
            index -= 1
        }
        placements[index] = placement
    }

    /// Divides the regions into bands, each of those within `tolerance` of the best that is in no band before it,
    /// and drops what follows once `count` regions are in bands.
    mutating func formBands(tolerance: Double?, atLeast count: Int) {
        var start = 0
        while start < placements.count, start < count {
            var end = start + 1
            if let tolerance {
                let best = placements[start]
                while end < placements.count, placements[end].ties(with: best, within: tolerance) { end += 1 }
                placements[start..<end].sort { $0.position < $1.position }
            }
            bandEnds.append(end)
            start = end
        }
        placements.removeSubrange(start...)
    }

    /// Writes what tells this head from others: see ``PackedHead``.
    func write(key: inout [UInt16]) {
        key.removeAll(keepingCapacity: true)
        key.append(assigned.map { UInt16($0) } ?? PackedHead.none)
        key.append(isLocated ? 1 : 0)
        key.append(trial.map { UInt16($0) } ?? PackedHead.none)
        for placement in placements { key.append(UInt16(placement.region)) }
        // Where each region has a band of its own the ends say nothing; they count from the end of the regions.
        if bandEnds.count != placements.count {
            key.append(PackedHead.none)
            for end in bandEnds { key.append(UInt16(end)) }
        }
    }
}

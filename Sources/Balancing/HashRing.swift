/// Consistent hashing on a ring (Karger et al. 1997; points by weight as in ketama).
///
///     0 ──a──────b──a────c──────b────── 2^64
///            ↑ key: the next point to the right, b
///
/// A server has a number of points that depends on its own weight, placed by its identity alone, so one that comes or
/// goes moves no key between two others. A server that may not be given is passed over: its keys go to those behind its
/// points, and come back with it.
struct HashRing: Sendable {
    /// The places of the points, ascending.
    private let points: [UInt64]
    /// By point: the server, counted from the start of its tier.
    private let owners: [Int32]

    /// A ring of the servers of a tier with their weights.
    init(_ servers: [HashedServer]) {
        let heaviest = servers.reduce(1) { max($0, $1.weight) }
        let most = Self.pointsOfHeaviest(among: servers.count)
        // A power of two times the weight, so that weights of one magnitude keep their points as others come and go.
        let width = Int.bitWidth - heaviest.leadingZeroBitCount
        var all: [(point: UInt64, owner: Int32)] = []
        for (index, server) in servers.enumerated() where server.weight > 0 {
            let count = max(1, (most * server.weight) >> width)
            var place = RandomStream(seed: server.identity)
            for _ in 0..<count { all.append((place.next(), Int32(index))) }
        }
        all.sort { ($0.point, $0.owner) < ($1.point, $1.owner) }
        points = all.map(\.point)
        owners = all.map(\.owner)
    }

    /// The heaviest server of a tier has half as many points to as many: shares are off by half a percent of the whole
    /// at most, and a ring has at most 262,144 points, 3 megabytes, for up to 4,096 servers.
    private static func pointsOfHeaviest(among count: Int) -> Int {
        switch count {
        case ...16: 8192
        case ...64: 2048
        case ...512: 512
        default: 64
        }
    }

    /// The first server clockwise from `key` that `isTaken` takes.
    ///
    /// - Returns: the server, counted from the start of its tier; `nil` when none is taken.
    @inline(__always)
    func first(from key: UInt64, where isTaken: (Int) -> Bool) -> Int? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle] < key { low = middle + 1 } else { high = middle }
        }
        for step in 0..<points.count {
            let at = low + step
            let owner = Int(owners[at < points.count ? at : at - points.count])
            if isTaken(owner) { return owner }
        }
        return nil
    }
}

/// What a table is made of.
struct HashedServer: Hashable, Sendable {
    let identity: UInt64
    let weight: Int
}

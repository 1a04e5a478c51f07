/// Maglev hashing (Eisenbud et al., "Maglev: a fast and reliable software network load balancer", 2016, section 3.4).
///
/// Every server has its own order of the table's places; in turns, as often as their weights say, the servers take the
/// next place of theirs that is free. So shares are within a place of the weights, and a change of the servers moves
/// few keys beyond those it must. A key whose server may not be given is hashed again and takes the place it comes to,
/// which leaves all other keys where they are.
struct MaglevTable: Sendable {
    /// By place: the server, counted from the start of its tier.
    private let places: [UInt16]

    /// The number of places: a prime much larger than a hundred times the servers.
    static let size = 65_537

    /// A table of the servers of a tier with their weights; at most 65,535 servers, those after them get none.
    init(_ servers: [HashedServer]) {
        let size = UInt64(Self.size)
        let heaviest = servers.reduce(0) { max($0, $1.weight) }
        guard heaviest > 0 else {
            places = []
            return
        }
        let members = servers.indices.prefix(Int(UInt16.max)).filter { servers[$0].weight > 0 }
        var next = members.map { mix(servers[$0].identity ^ 0x9E37) % size }
        let steps = members.map { mix(servers[$0].identity ^ 0x79B9) % (size - 1) + 1 }
        var credits = [Int](repeating: 0, count: members.count)
        var table = [UInt16](repeating: .max, count: Self.size)
        var isFree = [Bool](repeating: true, count: Self.size)
        var free = Self.size
        while free > 0 {
            for (turn, member) in members.enumerated() where free > 0 {
                credits[turn] += servers[member].weight
                guard credits[turn] >= heaviest else { continue }
                credits[turn] -= heaviest
                var place = Int(next[turn])
                while !isFree[place] {
                    next[turn] = (next[turn] + steps[turn]) % size
                    place = Int(next[turn])
                }
                isFree[place] = false
                table[place] = UInt16(member)
                free -= 1
            }
        }
        places = table
    }

    /// The server at the place of `key`, or of the first hash of it that `isTaken` takes.
    ///
    /// - Returns: the server, counted from the start of its tier; `nil` when none was found in 64 places: few take
    ///   keys at all, and they must be looked at one by one.
    @inline(__always)
    func first(from key: UInt64, where isTaken: (Int) -> Bool) -> Int? {
        guard !places.isEmpty else { return nil }
        var hash = key
        for _ in 0..<64 {
            let place = Int(hash.multipliedFullWidth(by: UInt64(Self.size)).high)
            let owner = Int(places[place])
            if isTaken(owner) { return owner }
            hash = mix(hash)
        }
        return nil
    }
}

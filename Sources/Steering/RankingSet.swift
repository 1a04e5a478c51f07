/// The rankings of one ranker that occur, numbered from 0.
///
/// Of each only the head is kept, and the rest once for all that begin with the same region, so a hundred rankers with
/// thousands of rankings each take a few megabytes; a whole order is made when it is asked for.
struct RankingSet: Sendable {
    /// The packed heads one after another.
    let elements: [UInt16]
    /// Where each head begins in `elements`, and at last where the next would.
    private let starts: [Int]
    /// By the first region of a head: all members by distance from it.
    private let tails: [UInt16: [UInt16]]
    /// All members in the order given: what follows where places say nothing.
    private let members: [UInt16]

    /// The rankings of `ranker` that begin with `heads`.
    init(_ heads: TupleInterner<UInt16>, of ranker: Ranker, regions: [Region], _ groups: [Group] = []) {
        elements = heads.elements
        starts = heads.starts
        members = ranker.members.map { UInt16($0) }
        var tails: [UInt16: [UInt16]] = [:]
        for number in 0..<heads.count {
            let head = PackedHead(heads.elements[heads.starts[number]..<heads.starts[number + 1]])
            guard head.isLocated, let first = head.regions.first, tails[first] == nil else { continue }
            tails[first] = ranker.tail(after: head, regions: regions, groups)
        }
        self.tails = tails
    }

    /// The one ranking of a ranker that ranks alike for every client.
    init(_ head: RankingHead, of ranker: Ranker, regions: [Region], _ groups: [Group] = []) {
        var key: [UInt16] = []
        head.write(key: &key)
        var heads = TupleInterner<UInt16>()
        _ = heads.intern(key)
        self.init(heads, of: ranker, regions: regions, groups)
    }

    /// How many there are.
    var count: Int { starts.count - 1 }

    /// A whole ranking.
    subscript(number: Int) -> Ranking {
        let head = head(number)
        return Ranking(head, followedBy: tail(after: head))
    }

    /// Where the packed head of a ranking is in `elements`.
    func range(_ number: Int) -> Range<Int> { starts[number]..<starts[number + 1] }

    /// The head of a ranking.
    func head(_ number: Int) -> PackedHead { PackedHead(elements[range(number)]) }

    /// What follows a head: all members, also those that the head has.
    func tail(after head: PackedHead) -> [UInt16] {
        guard head.isLocated, let first = head.regions.first else { return members }
        return tails[first] ?? members
    }
}

/// Digests by network, in bounded memory: the sensor's memory of who is how far.
///
/// Open addressing in sets of eight: a network has its place in one set, and where that is full the least valuable of
/// the eight goes. So nothing a client does makes the table grow past its bound, or look further than eight places.
///
/// Sets are kept in pages, of which there are few at first. When a quarter of the places is taken, one page is split: what
/// has another bit of its hash set moves to the same place of a new page (linear hashing; W. Litwin, VLDB 1980). So the
/// table takes memory as it needs it, a page at a time.
///
/// The places in use are linked in the order of their last changes, which have ascending versions. So what changed
/// since a version is found in time in proportion to what changed, whatever the table holds.
package struct RoundTripTable: Sendable {
    private struct Place {
        /// ``ClientPrefix/packed``, or 0 where nothing is.
        var prefix: UInt64 = 0
        /// The version of the last change.
        var version: UInt64 = 0
        var digest = RoundTripDigest(1, at: 0)
        /// The place that changed before this one, and the one that changed after it.
        var older = RoundTripTable.none
        var newer = RoundTripTable.none
    }

    /// A network with what is known of it.
    package struct Entry: Hashable, Sendable {
        package var prefix: ClientPrefix
        package var digest: RoundTripDigest

        package init(prefix: ClientPrefix, digest: RoundTripDigest) {
            self.prefix = prefix
            self.digest = digest
        }
    }

    /// Places in a set.
    static let setSize = 8
    /// Places in a page.
    static let pageSize = 4096
    /// The octets that one place takes.
    package static var placeStride: Int { MemoryLayout<Place>.stride }

    /// How many networks it holds.
    package private(set) var count = 0
    /// How many were put out to make room.
    package private(set) var evictions = 0
    /// The version of the last change; each change has the next one.
    package private(set) var version: UInt64 = 0
    private var pages: [[Place]]
    /// The places that changed first and last of all in use.
    private var oldest = Self.none
    private var newest = Self.none
    private let seed: UInt64

    /// The number of no place.
    private static let none = UInt32.max

    /// Pages at most, a power of two.
    private let pageLimit: Int

    /// An empty table.
    ///
    /// - Parameters:
    ///   - capacity: networks at most, rounded up to 4,096 times a power of two.
    ///   - seed: secret, so that clients cannot choose networks that share a set.
    package init(capacity: Int, seed: UInt64) {
        var pageLimit = 1
        while pageLimit * Self.pageSize < capacity { pageLimit *= 2 }
        self.pageLimit = pageLimit
        pages = [Self.emptyPage]
        self.seed = seed
    }

    private static var emptyPage: [Place] { Array(repeating: Place(), count: pageSize) }

    /// Networks at most.
    package var capacity: Int { pageLimit * Self.pageSize }

    /// Places that have memory, taken or not.
    package var placeCount: Int { pages.count * Self.pageSize }

    /// Folds in a sample.
    ///
    /// - Parameters:
    ///   - sample: in microseconds.
    ///   - now: seconds.
    package mutating func add(_ sample: UInt32, from prefix: ClientPrefix, at now: UInt32) {
        let (page, set) = place(of: prefix)
        var victim = set
        var leastValue = UInt64.max
        for index in set..<(set + Self.setSize) {
            if pages[page][index].prefix == prefix.packed {
                pages[page][index].digest.add(sample, at: now)
                unlink(page, index)
                link(page, index)
                return
            }
            let value = Self.value(pages[page][index], at: now)
            if value < leastValue { (victim, leastValue) = (index, value) }
        }
        if pages[page][victim].prefix == 0 {
            count += 1
        } else {
            evictions += 1
            unlink(page, victim)
        }
        pages[page][victim] = Place(prefix: prefix.packed, digest: RoundTripDigest(sample, at: now))
        link(page, victim)
        if pages.count < pageLimit, count > placeCount / 4 { split() }
    }

    /// What is known of a network.
    package func digest(of prefix: ClientPrefix) -> RoundTripDigest? {
        let (page, set) = place(of: prefix)
        return pages[page][set..<(set + Self.setSize)].first { $0.prefix == prefix.packed }?.digest
    }

    // MARK: - Changes

    /// What changed after a version.
    package struct Changes: Sendable {
        /// In the order of the changes.
        package var entries: [Entry] = []
        /// The version of the last change among them, or the one that was asked for.
        package var version: UInt64
        /// How many networks changed later.
        package var remaining: Int
    }

    /// The networks that changed after `version`, those that changed first before others.
    ///
    /// - Parameter limit: networks at most.
    package func changes(since version: UInt64, limit: Int = .max) -> Changes {
        var (first, changed) = (oldest, count)
        if oldest != Self.none, self[oldest].version <= version {
            (first, changed) = (Self.none, 0)
            var number = newest
            while number != Self.none, self[number].version > version {
                (first, changed) = (number, changed + 1)
                number = self[number].older
            }
        }
        var changes = Changes(version: version, remaining: changed)
        changes.entries.reserveCapacity(min(limit, changed))
        while first != Self.none, changes.entries.count < limit {
            let place = self[first]
            if let prefix = ClientPrefix(packed: place.prefix) {
                changes.entries.append(Entry(prefix: prefix, digest: place.digest))
            }
            changes.version = place.version
            changes.remaining -= 1
            first = place.newer
        }
        return changes
    }

    /// Gives a place the next version, and the end of the order of changes.
    private mutating func link(_ page: Int, _ index: Int) {
        let number = UInt32(truncatingIfNeeded: page * Self.pageSize + index)
        version += 1
        pages[page][index].version = version
        pages[page][index].older = newest
        pages[page][index].newer = Self.none
        if newest == Self.none { oldest = number } else { self[newest].newer = number }
        newest = number
    }

    /// Takes a place out of the order of changes.
    private mutating func unlink(_ page: Int, _ index: Int) {
        let (older, newer) = (pages[page][index].older, pages[page][index].newer)
        if older == Self.none { oldest = newer } else { self[older].newer = newer }
        if newer == Self.none { newest = older } else { self[newer].older = older }
    }

    /// A place by its number.
    private subscript(number: UInt32) -> Place {
        get { pages[Int(number) / Self.pageSize][Int(number) % Self.pageSize] }
        _modify { yield &pages[Int(number) / Self.pageSize][Int(number) % Self.pageSize] }
    }

    // MARK: - Places

    /// What a place is worth keeping: samples, halved with every ten minutes since the last; nothing is worth least.
    private static func value(_ place: Place, at now: UInt32) -> UInt64 {
        guard place.prefix != 0 else { return 0 }
        let age = now >= place.digest.lastSeen ? now - place.digest.lastSeen : 0
        return 1 + (UInt64(min(place.digest.count, 1 << 20)) << 32) >> UInt64(min(age / 600, 52))
    }

    /// The page and the first place of the set of a network.
    private func place(of prefix: ClientPrefix) -> (page: Int, set: Int) {
        let hash = hash(of: prefix.packed)
        let set = Int(truncatingIfNeeded: (hash >> 40) & UInt64(Self.pageSize / Self.setSize - 1))
        return (page(of: hash), set * Self.setSize)
    }

    private func hash(of packed: UInt64) -> UInt64 {
        var hash = (packed ^ seed) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 32) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 29
    }

    /// The page that a hash leads to: by as many of its bits as number the pages, or by one less where the page that
    /// they number is not there yet.
    private func page(of hash: UInt64) -> Int {
        let mask = UInt64.max >> UInt64(pages.count == 1 ? 63 : (pages.count - 1).leadingZeroBitCount)
        let page = Int(truncatingIfNeeded: hash & mask)
        return page < pages.count ? page : Int(truncatingIfNeeded: hash & mask >> 1)
    }

    /// Adds a page, with what belongs there of the page that had it.
    private mutating func split() {
        let target = pages.count
        let source = target ^ 1 << (Int.bitWidth - 1 - target.leadingZeroBitCount)
        pages.append(Self.emptyPage)
        for index in 0..<Self.pageSize {
            let place = pages[source][index]
            guard place.prefix != 0, page(of: hash(of: place.prefix)) == target else { continue }
            pages[source][index] = Place()
            pages[target][index] = place
            let number = UInt32(truncatingIfNeeded: target * Self.pageSize + index)
            if place.older == Self.none { oldest = number } else { self[place.older].newer = number }
            if place.newer == Self.none { newest = number } else { self[place.newer].older = number }
        }
    }
}

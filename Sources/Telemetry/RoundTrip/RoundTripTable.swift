/// Digests by network, in bounded memory: the sensor's memory of who is how far.
///
/// Open addressing in sets of eight: a network has its place in one set, and where that is full the least valuable of
/// the eight goes. So nothing a client does makes the table grow past its bound, look further than eight places, or
/// move anything. Sets are allocated a page at a time when first used.
///
/// A table belongs to one event loop.
package struct RoundTripTable {
    private struct Place {
        /// ``ClientPrefix/packed``, or 0 where nothing is.
        var prefix: UInt64 = 0
        /// The version of the last change.
        var version: UInt32 = 0
        var digest = RoundTripDigest(1, at: 0)
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
    /// What changes from now on are marked with.
    private var version: UInt32 = 1
    private var pages: [[Place]]
    /// The newest mark in each page.
    private var pageVersions: [UInt32]
    private let seed: UInt64

    /// An empty table.
    ///
    /// - Parameters:
    ///   - capacity: networks at most, rounded up to 4,096 times a power of two.
    ///   - seed: secret, so that clients cannot choose networks that share a set.
    package init(capacity: Int, seed: UInt64) {
        var pageCount = 1
        while pageCount * Self.pageSize < capacity { pageCount *= 2 }
        pages = Array(repeating: [], count: pageCount)
        pageVersions = Array(repeating: 0, count: pageCount)
        self.seed = seed
    }

    /// Networks at most.
    package var capacity: Int { pages.count * Self.pageSize }

    /// Folds in a sample.
    ///
    /// - Parameters:
    ///   - sample: in microseconds.
    ///   - now: seconds.
    package mutating func add(_ sample: UInt32, from prefix: ClientPrefix, at now: UInt32) {
        let (page, set) = place(of: prefix)
        if pages[page].isEmpty { pages[page] = Array(repeating: Place(), count: Self.pageSize) }
        pageVersions[page] = version
        var victim = set
        var leastValue = UInt64.max
        for index in set..<(set + Self.setSize) {
            if pages[page][index].prefix == prefix.packed {
                pages[page][index].digest.add(sample, at: now)
                pages[page][index].version = version
                return
            }
            let value = Self.value(pages[page][index], at: now)
            if value < leastValue { (victim, leastValue) = (index, value) }
        }
        if pages[page][victim].prefix == 0 { count += 1 } else { evictions += 1 }
        pages[page][victim] = Place(
            prefix: prefix.packed,
            version: version,
            digest: RoundTripDigest(sample, at: now)
        )
    }

    /// What is known of a network.
    package func digest(of prefix: ClientPrefix) -> RoundTripDigest? {
        let (page, set) = place(of: prefix)
        guard !pages[page].isEmpty else { return nil }
        return pages[page][set..<(set + Self.setSize)].first { $0.prefix == prefix.packed }?.digest
    }

    /// Marks what changes from now on with a new version.
    ///
    /// - Returns: the version that ``changes(since:)`` takes to tell them.
    package mutating func beginVersion() -> UInt32 {
        version += 1
        return version
    }

    /// The networks that changed in `version` or later, in no order.
    package func changes(since version: UInt32) -> [Entry] {
        var changes: [Entry] = []
        for (page, newest) in zip(pages, pageVersions) where newest >= version {
            for place in page where place.version >= version && place.prefix != 0 {
                guard let prefix = ClientPrefix(packed: place.prefix) else { continue }
                changes.append(Entry(prefix: prefix, digest: place.digest))
            }
        }
        return changes
    }

    /// What a place is worth keeping: samples, halved with every ten minutes since the last; nothing is worth least.
    private static func value(_ place: Place, at now: UInt32) -> UInt64 {
        guard place.prefix != 0 else { return 0 }
        let age = now >= place.digest.lastSeen ? now - place.digest.lastSeen : 0
        return 1 + (UInt64(min(place.digest.count, 1 << 20)) << 32) >> UInt64(min(age / 600, 52))
    }

    /// The page and the first place of the set of a network.
    private func place(of prefix: ClientPrefix) -> (page: Int, set: Int) {
        var hash = (prefix.packed ^ seed) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 32) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 29
        let page = Int(truncatingIfNeeded: hash & UInt64(pages.count - 1))
        let set = Int(truncatingIfNeeded: (hash >> 40) & UInt64(Self.pageSize / Self.setSize - 1))
        return (page, set * Self.setSize)
    }
}

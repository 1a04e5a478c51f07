import ZoneFile

extension Rule {
    /// The longest TTL that an answer with a region can have, whatever its health is: checks bound it, so that a region
    /// that is checked often is out of the caches soon, however long the TTL of the record is.
    ///
    /// - Parameter limit: the TTL of the record.
    package func longestTTL(from region: Region, limit: UInt32) -> UInt32 {
        let least = min(record.minimumTTL ?? Lifetime.defaultMinimum, limit)
        let states: [AddressHealth] = [.unknown, .healthy, .unhealthy]
        let longest = states.map { region.outlook($0).seconds }.max() ?? limit
        return min(limit, max(least, longest))
    }
}

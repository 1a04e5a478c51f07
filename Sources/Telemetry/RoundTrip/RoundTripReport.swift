/// What a proxy says of round trips: the networks whose digests changed since the version that the reader has.
///
/// One report names so many networks at most; the reader asks again, with ``cursor``, until ``remaining`` is 0. A table
/// of another epoch, as after a restart, is told from its beginning: then ``since`` is 0 whatever was asked, and what
/// the reader knew of the table before has ended.
package struct RoundTripReport: Hashable, Sendable {
    /// Tells one table from the next.
    package var epoch: UInt64
    /// The version that the reader had; 0 when the table is told from its beginning.
    package var since: UInt64
    /// The version of the last change that is told here.
    package var version: UInt64
    /// How many networks the table holds.
    package var known: UInt32
    /// How many networks have changed later than ``version``.
    package var remaining: UInt32
    /// The proxy's clock in seconds, by which the digests tell when they were last seen.
    package var now: UInt32
    /// In ascending order of ``ClientPrefix/packed``, each network once.
    package private(set) var entries: [RoundTripTable.Entry]

    /// Bounds on a report.
    package enum Limits {
        /// Networks.
        package static let networks = 50_000
        /// Octets of the compact form: the head, and the longer kind of entry.
        static let octets = 44 + networks * 25
    }

    /// - Parameter entries: in any order, each network once.
    package init(
        epoch: UInt64,
        since: UInt64,
        version: UInt64,
        known: UInt32,
        remaining: UInt32 = 0,
        now: UInt32,
        entries: [RoundTripTable.Entry]
    ) {
        self.epoch = epoch
        self.since = since
        self.version = version
        self.known = known
        self.remaining = remaining
        self.now = now
        self.entries = entries.sorted { $0.prefix.packed < $1.prefix.packed }
    }

    /// What the reader gives back to hear what changed later.
    package var cursor: RoundTripCursor { RoundTripCursor(epoch: epoch, version: version) }

    /// Seconds since the last sample of a digest.
    package func age(of digest: RoundTripDigest) -> UInt32 { now - min(digest.lastSeen, now) }

    /// What must hold of a report that was read.
    ///
    /// - Throws: ``StateReport/WireError/tooLarge``, ``StateReport/WireError/repeated``, or
    ///   ``StateReport/WireError/outOfRange`` for numbers that no table has, among them such that a reader would ask
    ///   for ever.
    func validate() throws(StateReport.WireError) {
        guard entries.count <= Limits.networks else { throw .tooLarge }
        for (entry, next) in zip(entries, entries.dropFirst()) where entry.prefix == next.prefix { throw .repeated }
        guard since < version || entries.isEmpty && since == version, !entries.isEmpty || remaining == 0,
            UInt64(entries.count) + UInt64(remaining) <= UInt64(known),
            entries.allSatisfy({ $0.digest.lastSeen <= now })
        else { throw .outOfRange }
    }
}

extension RoundTripTable {
    /// What changed since a reader asked last.
    ///
    /// - Parameters:
    ///   - cursor: what the reader has; of another epoch, or beyond what there is, it counts as nothing.
    ///   - epoch: of this table.
    ///   - now: seconds of the clock of the digests.
    ///   - limit: networks at most.
    package func report(
        since cursor: RoundTripCursor,
        epoch: UInt64,
        now: UInt32,
        limit: Int = RoundTripReport.Limits.networks
    ) -> RoundTripReport {
        let since = cursor.epoch == epoch && cursor.version <= version ? cursor.version : 0
        let changes = changes(since: since, limit: limit)
        return RoundTripReport(
            epoch: epoch,
            since: since,
            version: changes.version,
            known: UInt32(clamping: count),
            remaining: UInt32(clamping: changes.remaining),
            now: now,
            entries: changes.entries
        )
    }
}

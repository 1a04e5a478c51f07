/// The compact form, section 4 of a ``StateReport``:
///
///     epoch, 8 | since, 8 | version, 8 | known, 4 | remaining, 4 | now, 4
///     how many IPv6 networks, 4 | how many IPv4 networks, 4 | the networks, IPv6 first, each family in ascending order
///
///     network    leading bits, 6 or 3 | samples, 4 | least, 3 | centre, 3 | deviation, 3 | recent, 3 | age, 3
///
/// Times are whole microseconds, the age is whole seconds, held at the greatest number that fits. Nothing follows the
/// last network: a changed form would be a section of another type.
extension RoundTripReport {
    /// Appends the compact form.
    func write(to writer: inout OctetWriter) {
        // No entry is left out in silence: a report has no more than its limit.
        let entries = entries.prefix(Limits.networks)
        let split = entries.firstIndex { $0.prefix.length == 24 } ?? entries.endIndex
        writer.reserve(48 + entries.count * 25)
        writer.write(epoch)
        writer.write(since)
        writer.write(version)
        writer.write(known)
        writer.write(remaining)
        writer.write(now)
        writer.write(UInt32(clamping: split - entries.startIndex))
        writer.write(UInt32(clamping: entries.endIndex - split))
        for entry in entries {
            writer.write(entry.prefix.leadingBits, octets: entry.prefix.length / 8)
            writer.write(entry.digest.count)
            writer.write(UInt64(entry.digest.minimum), octets: 3)
            for part in [entry.digest.centre, entry.digest.deviation, entry.digest.recent] {
                writer.write(UInt64(part.rounded()), octets: 3)
            }
            writer.write(UInt64(min(age(of: entry.digest), Self.greatestAge)), octets: 3)
        }
    }

    private static let greatestAge: UInt32 = 1 << 24 - 1

    /// Reads the compact form, to the end of the octets.
    init(_ reader: inout OctetReader) throws(StateReport.WireError) {
        guard let epoch = reader.read(UInt64.self), let since = reader.read(UInt64.self),
            let version = reader.read(UInt64.self), let known = reader.read(UInt32.self),
            let remaining = reader.read(UInt32.self), let now = reader.read(UInt32.self),
            let longCount = reader.read(UInt32.self), let shortCount = reader.read(UInt32.self)
        else { throw .truncated }
        guard UInt64(longCount) + UInt64(shortCount) <= UInt64(Limits.networks) else { throw .tooLarge }
        var entries: [RoundTripTable.Entry] = []
        entries.reserveCapacity(Int(longCount + shortCount))
        for (count, length) in [(longCount, 48), (shortCount, 24)] {
            var last: UInt64?
            for _ in 0..<count {
                guard let bits = reader.read(octets: length / 8) else { throw .truncated }
                if let last, bits <= last { throw bits == last ? .repeated : .outOfRange }
                last = bits
                guard let prefix = ClientPrefix(leadingBits: bits, length: length) else { throw .outOfRange }
                entries.append(RoundTripTable.Entry(prefix: prefix, digest: try Self.digest(&reader, now: now)))
            }
        }
        guard reader.remaining == 0 else { throw .excess }
        self.init(
            epoch: epoch,
            since: since,
            version: version,
            known: known,
            remaining: remaining,
            now: now,
            entries: entries
        )
        try validate()
    }

    private static func digest(
        _ reader: inout OctetReader,
        now: UInt32
    ) throws(StateReport.WireError) -> RoundTripDigest {
        guard let count = reader.read(UInt32.self), let minimum = reader.read(octets: 3),
            let centre = reader.read(octets: 3), let deviation = reader.read(octets: 3),
            let recent = reader.read(octets: 3), let age = reader.read(octets: 3)
        else { throw .truncated }
        guard age <= now,
            let digest = RoundTripDigest(
                count: count,
                minimum: UInt32(minimum),
                centre: Float(centre),
                deviation: Float(deviation),
                recent: Float(recent),
                lastSeen: now - UInt32(age)
            )
        else { throw .outOfRange }
        return digest
    }
}

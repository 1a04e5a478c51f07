import Addressing
import DNSWire
import Steering
import Telemetry

/// Which digests of which reports are believed. Pure: what is known, and the time, are passed in.
///
/// A report counts for the region alone whose check asked for it. Its digests are cut to as many as the requests of the
/// proxy make plausible. When the proxies of one region contradict each other, those count that agree with most of them
/// and with what was believed before.
struct LatencyScreening {
    /// A proxy that was asked.
    struct Source: Hashable, Sendable {
        var region: DomainName
        var address: IPAddress
    }

    /// What is kept of a proxy.
    struct Record: Sendable {
        var lastHeard: ContinuousClock.Instant
        /// Networks that it knows.
        var known: UInt32
        /// Digests of it that were passed on.
        var accepted: UInt64 = 0
        /// Digests of it that were not.
        var refused: UInt64 = 0
        /// Why the last of these were not.
        var refusal: Refusal?
    }

    /// Why digests are not believed.
    enum Refusal: String, Sendable {
        case otherRegion = "it speaks for another region"
        case implausible = "more networks than its requests can have come from"
        case contradicted = "the other proxies of its region measured otherwise"
    }

    /// A digest to be taken up.
    struct Observation: Sendable {
        var region: DomainName
        var prefix: ClientPrefix
        var digest: RoundTripDigest
        /// Seconds since the last sample.
        var age: UInt32
    }

    private(set) var records: [Source: Record] = [:]

    /// Digests that a proxy may bring whatever its requests; a first report is not bounded by them, since it tells of
    /// the time before.
    private static let leastAllowance = 1000.0
    /// Requests are counted over a while, and more than one connection may come with few of them.
    private static let allowanceFactor = 4.0
    /// Networks of a report from which on its tendency is looked at.
    private static let leastForTendency = 8
    /// How far the tendencies of proxies of one region may be from each other, in milliseconds.
    private static let tolerance: Float = 15

    /// Screens what came since the last time.
    ///
    /// - Parameter expected: what is believed of the round trip from a network to a region, in milliseconds.
    mutating func screen(
        _ messages: [LatencyInbox.Message],
        expected: (ClientPrefix, DomainName) -> Float?
    ) -> [Observation] {
        var observations: [Observation] = []
        var tendencies: [DomainName: [Source: Float]] = [:]
        var parts: [(source: Source, message: LatencyInbox.Message, entries: [RoundTripTable.Entry])] = []
        for message in messages {
            let source = Source(region: message.region, address: message.address)
            let before = records[source]
            var record = before ?? Record(lastHeard: message.time, known: 0)
            defer { records[source] = record }
            record.known = message.report.known
            guard (try? DomainName(message.claim)) == message.region else {
                record.refuse(message.report.entries.count, .otherRegion)
                continue
            }
            let allowance = Self.allowance(message, since: before?.lastHeard)
            let entries = Self.sample(message.report.entries, atMost: allowance)
            record.refuse(message.report.entries.count - entries.count, .implausible)
            record.lastHeard = message.time
            guard !entries.isEmpty else { continue }
            parts.append((source, message, entries))
            if let tendency = Self.tendency(entries, expected: { expected($0, message.region) }) {
                tendencies[message.region, default: [:]][source] = tendency
            }
        }
        let liars = tendencies.values.flatMap(Self.contradicted)
        for (source, message, entries) in parts {
            guard !liars.contains(source) else {
                records[source]?.refuse(entries.count, .contradicted)
                continue
            }
            records[source]?.accepted += UInt64(entries.count)
            observations += entries.map { entry in
                Observation(
                    region: message.region,
                    prefix: entry.prefix,
                    digest: entry.digest,
                    age: message.report.age(of: entry.digest)
                )
            }
        }
        return observations
    }

    /// Forgets the proxies that are no longer asked.
    mutating func keep(_ isAsked: (Source) -> Bool) {
        records = records.filter { isAsked($0.key) }
    }

    /// How many networks a message may bring.
    private static func allowance(
        _ message: LatencyInbox.Message,
        since last: ContinuousClock.Instant?
    ) -> Int {
        guard let last else { return RoundTripReport.Limits.networks }
        let seconds = last.duration(to: message.time) / .seconds(1)
        let plausible = leastAllowance + allowanceFactor * message.requestsPerSecond * max(seconds, 0)
        return Int(min(plausible, Double(RoundTripReport.Limits.networks)))
    }

    /// Some of the entries, evenly spread.
    private static func sample(_ entries: [RoundTripTable.Entry], atMost limit: Int) -> [RoundTripTable.Entry] {
        guard entries.count > limit else { return entries }
        return (0..<limit).map { entries[$0 * entries.count / limit] }
    }

    /// How much longer round trips are than believed, in the middle; `nil` of too few networks to say.
    private static func tendency(
        _ entries: [RoundTripTable.Entry],
        expected: (ClientPrefix) -> Float?
    ) -> Float? {
        // Some hundred tell as much as all.
        let differences = sample(entries, atMost: 500).compactMap { entry in
            expected(entry.prefix).map { entry.digest.recent / 1000 - $0 }
        }
        return differences.count >= leastForTendency ? differences.sorted()[differences.count / 2] : nil
    }

    /// The proxies of a region that contradict the others: those far from the median of all. What was believed before,
    /// a tendency of 0, is one voice among an even number of them.
    private static func contradicted(_ tendencies: [Source: Float]) -> [Source] {
        guard tendencies.count > 1 else { return [] }
        var voices = Array(tendencies.values)
        if voices.count.isMultiple(of: 2) { voices.append(0) }
        let median = voices.sorted()[voices.count / 2]
        return tendencies.filter { abs($0.value - median) > tolerance + abs(median) / 2 }.map(\.key)
    }
}

extension LatencyScreening.Record {
    fileprivate mutating func refuse(_ count: Int, _ reason: LatencyScreening.Refusal) {
        guard count > 0 else { return }
        refused += UInt64(count)
        refusal = reason
    }
}

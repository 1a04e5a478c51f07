package import Addressing

/// What one event loop measures of its clients' round trips, until it is collected.
///
/// Which connections are measured, and which of their measurements count, is decided here, from what is passed in.
/// Samples stand in a row of fixed length: to add one takes no lock, no memory and no search. Whoever collects folds
/// them into a ``RoundTripTable`` elsewhere, in the order in which they came, so that its digests are those that the
/// samples would give one by one.
package struct RoundTripSensor: Sendable {
    /// A connection's place in the measuring.
    package struct Connection: Sendable {
        /// Whose round trip it is; `nil` for a connection that is not measured.
        fileprivate var network: ClientPrefix?
        /// The sample that counted last, in microseconds; 0 for none.
        fileprivate var counted: UInt32 = 0

        /// A connection that is not measured.
        package static let none = Connection(network: nil)

        /// Whether it is measured.
        package var isMeasured: Bool { network != nil }
    }

    /// What the kernel has measured of a connection, in microseconds.
    package struct Measurement: Hashable, Sendable {
        /// The smoothed round trip; right after the handshake that of the handshake alone.
        package var latest: UInt32
        /// The least of the last minutes.
        package var least: UInt32

        /// - Parameters:
        ///   - latest: 0 when there is none.
        ///   - least: 0 or all bits set when there is none; then `latest` stands for it.
        /// - Returns: `nil` when nothing has been measured.
        package init?(latest: UInt32, least: UInt32) {
            guard latest > 0 else { return nil }
            self.latest = latest
            self.least = least == 0 || least == .max ? latest : least
        }
    }

    /// A measured round trip.
    package struct Sample: Hashable, BitwiseCopyable, Sendable {
        package var network: ClientPrefix
        package var microseconds: UInt32
        /// Seconds.
        package var time: UInt32
    }

    /// What was collected.
    package struct Batch: Sendable {
        /// In the order in which they came.
        package var samples: [Sample] = []
        package var counts = RoundTripCounts()

        package init() {}
    }

    private var samples: [Sample] = []
    /// The row that was collected last, whose memory is used again.
    private var spare: [Sample] = []
    private var counts = RoundTripCounts()
    private let settings: RoundTripSettings

    package init(_ settings: RoundTripSettings = RoundTripSettings()) {
        self.settings = settings
        samples.reserveCapacity(settings.limit)
        spare.reserveCapacity(settings.limit)
    }

    /// A connection has been accepted: its handshake is complete, so its address is the client's own.
    ///
    /// - Parameters:
    ///   - client: where it connects from.
    ///   - isRelayed: whether it comes from a proxy in front, to which the kernel's round trip would be.
    ///   - now: seconds.
    package mutating func begin(from client: IPAddress?, isRelayed: Bool, at now: UInt32) -> Connection {
        guard let client else { return .none }
        guard !isRelayed else {
            counts.relayed += 1
            return .none
        }
        let network = ClientPrefix(client)
        if !settings.pretended.isEmpty, let sample = settings.pretended[network] {
            append(sample, from: network, at: now)
            return .none
        }
        guard settings.includesLocal || !client.folded.isOfThisLink else {
            counts.local += 1
            return .none
        }
        return Connection(network: network)
    }

    /// The kernel was asked right after the handshake.
    package mutating func measuredHandshake(_ measurement: Measurement?, _ connection: inout Connection, at now: UInt32)
    {
        guard let network = connection.network else { return }
        guard let measurement else {
            counts.unmeasured += 1
            return
        }
        append(measurement.latest, from: network, at: now)
        connection.counted = measurement.latest
    }

    /// The kernel was asked later. What counts then is the least: the smoothed round trip also has the time for which
    /// clients put off an acknowledgement, and waiting in full links. It counts only where it is news.
    package mutating func measuredLater(_ measurement: Measurement?, _ connection: inout Connection, at now: UInt32) {
        guard let network = connection.network, let measurement, measurement.least != connection.counted else { return }
        append(measurement.least, from: network, at: now)
        connection.counted = measurement.least
    }

    private mutating func append(_ microseconds: UInt32, from network: ClientPrefix, at now: UInt32) {
        guard samples.count < settings.limit else {
            counts.overflowed += 1
            return
        }
        counts.samples += 1
        samples.append(Sample(network: network, microseconds: microseconds, time: now))
    }

    /// Gives away what has come since the last time. The memory is used again two collections later, if nobody has the
    /// samples any more.
    package mutating func collect() -> Batch {
        var batch = Batch()
        batch.counts = counts
        counts = RoundTripCounts()
        guard !samples.isEmpty else { return batch }
        swap(&samples, &spare)
        samples.removeAll(keepingCapacity: true)
        batch.samples = spare
        return batch
    }
}

/// How round trips are measured.
package struct RoundTripSettings: Sendable {
    /// Round trips in microseconds that take the place of measured ones, by network; for trying out.
    package var pretended: [ClientPrefix: UInt32] = [:]
    /// Whether clients with loopback and link-local addresses are measured; for trying out.
    package var includesLocal = false
    /// Samples that an event loop holds until they are collected; those beyond are not counted.
    package var limit = 65_536

    package init() {}
}

/// How many round trips were measured, and how many connections were not and why.
package struct RoundTripCounts: Hashable, Codable, Sendable {
    /// Measurements that counted.
    package var samples: UInt64 = 0
    /// Connections from proxies in front.
    package var relayed: UInt64 = 0
    /// Connections from this machine or its link.
    package var local: UInt64 = 0
    /// Connections whose handshake the kernel could not measure.
    package var unmeasured: UInt64 = 0
    /// Measurements that found no room.
    package var overflowed: UInt64 = 0

    package init() {}

    package static func += (left: inout RoundTripCounts, right: RoundTripCounts) {
        left.samples += right.samples
        left.relayed += right.relayed
        left.local += right.local
        left.unmeasured += right.unmeasured
        left.overflowed += right.overflowed
    }
}

extension RoundTripTable {
    /// Folds samples in.
    package mutating func add(_ samples: [RoundTripSensor.Sample]) {
        for sample in samples { add(sample.microseconds, from: sample.network, at: sample.time) }
    }
}

extension IPAddress {
    /// Whether this is a loopback or link-local address: such clients are nowhere in a geography, and what is learned of
    /// them would be held for what is true of all who are nowhere in it.
    fileprivate var isOfThisLink: Bool {
        isLoopback || (family == .v4 ? bits >> 16 == 0xA9FE : bits >> 118 == 0x3FA)
    }
}

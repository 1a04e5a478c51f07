import Authority

/// What a name server says of itself.
package struct ServiceReport: Codable, Hashable, Sendable {
    /// A zone that is served.
    package struct Zone: Codable, Hashable, Sendable {
        package var name: String
        package var serial: UInt32
    }

    package var version: String
    /// When it began to answer.
    package var startedAt: Timestamp
    /// The addresses it answers at.
    package var listen: [String]
    /// Rises by one with each change of what is answered.
    package var generation: UInt64
    package var zoneCount: Int
    /// The first zones, as many as were asked for.
    package var zones: [Zone]
    package var nameCount: Int
    package var regionCount: Int
    /// Datagrams received and responses sent since the start.
    package var received: UInt64
    package var sent: UInt64
    /// Why the newest reading of the zones was not taken over; `nil` when it was.
    package var reloadFailure: String?
    /// What is known of round trips; `nil` where no name is steered by them.
    package var latency: LatencySummary?

    package init(
        version: String,
        startedAt: Timestamp,
        listen: [String],
        counts: (received: UInt64, sent: UInt64),
        contents: ServiceContents,
        latency: LatencySummary? = nil
    ) {
        self.latency = latency
        self.version = version
        self.startedAt = startedAt
        self.listen = listen
        (received, sent) = counts
        generation = contents.generation
        zoneCount = contents.summary.zones
        nameCount = contents.summary.names
        regionCount = contents.regionCount
        zones = contents.zones
        reloadFailure = contents.reloadFailure
    }
}

/// What a ``ZoneService`` serves at a moment.
package struct ServiceContents: Hashable, Sendable {
    var generation: UInt64
    var summary: ZoneData.Summary
    var regionCount: Int
    var zones: [ServiceReport.Zone]
    var reloadFailure: String?
}

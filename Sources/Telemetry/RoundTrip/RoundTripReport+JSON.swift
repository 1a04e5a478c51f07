import Addressing

/// The form for people and scripts: cursors and networks as text, times in whole microseconds.
extension RoundTripReport: Codable {
    private enum Key: String, CodingKey {
        case cursor, since, known, remaining, clock, networks
    }

    /// A network in JSON.
    private struct Network: Codable {
        struct Microseconds: Codable {
            var least: UInt32
            var centre: UInt32
            var deviation: UInt32
            var recent: UInt32
        }

        var network: String
        var samples: UInt32
        var microseconds: Microseconds
        /// Seconds since the last sample.
        var age: UInt32
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(cursor.description, forKey: .cursor)
        try container.encode(since, forKey: .since)
        try container.encode(known, forKey: .known)
        try container.encode(remaining, forKey: .remaining)
        try container.encode(now, forKey: .clock)
        let networks = entries.map { entry in
            Network(
                network: entry.prefix.description,
                samples: entry.digest.count,
                microseconds: Network.Microseconds(
                    least: entry.digest.minimum,
                    centre: UInt32(entry.digest.centre.rounded()),
                    deviation: UInt32(entry.digest.deviation.rounded()),
                    recent: UInt32(entry.digest.recent.rounded())
                ),
                age: age(of: entry.digest)
            )
        }
        try container.encode(networks, forKey: .networks)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func value<Value: Decodable>(_ key: Key) throws -> Value { try container.decode(Value.self, forKey: key) }
        func refuse(_ key: Key, _ reason: String) -> DecodingError {
            DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
        }
        guard let cursor = RoundTripCursor(try value(.cursor) as String) else { throw refuse(.cursor, "no cursor") }
        let now: UInt32 = try value(.clock)
        let networks: [Network] = try value(.networks)
        let entries = try networks.map { network in
            guard let prefix = IPPrefix(network.network).flatMap(ClientPrefix.init(network:)) else {
                throw refuse(.networks, "'\(network.network)' is no network of 24 or 48 bits")
            }
            guard network.age <= now,
                let digest = RoundTripDigest(
                    count: network.samples,
                    minimum: network.microseconds.least,
                    centre: Float(network.microseconds.centre),
                    deviation: Float(network.microseconds.deviation),
                    recent: Float(network.microseconds.recent),
                    lastSeen: now - network.age
                )
            else { throw refuse(.networks, "no samples give what is said of \(network.network)") }
            return RoundTripTable.Entry(prefix: prefix, digest: digest)
        }
        self.init(
            epoch: cursor.epoch,
            since: try value(.since),
            version: cursor.version,
            known: try value(.known),
            remaining: try value(.remaining),
            now: now,
            entries: entries
        )
        do throws(StateReport.WireError) {
            try validate()
        } catch {
            throw refuse(.networks, "\(error)")
        }
    }
}

package import Addressing

/// Everything queries are answered from, at one moment. Never changed once made.
package final class Snapshot: Sendable {
    /// The zones.
    package let zones: ZoneData
    /// The steered names, as health stands.
    package let steering: SteerData
    /// Who sees control records.
    package let controlAccess: [IPPrefix]
    /// What the server says of itself and demands of clients.
    package let settings: ResponderSettings
    /// Rises by one with each snapshot that is published.
    package let generation: UInt64

    package init(
        zones: ZoneData,
        steering: SteerData,
        controlAccess: [IPPrefix],
        settings: ResponderSettings = ResponderSettings(),
        generation: UInt64
    ) {
        self.zones = zones
        self.steering = steering
        self.controlAccess = controlAccess
        self.settings = settings
        self.generation = generation
    }
}

extension [IPPrefix] {
    /// Whether one of the networks holds `address`.
    func contains(_ address: IPAddress) -> Bool { contains { $0.contains(address) } }
}

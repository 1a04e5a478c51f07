package import Addressing
import DNSWire
import Logging
package import Steering
import ZoneFile

extension ZoneService {
    /// Who tries regions at present.
    var trials: TrialWindow { latency.settings.trials(at: administration.now()) }

    /// Takes up what proxies have reported, and steers by it.
    ///
    /// The work is done off this actor, so that health is taken over meanwhile; zones or geography that were taken over
    /// meanwhile stay, and what was learned is in force with the next step.
    nonisolated func learn() async {
        let before = await map
        let atlas = await atlas
        guard before.fleet.usesLatency else { return }
        guard let view = await latency.step(before.fleet, atlas) else { return await takeHealth() }
        await take(SteeringMap(fleet: before.fleet, atlas: atlas, latency: view), after: before)
    }

    private func take(_ map: SteeringMap, after before: SteeringMap) {
        guard self.map === before else { return }
        do throws(ZoneServiceError) {
            try take(map)
        } catch {
            logger.error("measured round trips not taken over: \(error)")
        }
    }

    /// What is known of round trips, in numbers; `nil` where no name is steered by them.
    package func latencySummary() async -> LatencySummary? {
        map.fleet.usesLatency ? await latency.summary(map.fleet) : nil
    }

    /// What is believed of a client.
    package func latencyBeliefs(of client: IPAddress) async -> [LatencyBelief] {
        await latency.beliefs(of: client, map.fleet, atlas)
    }

    /// What every region measured of every network.
    package func latencyMeasurements() async -> [LatencyMeasurement] {
        await latency.measurements(map.fleet, atlas)
    }

    /// Takes up a table of measurements, all of it or nothing, and steers by them.
    ///
    /// - Returns: how many measurements there were.
    package func take(table octets: [UInt8]) async throws(LatencyTable.Faults) -> Int {
        let fleet = map.fleet
        let measurements = try LatencyTable.read(octets) { text in
            (fleet.regions.first { $0.label == text } ?? (try? DomainName(text)).flatMap { fleet.region(named: $0) })?
                .name
        }.get()
        await latency.take(measurements: measurements, fleet, atlas)
        await learn()
        return measurements.count
    }
}

extension Fleet {
    /// Whether some name is steered by round trips.
    var usesLatency: Bool { rules.contains { $0.record.policy == .latency } }
}

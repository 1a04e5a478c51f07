import Steering

extension ZoneService {
    /// A state of health with the shares that regions send on for want of capacity.
    func loaded(_ health: FleetHealth, _ map: SteeringMap) -> FleetHealth {
        guard map.fleet.hasCapacities else { return health }
        var health = health
        capacity.turn(to: map, health)
        capacity.apply(to: &health)
        return health
    }

    /// Ends an interval: takes the loads of the regions in, and publishes when clients are to go elsewhere.
    func weigh() {
        guard map.fleet.hasCapacities else { return }
        capacity.turn(to: map, health(of: map.fleet, records))
        adopt(sharesOfOthers(map.fleet))
        let loads = RegionLoads.current(map.fleet, records, watch, at: .now)
        capacity.step(loads: loads, memory: pacing.memory)
        takeHealth()
    }

    /// Begins with the shares of a name server that runs already. Afterwards each goes by the loads alone: with the
    /// shares of the others besides they drive each other.
    private func adopt(_ others: [[Double]]) {
        guard !standing.hasAdopted, let first = others.first else { return }
        standing.hasAdopted = true
        guard capacity.standings.allSatisfy({ $0.shed == 0 }) else { return }
        capacity.adopt(first)
    }
}

extension Fleet {
    /// Whether there is anything to keep within a capacity.
    fileprivate var hasCapacities: Bool { regions.contains { $0.capacity != nil } }
}

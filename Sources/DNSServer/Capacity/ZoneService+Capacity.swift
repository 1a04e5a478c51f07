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
        capacity.step(loads: RegionLoads.current(map.fleet, records, watch, at: .now), memory: pacing.memory)
        takeHealth()
    }
}

extension Fleet {
    /// Whether there is anything to keep within a capacity.
    fileprivate var hasCapacities: Bool { regions.contains { $0.capacity != nil } }
}

import Addressing
import DNSWire
import FleetSimulation
import Geography
import Testing
import ZoneFile

@testable import Steering

/// The controller alone, and in a fleet with a clock of its own.
@Suite struct CapacityControllerTests {
    /// Regions on the equator at these longitudes, and clients beside the first.
    private func map(_ capacities: [Double?], at longitudes: [Double], _ policy: SteerRecord.Policy = .nearest) throws
        -> SteeringMap
    {
        let regions = try capacities.indices.map { index in
            RegionEntry(
                record: RegionRecord(
                    name: try Samples.name("r\(index)"),
                    location: GeoPoint(latitude: 0, longitude: longitudes[index]),
                    check: .tcp(port: nil),
                    capacity: capacities[index]
                ),
                addresses: [IPAddress(v4: UInt32(index + 1))]
            )
        }
        let steer = try Samples.steer(policy, capacities.indices.map { "r\($0)" })
        let atlas = Atlas { add in
            if let all = IPPrefix(IPAddress(v4: 0), length: 0) { add(all, 0) }
            return [Location(coordinates: GeoPoint(latitude: 0, longitude: 0))]
        }
        return SteeringMap(fleet: Fleet(ControlRecords(regions: regions, steers: [steer])), atlas: atlas)
    }

    private func shares(_ controller: CapacityController) -> [Int] {
        controller.standings.map { Int(($0.shed * 100).rounded()) }
    }

    @Test func `a region below its limit keeps everyone`() throws {
        let map = try map([100, 100], at: [0, 10])
        var controller = CapacityController()
        controller.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for _ in 0..<5 { controller.step(loads: [94, 0], memory: 1) }
        #expect(shares(controller) == [0, 0])
        var health = FleetHealth(allHealthy: map.fleet)
        controller.apply(to: &health)
        #expect(health == FleetHealth(allHealthy: map.fleet))
    }

    @Test func `a region above it comes down to the target by bounded steps, and takes them back when demand falls`()
        throws
    {
        let map = try map([100, 1000], at: [0, 10])
        var controller = CapacityController(settings: CapacitySettings(greatestRise: 0.25, greatestHastyRise: 0.4))
        controller.turn(to: map, FleetHealth(allHealthy: map.fleet))
        var seen: [Int] = []
        // All 200 come to the first region, less what it sends on at once.
        for _ in 0..<6 {
            let share = controller.standings[0].shed
            controller.step(loads: [200 * (1 - share), 200 * share], memory: 1)
            seen.append(shares(controller)[0])
        }
        #expect(seen.first == 40)
        #expect((53...60).contains(seen.last ?? 0), "\(seen)")
        for _ in 0..<40 {
            let share = controller.standings[0].shed
            controller.step(loads: [80 * (1 - share), 80 * share], memory: 1)
        }
        #expect(shares(controller) == [0, 0])
    }

    @Test func `what is done already but not seen yet is not done twice`() throws {
        let map = try map([100, 1000], at: [0, 10])
        var controller = CapacityController()
        controller.turn(to: map, FleetHealth(allHealthy: map.fleet))
        // Nobody asks again for a while: the load stays, and so must the share.
        for _ in 0..<4 { controller.step(loads: [120, 0], memory: 12) }
        #expect((20...40).contains(shares(controller)[0]), "\(shares(controller))")
    }

    @Test func `what has been learned of demand outlives another map of the same regions`() throws {
        let map = try map([100, 100], at: [0, 10])
        var (controller, remapped) = (CapacityController(), CapacityController())
        controller.turn(to: map, FleetHealth(allHealthy: map.fleet))
        remapped.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for interval in 0..<40 {
            // Demand that goes up and down, so that composure matters too.
            let demand = 130 + 40 * Double(interval / 7 % 2)
            for region in [0, 1] { #expect(controller.standings[region].shed == remapped.standings[region].shed) }
            let share = controller.standings[0].shed
            controller.step(loads: [demand * (1 - share), demand * share], memory: 3)
            remapped.step(loads: [demand * (1 - share), demand * share], memory: 3)
            let again = try self.map([100, 100], at: [0, 10])
            remapped.turn(to: again, FleetHealth(allHealthy: again.fleet))
        }
        #expect(shares(controller)[0] > 20)
    }

    @Test func `those go first whose next choice is near`() throws {
        // r0 is full; clients of one name go on to the near r1, those of the other to the far r2.
        let names = try (0..<3).map { try Samples.name("r\($0)") }
        let places = [0.0, 5, 90]
        let regions = names.indices.map { index in
            RegionEntry(
                record: RegionRecord(
                    name: names[index],
                    location: GeoPoint(latitude: 0, longitude: places[index]),
                    capacity: 1000
                ),
                addresses: [IPAddress(v4: UInt32(index + 1))]
            )
        }
        let steers = [
            try Samples.steer(.failover, ["r0", "r1"], name: "near"),
            try Samples.steer(.failover, ["r0", "r2"], name: "far"),
        ]
        let map = SteeringMap(fleet: Fleet(ControlRecords(regions: regions, steers: steers)), atlas: .empty)
        var controller = CapacityController()
        controller.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for _ in 0..<8 {
            let share = controller.standings[0].shed
            controller.step(loads: [1100 * (1 - share), 1100 * share, 0], memory: 1)
        }
        var health = FleetHealth(allHealthy: map.fleet)
        controller.apply(to: &health)
        let toNear = health.shed(of: 0, next: .region(1))
        let toFar = health.shed(of: 0, next: .region(2))
        #expect(toNear > 0.2 && toFar < toNear / 3, "\(toNear) \(toFar)")
    }

    @Test func `the load of a region that dies is reckoned with before it comes`() throws {
        let map = try map([100, 100, 1000], at: [0, 10, 40], .failover)
        var controller = CapacityController()
        var health = FleetHealth(allHealthy: map.fleet)
        controller.turn(to: map, health)
        for _ in 0..<4 { controller.step(loads: [90, 0, 0], memory: 3) }
        health.set(.unhealthy, region: map.fleet.regions[0])
        controller.turn(to: map, health)
        #expect(shares(controller) == [0, 0, 0])
        #expect(abs(controller.standings[1].expected - 90) < 2)
        // A second that cannot carry it sends on at once, though nothing has come to it.
        let small = try self.map([100, 50, 1000], at: [0, 10, 40], .failover)
        controller = CapacityController()
        controller.turn(to: small, FleetHealth(allHealthy: small.fleet))
        for _ in 0..<4 { controller.step(loads: [90, 0, 0], memory: 3) }
        controller.turn(to: small, health)
        #expect((45...52).contains(shares(controller)[1]), "\(shares(controller))")
    }

    @Test func `regions without reports, capacity or clients do no harm`() throws {
        let map = try map([100, nil], at: [0, 10])
        var controller = CapacityController()
        controller.step(loads: [1, 2], memory: 1)
        controller.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for _ in 0..<3 { controller.step(loads: [nil, nil], memory: 0) }
        controller.step(loads: [0, 0], memory: 500)
        controller.step(loads: [1], memory: 1)
        for _ in 0..<8 { controller.step(loads: [300, nil], memory: 1) }
        #expect(shares(controller)[1] == 0)
        #expect(shares(controller)[0] > 0)
        let empty = SteeringMap(fleet: Fleet(ControlRecords()), atlas: .empty)
        controller.turn(to: empty, FleetHealth(allHealthy: empty.fleet))
        controller.step(loads: [], memory: 1)
        #expect(controller.standings.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `no region of a random fleet stays overloaded while another has room`(seed: UInt64) throws {
        var plan = FleetPlan()
        plan.clients = 500
        plan.regions = 3...5
        plan.places = 6...10
        var simulation = try plan.simulation(seed: seed)
        let trial = CapacityTrial(&simulation)
        #expect(trial.longestExcess <= 10)
        #expect(trial.oscillations == 0)
    }

    @Test(arguments: [0.5, 0.9, 0.96, 1.2, 2, 5])
    func `what is supposed of a load is what it leads to in the end`(load: Double) throws {
        let map = try map([100, 1000], at: [0, 10])
        var real = CapacityController()
        real.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for _ in 0..<60 {
            let share = real.standings[0].shed
            real.step(loads: [load * 100 * (1 - share), load * 100 * share], memory: 1)
        }
        var supposed = CapacityController()
        supposed.turn(to: map, FleetHealth(allHealthy: map.fleet))
        supposed.suppose(loads: [load * 100, 0])
        var health = FleetHealth(allHealthy: map.fleet)
        supposed.apply(to: &health)
        // The controller leaves a region alone that is within a twentieth of what is aimed at.
        #expect(abs(health.shed[0] - real.standings[0].shed) < 0.05, "\(health.shed) \(real.standings)")
        let aimedAt = load > 0.95 ? 1 - 0.9 / load : 0
        #expect(abs(health.shed[0] - aimedAt) < 0.005, "\(health.shed)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64], [2, 3])
    func `name servers do not drive each other, also when one starts anew`(seed: UInt64, servers: Int) throws {
        var plan = FleetPlan()
        plan.clients = 500
        plan.regions = 3...5
        plan.places = 6...10
        plan.servers = servers
        var simulation = try plan.simulation(seed: seed)
        let trial = CapacityTrial(&simulation)
        #expect(trial.oscillations == 0)
        #expect(trial.longestExcess <= 10)
    }

    @Test func `name servers that see each other's shares agree, also one that starts late`() throws {
        let map = try map([100, 1000], at: [0, 10])
        var early = CapacityController()
        early.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for _ in 0..<10 {
            let share = early.standings[0].shed
            early.step(loads: [200 * (1 - share), 200 * share], memory: 1)
        }
        var late = CapacityController()
        late.turn(to: map, FleetHealth(allHealthy: map.fleet))
        for _ in 0..<40 {
            let shares = [early, late].map { $0.standings.map(\.shed) }
            let mean = (shares[0][0] + shares[1][0]) / 2
            early.step(loads: [200 * (1 - mean), 200 * mean], memory: 1, others: [shares[1]])
            late.step(loads: [200 * (1 - mean), 200 * mean], memory: 1, others: [shares[0]])
        }
        let shares = [early, late].map { $0.standings[0].shed }
        #expect(abs(shares[0] - shares[1]) < 0.08, "\(shares)")
        #expect((0.5...0.6).contains((shares[0] + shares[1]) / 2), "\(shares)")
    }
}

@Suite struct SpillOrderTests {
    @Test func `the front moves the share asked for, the cheapest first`() {
        for share in stride(from: 0.0, through: 1, by: 0.05) {
            let front = SpillOrder.front(share: share)
            #expect(abs(SpillOrder.share(front: front) - share) < 1e-4)
            let halves = [(0.0, 0.5), (0.5, 1.0)].map { SpillOrder.share(front: front, from: $0.0, to: $0.1) }
            #expect(abs((halves[0] + halves[1]) / 2 - share) < 1e-4)
            #expect(halves[0] >= halves[1])
        }
    }
}

import Addressing
import DNSWire
import Geography
package import Steering
import ZoneFile

/// A fleet under load with a clock of its own: clients who ask for an address, keep it for its time to live and send
/// their requests there; regions that report what they get; and name servers that run the real steering and the real
/// controller.
package struct FleetSimulation {
    /// A network whose clients ask together.
    struct Client {
        var address: IPAddress
        var rule: Int
        /// Requests a second.
        var demand: Double
        /// Which name server it asks.
        var server: Int
        /// When it asks again, in ticks.
        var asksAt: Int
        /// Whom it was sent to; `nil` before it has asked.
        var region: Int?
        /// How many ticks it keeps an answer: some keep answers longer than they should.
        var keeps: Int
    }

    /// A name server.
    struct Server {
        var controller: CapacityController
        var decisions: SteeringDecisions
    }

    /// Ticks in an interval of the controller.
    package static let ticksPerInterval = 5
    /// Intervals that an answer lives.
    package static let memory = 3

    package let map: SteeringMap
    /// By region: requests a second.
    package let capacities: [Double]
    package private(set) var health: FleetHealth
    /// By region: requests a second at this moment.
    package private(set) var loads: [Double]
    private(set) var servers: [Server]
    private var clients: [Client]
    private let settings: CapacitySettings
    private var sums: [Double]
    private var tick = 0

    init(map: SteeringMap, capacities: [Double], clients: [Client], serverCount: Int, settings: CapacitySettings) {
        self.map = map
        self.capacities = capacities
        self.clients = clients
        self.settings = settings
        health = FleetHealth(allHealthy: map.fleet)
        loads = Array(repeating: 0, count: capacities.count)
        sums = loads
        let decisions = SteeringDecisions(map: map, health: health)
        var controller = CapacityController(settings: settings)
        controller.turn(to: map, health)
        servers = Array(repeating: Server(controller: controller, decisions: decisions), count: serverCount)
        for index in self.clients.indices { ask(index) }
        measure()
    }

    /// The shares that the first name server has regions send on.
    package var shares: [Double] { servers[0].controller.standings.map(\.shed) }

    /// The shares of all name servers.
    package var allShares: [[Double]] { servers.map { $0.controller.standings.map(\.shed) } }

    /// The regions that take clients.
    package var regionsUp: [Int] {
        map.fleet.regions.indices.filter { health.addresses[$0].contains(.healthy) }
    }

    /// Sets whether a region is alive. Clients that were sent there get nothing until they ask again.
    package mutating func set(_ isAlive: Bool, region: Int) {
        health.set(isAlive ? .healthy : .unhealthy, region: map.fleet.regions[region])
        for index in servers.indices {
            servers[index].controller.turn(to: map, health)
            publish(index)
        }
    }

    /// Has a name server start anew, which knows nothing of what was before.
    ///
    /// - Parameter adopting: whether it begins with the shares of another.
    package mutating func restart(_ server: Int, adopting: Bool) {
        guard servers.indices.contains(server) else { return }
        var controller = CapacityController(settings: settings)
        controller.turn(to: map, health)
        if adopting, let other = servers.indices.first(where: { $0 != server }) {
            controller.adopt(servers[other].controller.standings.map(\.shed))
        }
        servers[server].controller = controller
        publish(server)
    }

    /// Multiplies the demand of those clients who are in a region now.
    package mutating func multiplyDemand(by factor: Double, in region: Int) {
        for index in clients.indices where clients[index].region == region { clients[index].demand *= factor }
    }

    /// Lets an interval pass.
    ///
    /// - Returns: by region, the mean load in it.
    @discardableResult
    package mutating func runInterval(agreeing: Bool = false) -> [Double] {
        sums = Array(repeating: 0, count: capacities.count)
        for _ in 0..<Self.ticksPerInterval {
            tick += 1
            for index in clients.indices where clients[index].asksAt <= tick { ask(index) }
            measure()
            for region in sums.indices { sums[region] += loads[region] }
        }
        let means = sums.map { $0 / Double(Self.ticksPerInterval) }
        let up = Set(regionsUp)
        let reports = means.indices.map { up.contains($0) ? means[$0] : nil }
        let before = allShares
        for index in servers.indices {
            let others = agreeing ? before.indices.filter { $0 != index }.map { before[$0] } : []
            servers[index].controller.step(loads: reports, memory: Self.memory, others: others)
            publish(index)
        }
        return means
    }

    private mutating func publish(_ index: Int) {
        var health = health
        servers[index].controller.apply(to: &health)
        guard health != servers[index].decisions.health else { return }
        servers[index].decisions = servers[index].decisions.updated(for: health)
    }

    private mutating func ask(_ index: Int) {
        let client = clients[index]
        let decisions = servers[client.server].decisions
        let resolution = decisions.resolve(rule: client.rule, client.address)
        let answers = decisions.answers(of: map.fleet.rules[client.rule])
        clients[index].region = answers[resolution.answer].regions.first
        while clients[index].asksAt <= tick { clients[index].asksAt += client.keeps }
    }

    private mutating func measure() {
        for region in loads.indices { loads[region] = 0 }
        for client in clients {
            guard let region = client.region else { continue }
            loads[region] += client.demand
        }
        for region in loads.indices where !health.addresses[region].contains(.healthy) { loads[region] = 0 }
    }
}

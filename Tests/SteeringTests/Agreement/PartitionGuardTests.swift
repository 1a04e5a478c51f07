import DNSWire
import Testing

@testable import Steering

/// What a name server thinks of itself when its checks fail, on a clock that is moved by hand.
@Suite struct PartitionGuardTests {
    /// A guard and a fleet it looks at.
    private struct World {
        var partition: PartitionGuard
        let regions: [DomainName]
        var sight: [DomainName: Bool] = [:]
        var now = ContinuousClock.now
        var events: [PartitionGuard.Event] = []

        init(_ count: Int, _ settings: PartitionGuard.Settings = PartitionGuard.Settings(), _ freeze: Freeze? = nil)
            throws
        {
            partition = PartitionGuard(settings, restoring: freeze)
            regions = try (0..<count).map { try Samples.name("r\($0)") }
            for region in regions { sight[region] = true }
            if freeze == nil { look() }
        }

        mutating func look(after seconds: Double = 0) {
            now += .seconds(seconds)
            events += partition.observe(sight, at: now)
        }

        /// Regions go down, or up, at one moment.
        mutating func set(_ isUp: Bool, _ indices: some Sequence<Int>, after seconds: Double = 0) {
            for index in indices { sight[regions[index]] = isUp }
            look(after: seconds)
        }

        /// The numbers of the regions that are held.
        var held: [Int] {
            regions.indices.filter { partition.freeze?.held.contains(regions[$0]) ?? false }
        }

        var endings: [Freeze.Ending] {
            events.compactMap { event in if case .ended(_, let ending) = event { ending } else { nil } }
        }

        var freezes: Int { events.count { if case .began = $0 { true } else { false } } }
    }

    @Test(arguments: [
        (1, 1, false), (2, 1, false), (2, 2, false), (3, 1, false), (3, 2, true), (3, 3, true), (4, 2, false),
        (4, 3, true), (64, 32, false), (64, 33, true), (64, 64, true),
    ])
    func `more than half of three or more at once is suspicious`(count: Int, failing: Int, isFrozen: Bool) throws {
        var world = try World(count)
        for index in 0..<failing { world.set(false, [index], after: 0.1) }
        #expect((world.partition.freeze != nil) == isFrozen)
        #expect(world.held == (isFrozen ? Array(0..<failing) : []))
        if isFrozen, case .began(let freeze)? = world.events.first { #expect(freeze.total == count) }
    }

    @Test(arguments: [3, 4, 5, 9, 64])
    func `regions that die one after another are believed`(count: Int) throws {
        var world = try World(count)
        for index in 0..<count { world.set(false, [index], after: 31) }
        #expect(world.events.isEmpty)
    }

    @Test func `who was down before stays down, and who recovers is up`() throws {
        var world = try World(6)
        world.set(false, [0], after: 10)
        world.set(false, [1, 2, 3], after: 40)
        #expect(world.held == [1, 2, 3])
        world.set(true, [2], after: 10)
        #expect(world.held == [1, 3])
        world.set(true, [0], after: 1)
        // A region that fails meanwhile is held too, also one that had come back.
        world.set(false, [0, 4], after: 10)
        #expect(world.held == [0, 1, 3, 4])
        #expect(world.events.count { if case .held = $0 { true } else { false } } == 1)
        world.set(true, 0..<6, after: 10)
        #expect(world.partition.freeze == nil && world.endings == [.healed])
    }

    @Test func `it is over after its time, and not begun again for what is down`() throws {
        var world = try World(4)
        world.set(false, 0..<4, after: 10)
        world.look(after: 299.9)
        #expect(world.held == [0, 1, 2, 3])
        world.look(after: 0.2)
        #expect(world.held.isEmpty && world.endings == [.expired])
        for _ in 0..<100 { world.look(after: 10) }
        #expect(world.freezes == 1)
        // Once the regions have been healthy for as long, it may happen again.
        world.set(true, 0..<4)
        world.set(false, 0..<4, after: 299)
        #expect(world.freezes == 1)
        world.set(true, 0..<4)
        world.set(false, 0..<4, after: 300)
        #expect(world.freezes == 2)
    }

    @Test func `when only few are left down the checks are believed, after a while`() throws {
        var world = try World(5)
        world.set(false, 0..<5)
        world.set(true, 0..<3, after: 20)
        #expect(world.held == [3, 4])
        world.look(after: 29)
        #expect(world.held == [3, 4])
        world.look(after: 2)
        #expect(world.held.isEmpty && world.endings == [.dispersed])
    }

    @Test func `an order ends it, and it does not come back at once`() throws {
        var world = try World(3)
        world.set(false, 0..<3)
        #expect(world.partition.unfreeze(at: world.now)?.held.count == 3)
        #expect(world.partition.unfreeze(at: world.now) == nil)
        for _ in 0..<100 {
            world.set(true, 0..<3, after: 1)
            world.set(false, 0..<3, after: 1)
        }
        #expect(world.freezes == 1)
        world.set(true, 0..<3, after: 1)
        world.set(false, 0..<3, after: 300)
        #expect(world.freezes == 2)
    }

    @Test func `nothing is frozen where that is off, and standing aside forgets`() throws {
        var world = try World(8, PartitionGuard.Settings(hold: .zero))
        world.set(false, 0..<8)
        #expect(world.events.isEmpty)
        world = try World(8)
        world.set(false, 0..<8)
        #expect(world.partition.standAside(at: world.now).count == 1)
        world.look(after: 1)
        #expect(world.held.isEmpty && world.freezes == 1)
    }

    @Test func `a restart goes on where it was`() throws {
        let now = ContinuousClock.now
        let names = try (0..<3).map { try Samples.name("r\($0)") }
        let freeze = Freeze(.partition, since: now - .seconds(200), until: now + .seconds(100), held: Set(names[1...]))
        var world = try World(3, PartitionGuard.Settings(), freeze)
        world.now = now
        world.set(false, 0..<3)
        // Nobody knows of the first whether it was up.
        #expect(world.held == [1, 2])
        world.look(after: 99)
        #expect(world.held == [1, 2])
        world.look(after: 1)
        #expect(world.held.isEmpty && world.endings == [.expired])
        // What does not concern it is no freeze of its.
        let other = Freeze(.alone, since: now, until: now + .seconds(100), held: Set(names))
        #expect(PartitionGuard(restoring: other).freeze == nil)
    }

    @Test func `a region that the zones lose is no longer held`() throws {
        var world = try World(4)
        world.set(false, 0..<4)
        world.sight[world.regions[3]] = nil
        world.look(after: 1)
        #expect(world.held == [0, 1, 2])
    }

    /// Whatever regions do, what is held is down, and in a time `t` it is frozen for `(hold + t) / 2` at most.
    @Test(arguments: 0..<18 as Range<UInt64>)
    func `it is bounded whatever happens`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = [1, 2, 3, 4, 7, 64][Int(seed % 6)]
        let hold = Double.random(in: 20...120, using: &generator)
        let window = Double.random(in: 2...30, using: &generator)
        var world = try World(
            count,
            PartitionGuard.Settings(window: .seconds(window), hold: .seconds(hold))
        )
        let start = world.now
        var frozen: [(at: Double, length: Double)] = []
        for _ in 0..<1000 {
            let step = Double.random(in: 0.05...3, using: &generator)
            let wasFrozen = world.partition.freeze != nil
            let at = Double((world.now - start) / .seconds(1))
            let flips: [Int] =
                switch Int.random(in: 0..<8, using: &generator) {
                case 0: Array(0..<count)
                case 1, 2: [Int.random(in: 0..<count, using: &generator)]
                default: []
                }
            world.set(Bool.random(using: &generator), flips, after: step)
            if wasFrozen { frozen.append((at, step)) }
            #expect(world.held.allSatisfy { world.sight[world.regions[$0]] == false })
        }
        if count < PartitionGuard.leastRegions { #expect(world.events.isEmpty) }
        // It may be looked at a step too late.
        let time = 4 * hold
        var (first, sum, most) = (0, 0.0, 0.0)
        for span in frozen {
            sum += span.length
            while frozen[first].at < span.at + span.length - time {
                sum -= frozen[first].length
                first += 1
            }
            most = max(most, sum)
        }
        #expect(most <= (hold + time) / 2 + 3, "\(most) in \(time), hold \(hold)")
        #expect(count < PartitionGuard.leastRegions || most > 0)
    }
}

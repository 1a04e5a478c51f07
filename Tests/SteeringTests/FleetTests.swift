import DNSWire
import Geography
import Testing
import ZoneFile

@testable import Steering

@Suite struct FleetTests {
    @Test func `regions are found by name in any case and labelled by their first label`() throws {
        let fleet = try Samples.fleet()
        let region = try #require(fleet.region(named: try DomainName("EU-West.example.COM")))
        #expect(region.label == "eu-west")
        #expect(region.index == 1)
        #expect(fleet.region(named: try Samples.name("nowhere")) == nil)
    }

    @Test func `a label that two regions share is replaced by the whole name`() throws {
        var records = ControlRecords(regions: try Samples.regions())
        records.regions.append(
            RegionEntry(record: RegionRecord(name: try DomainName("eu-west.example.net")), addresses: [])
        )
        let labels = Fleet(records).regions.map(\.label)
        #expect(labels == ["us-east", "eu-west.example.com", "eu-north", "ap-south", "eu-west.example.net"])
        #expect(Fleet(records) { $0.relative(to: .root) }.regions[0].label == "us-east.example.com")
    }

    @Test func `members that name no region and repeated ones are left out`() throws {
        let fleet = try Samples.fleet(try Samples.steer(.failover, ["nowhere", "eu-west", "eu-west=5", "us-east"]))
        #expect(fleet.rules[0].members.map(\.region) == [1, 0])
        let decisions = SteeringDecisions(
            map: SteeringMap(fleet: fleet, atlas: .empty),
            health: FleetHealth(allHealthy: fleet)
        )
        #expect(try Samples.answer(decisions, "10.1.0.1") == ["eu-west"])
    }

    @Test func `a rule without any region answers nothing`() throws {
        for policy in SteerRecord.Policy.allCases {
            let fleet = try Samples.fleet(try Samples.steer(policy, ["nowhere"]))
            let map = SteeringMap(fleet: fleet, atlas: try Samples.atlas())
            let decisions = SteeringDecisions(map: map, health: FleetHealth(allHealthy: fleet))
            #expect(try Samples.answer(decisions, "10.1.0.1") == [])
        }
    }

    @Test(arguments: [
        ([Area.continent(.europe)], [1, 2]),
        ([.continent(.asia)], []),
        ([.continent(.northAmerica)], [0]),
        ([.continent(.northAmerica), .continent(.europe)], [0, 1, 2]),
    ])
    func `a region is inside a fence when an area that it covers is`(fence: [Area], inside: [Int]) throws {
        let fleet = try Samples.fleet(try Samples.steer(.failover, fence: fence))
        #expect(fleet.rules[0].members.map(\.region) == inside)
        #expect(Set(fleet.rules[0].outsideFence) == Set(0..<4).subtracting(inside))
    }

    @Test(arguments: [
        (RegionRecord.State.draining, AdministrativeState.draining, "us-east"), (.drained, .drained, "eu-west"),
        (.up, .forcedUp, "us-east"), (.down, .forcedDown, "eu-west"),
    ])
    func `what the zone file says of a region holds from the start`(
        state: RegionRecord.State,
        expected: AdministrativeState,
        answered: String
    ) throws {
        var records = ControlRecords(regions: try Samples.regions())
        records.regions[0].record.state = state
        records.steers = [try Samples.steer(.failover, ["us-east", "eu-west"])]
        let fleet = Fleet(records)
        var health = FleetHealth(allHealthy: fleet)
        #expect(health.administrative[0] == expected)
        if state == .up { health.set(AddressHealth.unhealthy, region: fleet.regions[0]) }
        let decisions = SteeringDecisions(map: SteeringMap(fleet: fleet, atlas: .empty), health: health)
        #expect(try Samples.answer(decisions, "10.1.0.1") == [answered])
    }

    @Test func `areas lie in the areas around them`() throws {
        let (germany, france) = (try Samples.country("DE"), try Samples.country("FR"))
        let bavaria = Area.subdivision(germany, "BY")
        #expect(Area.country(germany).lies(in: .continent(.europe)))
        #expect(bavaria.lies(in: .country(germany)))
        #expect(bavaria.lies(in: .continent(.europe)))
        #expect(!bavaria.lies(in: .country(france)))
        #expect(!Area.country(germany).lies(in: bavaria))
        #expect(!Area.continent(.europe).lies(in: .country(germany)))
        #expect(Area.autonomousSystem(64_500).lies(in: .autonomousSystem(64_500)))
    }
}

import DNSWire
import Foundation
import Testing

@testable import ZoneFile

@Suite("The zones in zones/")
struct ExampleZoneTests {
    /// The folder of example zones, found from this file's place in the package.
    static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "zones").path

    @Test func `every zone loads without a finding`() {
        let set = ZoneSet(paths: [Self.folder])
        #expect(set.findings.map(\.description) == [])
        #expect(set.files.count >= 3)
        #expect(set.zones.count == set.files.count)
    }

    @Test func `the default zone has regions on six continents and steers by every policy`() throws {
        let path = Self.folder + "/example.test.zone"
        let zone = try #require(ZoneFileReader.read(path: path).zone)
        let records = ControlRecords(zones: [zone])
        #expect(records.regions.count == 6)
        #expect(records.regions.allSatisfy { $0.record.location != nil && !$0.addresses.isEmpty })
        #expect(Set(records.steers.map(\.policy)) == Set(SteerRecord.Policy.allCases))
        #expect(Set(records.pools.map(\.region)) == Set(records.regions.map(\.record.name)))
        #expect(records.pools.allSatisfy { pool in pool.servers.allSatisfy { !$0.addresses.isEmpty } })
        #expect(Set(zone.allRecords.map(\.type)).count >= 20)
        #expect(zone.rrset(zone.origin, .steer) != nil)
    }
}

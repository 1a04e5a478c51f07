import Addressing
import DNSWire
import Steering
import Telemetry
import Testing

@testable import DNSServer

/// Tables of measurements are read back as written, and refused as a whole.
@Suite struct LatencyTableTests {
    private func read(_ text: String) -> Result<[LatencyMeasurement], LatencyTable.Faults> {
        LatencyTable.read(Array(text.utf8)) { label in label == "east" ? try? DomainName("east.example.com") : nil }
    }

    private func faults(_ text: String) -> [String] {
        guard case .failure(let faults) = read(text) else { return [] }
        return faults.faults.map { "\($0.line):\($0.column): \($0.message)" }
    }

    @Test func readsBackWhatWasWritten() throws {
        let region = try DomainName("east.example.com")
        let measurements = (0..<40).map { (number: Int) -> LatencyMeasurement in
            let v4 = IPAddress(v4: UInt32(number) << 9)
            let v6 = IPAddress(v6: UInt128(number) << 90)
            return LatencyMeasurement(
                prefix: ClientPrefix(number.isMultiple(of: 2) ? v4 : v6),
                region: region,
                milliseconds: 12.5 + Float(number),
                deviation: 0.25,
                samples: UInt32(number + 1),
                age: UInt32(number * 7)
            )
        }
        let read = LatencyTable.read(Array(LatencyTable.render(measurements).utf8)) { text in try? DomainName(text) }
        #expect(try read.get() == measurements)
    }

    @Test func columnsMayBeLeftOutAndLinesRemarked() throws {
        let text = "# ours\r\n\r\nnetwork,region,milliseconds\r\n192.0.2.77,east,34.5\r\n2001:db8:1::/48,east,40"
        let measurements = try read(text).get()
        #expect(measurements.map(\.prefix.description) == ["192.0.2.0/24", "2001:db8:1::/48"])
        #expect(measurements.map(\.milliseconds) == [34.5, 40] && measurements[0].age == 0)
    }

    @Test(arguments: [
        ("", "1:1: the head is missing"),
        ("network,region\n", "1:15: the head must be"),
        ("network,rgn,milliseconds\n", "1:9: the head must be"),
        ("network,region,milliseconds,deviation,samples,age,more\n", "1:51: there is no such column"),
        ("network,region,milliseconds\nhere,east,3\n", "2:1: 'here' is no address and no network"),
        ("network,region,milliseconds\n192.0.2.0/20,east,3\n", "2:1: "),
        ("network,region,milliseconds\n192.0.0.0/16,east,3\n", "2:1: a network must have 24 bits or more"),
        ("network,region,milliseconds\n192.0.2.0/24,west,3\n", "2:14: no zone has a region 'west'"),
        ("network,region,milliseconds\n192.0.2.0/24,east,-3\n", "2:19: '-3' is no number"),
        ("network,region,milliseconds\n192.0.2.0/24,east,nan\n", "2:19: 'nan' is no number"),
        ("network,region,milliseconds\n\n192.0.2.0/24,east\n", "3:18: 3 fields are expected"),
        ("network,region,milliseconds,deviation,samples\n192.0.2.0/24,east,3,1,0\n", "2:23: '0' is no number"),
    ])
    func tellsWhereItIsWrong(text: String, fault: String) {
        #expect(faults(text).first?.hasPrefix(fault) == true, "\(faults(text))")
    }

    @Test func nothingOfATableWithAFaultIsTaken() {
        #expect(faults("network,region,milliseconds\n192.0.2.0/24,east,3\nx,east,3\ny,east,3\n").count == 2)
        let garbage = (0..<200).map { UInt8($0 * 7 % 256) }
        #expect(throws: LatencyTable.Faults.self) { try LatencyTable.read(garbage) { _ in nil }.get() }
    }
}

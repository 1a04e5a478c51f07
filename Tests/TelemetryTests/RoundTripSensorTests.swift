import Addressing
import Telemetry
import Testing

/// What of a connection's measurements counts.
struct RoundTripSensorTests {
    private typealias Measurement = RoundTripSensor.Measurement

    private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func theHandshakeCountsAndLaterOnlyWhatIsNews() throws {
        var sensor = RoundTripSensor()
        var connection = sensor.begin(from: try Self.address("192.0.2.1"), isRelayed: false, at: 1)
        sensor.measuredHandshake(Measurement(latest: 30_000, least: 30_000), &connection, at: 1)
        // An acknowledgement that was put off makes the smoothed round trip longer, not the least.
        sensor.measuredLater(Measurement(latest: 62_000, least: 30_000), &connection, at: 2)
        sensor.measuredLater(Measurement(latest: 62_000, least: 28_000), &connection, at: 3)
        sensor.measuredLater(nil, &connection, at: 4)
        let batch = sensor.collect()
        #expect(batch.samples.map(\.microseconds) == [30_000, 28_000] && batch.samples.map(\.time) == [1, 3])
        #expect(Set(batch.samples.map(\.network.description)) == ["192.0.2.0/24"])
        #expect(batch.counts.samples == 2 && batch.counts.unmeasured == 0)
        #expect(sensor.collect().samples.isEmpty)
    }

    @Test func whatWasNotMeasuredAtFirstMayBeLater() throws {
        var sensor = RoundTripSensor()
        var connection = sensor.begin(from: try Self.address("2001:db8:1:2::3"), isRelayed: false, at: 1)
        sensor.measuredHandshake(Measurement(latest: 0, least: .max), &connection, at: 1)
        sensor.measuredLater(Measurement(latest: 40_000, least: .max), &connection, at: 2)
        let batch = sensor.collect()
        #expect(batch.samples.map(\.microseconds) == [40_000])
        #expect(batch.samples.first?.network.description == "2001:db8:1::/48" && batch.counts.unmeasured == 1)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("::1", true), ("169.254.3.4", true), ("fe80::1", true), ("febf::1", true),
        ("::ffff:127.0.0.1", true), ("10.0.0.1", false), ("192.168.0.1", false), ("fec0::1", false), ("fd00::1", false),
    ])
    func whoIsOnThisLinkIsNotMeasured(client: String, isLocal: Bool) throws {
        var sensor = RoundTripSensor()
        let connection = sensor.begin(from: try Self.address(client), isRelayed: false, at: 1)
        #expect(connection.isMeasured == !isLocal && sensor.collect().counts.local == (isLocal ? 1 : 0))
        var settings = RoundTripSettings()
        settings.includesLocal = true
        var other = RoundTripSensor(settings)
        #expect(other.begin(from: try Self.address(client), isRelayed: false, at: 1).isMeasured)
    }

    @Test func proxiesInFrontAreNotMeasured() throws {
        var settings = RoundTripSettings()
        settings.pretended = [ClientPrefix(try Self.address("192.0.2.1")): 5]
        var sensor = RoundTripSensor(settings)
        var connection = sensor.begin(from: try Self.address("192.0.2.1"), isRelayed: true, at: 1)
        sensor.measuredHandshake(Measurement(latest: 9, least: 9), &connection, at: 1)
        sensor.measuredLater(Measurement(latest: 9, least: 9), &connection, at: 1)
        #expect(!connection.isMeasured)
        let batch = sensor.collect()
        #expect(batch.samples.isEmpty && batch.counts.relayed == 1)
    }

    @Test func pretendedRoundTripsTakeThePlaceOfMeasuredOnes() throws {
        var settings = RoundTripSettings()
        settings.pretended = [ClientPrefix(try Self.address("127.9.1.0")): 180_000]
        var sensor = RoundTripSensor(settings)
        #expect(!sensor.begin(from: try Self.address("127.9.1.7"), isRelayed: false, at: 1).isMeasured)
        #expect(sensor.begin(from: try Self.address("192.0.2.1"), isRelayed: false, at: 1).isMeasured)
        #expect(sensor.collect().samples.map(\.microseconds) == [180_000])
    }

    @Test func beyondTheLimitNothingIsHeld() throws {
        var settings = RoundTripSettings()
        settings.limit = 3
        var sensor = RoundTripSensor(settings)
        for round in 1...3 as ClosedRange<UInt32> {
            for _ in 0..<5 {
                var connection = sensor.begin(from: try Self.address("192.0.2.1"), isRelayed: false, at: round)
                sensor.measuredHandshake(Measurement(latest: round, least: round), &connection, at: round)
            }
            let batch = sensor.collect()
            #expect(batch.samples.map(\.microseconds) == [round, round, round] && batch.counts.overflowed == 2)
        }
    }

    @Test func theTableIsThatOfTheSamplesOneByOne() throws {
        var (sensor, table, expected) = (
            RoundTripSensor(), RoundTripTable(capacity: 1, seed: 1), RoundTripTable(capacity: 1, seed: 2)
        )
        for number in 0..<1000 as Range<UInt32> {
            let client = IPAddress(v4: 0xC000_0200 + (number % 7) << 8)
            let sample = 20_000 + number * 7919 % 5000
            var connection = sensor.begin(from: client, isRelayed: false, at: number)
            sensor.measuredHandshake(Measurement(latest: sample, least: sample), &connection, at: number)
            expected.add(sample, from: ClientPrefix(client), at: number)
            if number % 90 == 0 { table.add(sensor.collect().samples) }
        }
        table.add(sensor.collect().samples)
        #expect(table.count == 7)
        for entry in table.changes(since: 0).entries { #expect(entry.digest == expected.digest(of: entry.prefix)) }
    }
}

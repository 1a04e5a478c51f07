import Addressing
import Foundation
import Testing

@testable import Telemetry

/// What proxies say of round trips: written and read, bounded, and refused when anything in it cannot be.
struct RoundTripReportTests {
    private static func prefix(_ text: String) throws -> ClientPrefix {
        ClientPrefix(try #require(IPAddress(text)))
    }

    private static func table() throws -> RoundTripTable {
        var table = RoundTripTable(capacity: 1, seed: 1)
        for (time, text) in ["2001:db8:1::1", "192.0.2.1", "198.51.100.1", "192.0.2.2"].enumerated() {
            table.add(UInt32(10_000 * (time + 1)), from: try prefix(text), at: UInt32(time))
        }
        return table
    }

    private static func state(_ report: RoundTripReport) -> StateReport {
        StateReport(region: "a.", roundTrips: report)
    }

    @Test func theOctetsAreThese() throws {
        var table = RoundTripTable(capacity: 1, seed: 1)
        table.add(258, from: try Self.prefix("192.0.2.1"), at: 3)
        table.add(4, from: try Self.prefix("2001:db8:1::1"), at: 4)
        let octets = Self.state(table.report(since: .start, epoch: 0x0102, now: 5)).octets
        var expected: [UInt8] = [
            4, 0, 0, 0, 91, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
        ]
        expected += [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1]
        expected += [0x20, 0x01, 0x0D, 0xB8, 0, 1, 0, 0, 0, 1, 0, 0, 4, 0, 0, 4, 0, 0, 1, 0, 0, 4, 0, 0, 1]
        expected += [192, 0, 2, 0, 0, 0, 1, 0, 1, 2, 0, 1, 2, 0, 0, 65, 0, 1, 2, 0, 0, 2]
        #expect(Array(octets.suffix(96)) == expected)
    }

    @Test func whatIsWrittenIsRead() throws {
        let state = Self.state(try Self.table().report(since: .start, epoch: .max, now: 100))
        let read = try StateReport(octets: state.octets)
        // Centre and deviation lose their fractions of microseconds, once.
        #expect(try StateReport(octets: read.octets) == read)
        let report = try #require(read.roundTrips)
        #expect(report.entries.map(\.prefix.description) == ["2001:db8:1::/48", "192.0.2.0/24", "198.51.100.0/24"])
        #expect(report.entries.map(\.digest.count) == [1, 2, 1])
        #expect(report.entries.map { report.age(of: $0.digest) } == [100, 97, 98])
        #expect(report.cursor == RoundTripCursor(epoch: .max, version: 4) && report.known == 3)
        let json = try JSONEncoder().encode(read)
        #expect(try JSONDecoder().decode(StateReport.self, from: json) == read)
        #expect(String(decoding: json, as: UTF8.self).contains("ffffffffffffffff.4"))
    }

    @Test func whoHasIsToldOnlyWhatIsNew() throws {
        var table = try Self.table()
        let first = table.report(since: .start, epoch: 7, now: 9)
        #expect(table.report(since: first.cursor, epoch: 7, now: 9).entries.isEmpty)
        table.add(1000, from: try Self.prefix("192.0.2.9"), at: 8)
        let second = table.report(since: first.cursor, epoch: 7, now: 9)
        #expect(second.entries.map(\.digest.count) == [3] && second.since == 4 && second.version == 5)
        // The same version in a table of another run says nothing, and a version still to come cannot be.
        for cursor in [RoundTripCursor(epoch: 8, version: 4), RoundTripCursor(epoch: 7, version: 6)] {
            let anew = table.report(since: cursor, epoch: 7, now: 9)
            #expect(anew.since == 0 && anew.entries.count == 3)
        }
    }

    @Test func moreThanTheLimitComesInParts() throws {
        var table = RoundTripTable(capacity: 200_000, seed: 2)
        for number in 0..<120_000 as Range<UInt32> {
            let address = number % 2 == 0 ? IPAddress(v4: number << 8) : IPAddress(v6: UInt128(number) << 80)
            table.add(20_000 + number, from: ClientPrefix(address), at: 1)
        }
        var cursor = RoundTripCursor.start
        var networks: Set<ClientPrefix> = []
        var parts: [Int] = []
        repeat {
            let octets = Self.state(table.report(since: cursor, epoch: 7, now: 9)).octets
            #expect(octets.count <= StateReport.Limits.octets)
            let report = try #require(try StateReport(octets: octets).roundTrips)
            parts.append(report.entries.count)
            networks.formUnion(report.entries.map(\.prefix))
            cursor = report.cursor
            if report.remaining == 0 { break }
        } while parts.count < 10
        #expect(parts == [50_000, 50_000, table.count - 100_000] && networks.count == table.count)
    }

    @Test func whoKnowsNothingOfItReadsTheRest() throws {
        // Another number stands for what a reader of before makes of section 4.
        var octets = Self.state(try Self.table().report(since: .start, epoch: 7, now: 9)).octets
        let place = try #require(octets.firstRange(of: [4, 0, 0, 0])?.lowerBound)
        octets[place] = 0x77
        #expect(try StateReport(octets: octets) == StateReport(region: "a."))
    }

    /// Where octets are changed, counted from the section, and to what; and what becomes of it.
    private static let faults: [(place: Int, octets: [UInt8], error: StateReport.WireError)] = [
        // More networks than there are, fewer, or more than there may be.
        (48, [3], .truncated), (48, [1], .excess), (45, [0, 0, 0xC3, 0x51], .tooLarge),
        (41, [255, 255, 255, 255, 255, 255, 255, 255], .tooLarge),
        // A table that holds fewer than are told; a version that did not go on; more to come than there is.
        (32, [1], .outOfRange), (21, [0, 0, 0, 0, 0, 0, 0, 0], .outOfRange), (36, [9], .outOfRange),
        // A digest of no samples; a least round trip of 0, or of a quarter of a minute; one of before the start.
        (55, [0, 0, 0, 0], .outOfRange), (59, [0, 0, 0], .outOfRange), (59, [255, 255, 255], .outOfRange),
        (71, [0, 0, 10], .outOfRange),
        // The two IPv4 networks: the same, or the greater before the lesser.
        (96, [192, 0, 2], .repeated), (74, [200, 0, 0], .outOfRange),
    ]

    @Test(arguments: faults)
    func whatCannotBeIsRefused(place: Int, octets: [UInt8], error: StateReport.WireError) throws {
        let state = Self.state(try Self.table().report(since: .start, epoch: 7, now: 9)).octets
        let section = state.count - 5 - 44 - 25 - 2 * 22
        var changed = state
        changed.replaceSubrange((section + place)..<(section + place + octets.count), with: octets)
        #expect(changed != state)
        #expect(throws: error) { try StateReport(octets: changed) }
    }

    @Test func everyCutIsRefused() throws {
        let whole = Self.state(try Self.table().report(since: .start, epoch: 7, now: 9)).octets
        let section = whole.count - 5 - 44 - 25 - 2 * 22
        for length in (section + 1)..<whole.count {
            #expect(throws: StateReport.WireError.truncated) { try StateReport(octets: Array(whole[..<length])) }
            // The same with a length that agrees.
            guard length >= section + 5 else { continue }
            var cut = Array(whole[..<length])
            cut[section + 4] = UInt8(length - section - 5)
            #expect(throws: StateReport.WireError.truncated) { try StateReport(octets: cut) }
        }
        #expect(throws: StateReport.WireError.repeated) { try StateReport(octets: whole + whole[section...]) }
    }

    @Test(arguments: ["\"192.0.2.0/25\"", "\"192.0.2.1/24\"", "\"nowhere\"", "\"2001:db8::/32\""])
    func networksOfOtherLengthsAreRefusedInJSON(network: String) {
        let text = """
            {"region": "a", "instance": 1, "pools": [], "load": {"requestsPerSecond": 0, "activeRequests": 0,
            "activeConnections": 0, "connectionLimit": 0}, "roundTrips": {"cursor": "0000000000000001.1", "since": 0,
            "known": 1, "remaining": 0, "clock": 5, "networks": [{"network": \(network), "samples": 1, "age": 0,
            "microseconds": {"least": 1, "centre": 1, "deviation": 0, "recent": 1}}]}}
            """
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(StateReport.self, from: Data(text.utf8)) }
        let sound = text.replacingOccurrences(of: network, with: "\"192.0.2.0/24\"")
        #expect(throws: Never.self) { try JSONDecoder().decode(StateReport.self, from: Data(sound.utf8)) }
    }

    @Test(arguments: ["", ".", "1", "00", "7.1", "0000000000000007.", "0000000000000007.-1", "0000000000000007.01"])
    func textsThatAreNoCursorsAreRefused(text: String) {
        #expect(RoundTripCursor(text) == nil)
    }

    @Test func cursorsReadBack() {
        for cursor in [.start, RoundTripCursor(epoch: 1, version: 0), RoundTripCursor(epoch: .max, version: .max)] {
            #expect(RoundTripCursor(cursor.description) == cursor)
        }
    }
}

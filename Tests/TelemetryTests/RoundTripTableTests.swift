import Addressing
import Telemetry
import Testing

/// The table of digests is bounded, forgets the least valuable, and tells what changed.
struct RoundTripTableTests {
    private func prefix(_ number: Int) -> ClientPrefix {
        ClientPrefix(IPAddress(v4: UInt32(number) << 8 | 7))
    }

    @Test func samplesOfANetworkFoldTogether() {
        var table = RoundTripTable(capacity: 1, seed: 1)
        table.add(10_000, from: ClientPrefix(IPAddress(v4: 0xC000_0201)), at: 1)
        table.add(30_000, from: ClientPrefix(IPAddress(v4: 0xC000_02FE)), at: 2)
        table.add(50_000, from: ClientPrefix(IPAddress(v4: 0xC000_0301)), at: 3)
        #expect(table.count == 2)
        #expect(table.digest(of: ClientPrefix(IPAddress(v4: 0xC000_0200)))?.count == 2)
        #expect(table.digest(of: ClientPrefix(IPAddress(v4: 0xC000_0400))) == nil)
    }

    @Test func neverGrowsPastItsBoundAndKeepsTheBusy() {
        var table = RoundTripTable(capacity: 4096, seed: 99)
        for time in 0..<20 { for number in 0..<200 { table.add(20_000, from: prefix(number), at: UInt32(time)) } }
        // One client that comes from ever new networks.
        for number in 1000..<200_000 { table.add(20_000, from: prefix(number), at: 30) }
        #expect(table.count <= table.capacity)
        #expect(table.evictions > 0)
        let kept = (0..<200).count { table.digest(of: prefix($0)) != nil }
        #expect(kept == 200)
    }

    @Test func longUnseenMakesRoomForNew() {
        var table = RoundTripTable(capacity: 1, seed: 5)
        for number in 0..<40_000 { table.add(20_000, from: prefix(number), at: 0) }
        for number in 50_000..<58_000 { table.add(20_000, from: prefix(number), at: 86_400) }
        let new = (50_000..<58_000).count { table.digest(of: prefix($0)) != nil }
        #expect(new > 3500)
    }

    @Test func changesSinceAVersionAreThoseAndNoOthers() {
        var table = RoundTripTable(capacity: 10_000, seed: 3)
        #expect(table.changes(since: 0).entries.isEmpty)
        for number in 0..<1000 { table.add(20_000, from: prefix(number), at: 1) }
        let version = table.version
        #expect(table.changes(since: version).entries.isEmpty)
        #expect(table.changes(since: version).version == version)
        for number in 990..<1010 { table.add(20_000, from: prefix(number), at: 2) }
        let changes = table.changes(since: version)
        #expect(changes.entries.map(\.prefix) == (990..<1010).map { prefix($0) })
        #expect(changes.version == table.version && changes.remaining == 0)
        #expect(table.changes(since: 0).entries.count == 1010)
    }

    /// Whoever asks again and again with what it was told hears of every network as it stands in the end, however the
    /// table changes between.
    @Test(arguments: [1, 7, 100])
    func whatIsReadInPartsIsTheWhole(limit: Int) {
        var generator = SystemRandomNumberGenerator()
        var table = RoundTripTable(capacity: 4096, seed: 4)
        var known: [ClientPrefix: RoundTripDigest] = [:]
        var version: UInt64 = 0
        for round in 0..<600 {
            // In the end there are no changes any more.
            for _ in 0..<(round < 300 ? Int.random(in: 0..<20, using: &generator) : 0) {
                let network = prefix(Int.random(in: 0..<500, using: &generator))
                table.add(UInt32.random(in: 1...100_000, using: &generator), from: network, at: UInt32(round))
            }
            let changes = table.changes(since: version, limit: limit)
            #expect(changes.entries.count == min(limit, changes.entries.count + changes.remaining))
            version = changes.version
            for entry in changes.entries { known[entry.prefix] = entry.digest }
        }
        while table.version > version {
            let changes = table.changes(since: version, limit: limit)
            version = changes.version
            for entry in changes.entries { known[entry.prefix] = entry.digest }
        }
        #expect(known.count == table.count)
        for (network, digest) in known { #expect(table.digest(of: network) == digest) }
    }

    @Test func networksThatWereForgottenAreNoChanges() {
        var table = RoundTripTable(capacity: 1, seed: 6)
        for number in 0..<50_000 { table.add(20_000, from: prefix(number), at: UInt32(number)) }
        #expect(table.count == table.capacity && table.evictions > 40_000)
        let networks = table.changes(since: 0).entries.map(\.prefix)
        #expect(networks.count == table.count && Set(networks).count == table.count)
        #expect(networks.allSatisfy { table.digest(of: $0) != nil })
    }

    /// While a table grows nothing of it is lost, and it takes memory by what it holds.
    @Test func growingKeepsWhatThereIs() {
        var table = RoundTripTable(capacity: 1 << 20, seed: 7)
        var others: [RoundTripTable] = [table]
        #expect(table.placeCount == 4096)
        for number in 0..<100_000 {
            table.add(UInt32(number % 977 + 1), from: prefix(number), at: UInt32(number / 1000))
            // Some change again, so that the order of changes is not that of coming.
            if number % 3 == 0 { table.add(500, from: prefix(number / 2), at: UInt32(number / 1000)) }
            if number == 900 { others.append(table) }
        }
        #expect(others[1].placeCount == 4096)
        #expect((200_000...500_000).contains(table.placeCount))
        // Of pages that are still to be split up to half the places are taken, and then one set in fifty is full.
        #expect(table.count + table.evictions >= 100_000 && table.evictions < 1000, "\(table.evictions) evictions")
        let entries = table.changes(since: 0).entries
        #expect(entries.count == table.count && Set(entries.map(\.prefix)).count == table.count)
        #expect(entries.allSatisfy { table.digest(of: $0.prefix) == $0.digest })
        #expect(entries.last?.prefix == prefix(49_999))
        let times = entries.map(\.digest.lastSeen)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func aMillionNetworksFitIn64Megabytes() {
        #expect(RoundTripTable.placeStride * (1 << 20) <= 64 << 20)
    }

    @Test func prefixesReadBack() throws {
        for text in ["192.0.2.77", "0.0.0.0", "255.255.255.255", "2001:db8:1:2::3", "::", "::ffff:192.0.2.77"] {
            let address = try #require(IPAddress(text))
            let prefix = ClientPrefix(address)
            #expect(ClientPrefix(packed: prefix.packed) == prefix)
            #expect(prefix.network?.contains(address.folded) == true)
        }
        #expect(ClientPrefix(packed: 0) == nil)
        #expect(ClientPrefix(packed: .max) == nil)
        #expect(ClientPrefix(packed: 1 << 63 | 1 << 24) == nil)
    }
}

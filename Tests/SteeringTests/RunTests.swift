import Testing

@testable import Steering

/// Longest match by looking at every network.
private func longestMatch<Address>(_ address: Address, _ entries: [RunList<Address>.Entry]) -> UInt32 {
    entries.filter { ($0.start...$0.end).contains(address) }.max { $0.length < $1.length }?.value ?? 0
}

private func randomEntries<Address: FixedWidthInteger & UnsignedInteger>(
    count: Int,
    lengths: ClosedRange<Int>,
    values: ClosedRange<UInt32>,
    _ generator: inout SeededGenerator
) -> [RunList<Address>.Entry] {
    var seen: Set<[Address]> = []
    return (0..<count).compactMap { _ in
        let length = Int.random(in: lengths, using: &generator)
        let mask = length == 0 ? 0 : Address.max << Address(Address.bitWidth - length)
        let start = Address.random(in: 0...Address.max, using: &generator) & mask
        guard seen.insert([start, Address(length)]).inserted else { return nil }
        return .init(start: start, length: UInt8(length), value: .random(in: values, using: &generator))
    }
}

@Suite struct RunTests {
    @Test(arguments: 0..<6)
    func `the table equals longest match over all networks`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let v4: [RunList<UInt32>.Entry] = randomEntries(count: 200, lengths: 0...32, values: 0...3, &generator)
        check(v4, &generator)
        let v6: [RunList<UInt128>.Entry] = randomEntries(count: 200, lengths: 0...128, values: 0...3, &generator)
        check(v6, &generator)
        let dense: [RunList<UInt8>.Entry] = randomEntries(count: 60, lengths: 0...8, values: 0...2, &generator)
        check(dense, &generator)
    }

    private func check<Address>(_ entries: [RunList<Address>.Entry], _ generator: inout SeededGenerator) {
        let table = RunTable(RunList(entries, rest: 0))
        var addresses = entries.flatMap { [$0.start, $0.end, $0.start &- 1, $0.end &+ 1] } + [0, .max]
        for _ in 0..<200 { addresses.append(.random(in: 0...Address.max, using: &generator)) }
        for address in addresses {
            #expect(table.match(address).value == longestMatch(address, entries))
        }
    }

    @Test(arguments: 0..<20)
    func `depth is the shortest prefix in which all addresses have the value`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let entries: [RunList<UInt8>.Entry] = randomEntries(count: 20, lengths: 0...8, values: 0...2, &generator)
        let table = RunTable(RunList(entries, rest: 0))
        let reference = (UInt8.min...UInt8.max).map { longestMatch($0, entries) }
        let shortest = { (address: UInt8, holds: (UInt32) -> Bool) in
            (0...8).first { length in
                let size = 256 >> length
                let first = Int(address) / size * size
                return reference[first..<(first + size)].allSatisfy(holds)
            }
        }
        for address in UInt8.min...UInt8.max {
            let match = table.match(address)
            #expect(match.depth == shortest(address) { $0 == match.value })
            let alike = { (value: UInt32) in value == match.value || value == 2 }
            #expect(table.depth(of: address, around: match, limit: 256, alike: alike) == shortest(address, alike))
        }
    }

    @Test func `widening stops at the limit with a prefix that is still uniform`() {
        let entries = (0..<64).map { RunList<UInt8>.Entry(start: UInt8($0 * 4), length: 6, value: UInt32($0)) }
        let table = RunTable(RunList(entries, rest: 0))
        let match = table.match(128)
        #expect(table.depth(of: 128, around: match, limit: 256) { _ in true } == 0)
        #expect((1...6).contains(table.depth(of: 128, around: match, limit: 4) { _ in true }))
    }

    @Test func `neighbouring networks of one value are one run`() {
        let entries = (0..<4).map { RunList<UInt8>.Entry(start: UInt8($0 * 64), length: 2, value: 7) }
        #expect(RunList(entries, rest: 0).starts == [0])
        #expect(RunTable(RunList(entries, rest: 0)).match(200).depth == 0)
    }

    @Test func `networks out of order are sorted and the later of two equal ones counts`() {
        let runs = RunList<UInt8>(
            [
                .init(start: 128, length: 1, value: 1), .init(start: 0, length: 1, value: 2),
                .init(start: 128, length: 1, value: 3),
            ],
            rest: 0
        )
        #expect(runs.starts == [0, 128])
        #expect(runs.values == [2, 3])
    }

    @Test(arguments: 0..<10)
    func `combining gives both values at every address`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let own: [RunList<UInt8>.Entry] = randomEntries(count: 12, lengths: 0...8, values: 0...2, &generator)
        let other: [RunList<UInt8>.Entry] = randomEntries(count: 6, lengths: 0...8, values: 0...2, &generator)
        let table = RunTable(RunList(own, rest: 0).combined(with: RunList(other, rest: 0)) { $0 * 10 + $1 })
        for address in UInt8.min...UInt8.max {
            let expected = longestMatch(address, own) * 10 + longestMatch(address, other)
            #expect(table.match(address).value == expected)
        }
    }

    @Test func `tuples are numbered by content and length`() {
        var interner = TupleInterner<UInt16>()
        #expect(interner.intern([]).number == 0)
        for value in 0..<UInt16(1000) { #expect(interner.intern([value, 1]) == (Int(value) + 1, true)) }
        for value in 0..<UInt16(1000) { #expect(interner.intern([value, 1]) == (Int(value) + 1, false)) }
        #expect(interner.intern([5]) == (1001, true))
        #expect(interner.intern([]) == (0, false))
        #expect(interner.count == 1002)
    }
}

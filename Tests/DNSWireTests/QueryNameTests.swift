import DNSWire
import Testing

/// Names are read eight octets at a time; these are the places where that could go wrong.
@Suite struct QueryNameTests {
    /// The octets of a name that has been read.
    private static func octets(_ name: borrowing QueryName) -> [UInt8] { (0..<name.length).map { name[$0] } }

    /// A message with a name at `offset` and `rest` octets after it.
    private static func message(_ name: [UInt8], offset: Int, rest: Int) -> [UInt8] {
        [UInt8](repeating: 0xAA, count: offset) + name + [UInt8](repeating: 0x5A, count: rest)
    }

    @Test func onlyCapitalsOfASCIIBecomeLowerCase() {
        for octet in UInt8.min...UInt8.max {
            for place in 0..<8 {
                var label = [UInt8](repeating: 0x40, count: 8)
                label[place] = octet
                var name = QueryName()
                let message = Self.message([8] + label + [0], offset: 12, rest: 4)
                #expect(name.read(message.span, at: 12) == 22)
                label[place] = (0x41...0x5A).contains(octet) ? octet + 0x20 : octet
                #expect(Self.octets(name) == [8] + label + [0])
            }
        }
    }

    /// Whatever stands after the name, and however little, the name is the same.
    @Test func namesOfEveryLengthAreReadToTheirEnd() {
        for length in 1...63 {
            let wire = [UInt8(length)] + [UInt8](repeating: UInt8(ascii: "X"), count: length) + [2, 0x59, 0x5A, 0]
            for rest in 0...9 {
                var name = QueryName()
                let message = Self.message(wire, offset: 3, rest: rest)
                #expect(name.read(message.span, at: 3) == 3 + wire.count)
                #expect(Self.octets(name) == wire.map { $0 >= 0x41 ? $0 | 0x20 : $0 })
                #expect(name.labelCount == 2)
                #expect((name.offset(ofLabel: 0), name.offset(ofLabel: 1)) == (0, length + 1))
                #expect(name.suffix(fromLabel: 2) == wire.count - 1)
            }
        }
    }

    @Test func theLongestNameIsReadAndALongerOneIsNot() {
        func wire(_ lengths: [UInt8]) -> [UInt8] {
            lengths.flatMap { [UInt8]([$0]) + [UInt8](repeating: 0x61, count: Int($0)) } + [0]
        }
        let longest = wire([63, 63, 63, 61])
        #expect(longest.count == 255)
        var name = QueryName()
        #expect(name.read(longest.span, at: 0) == 255)
        #expect(Self.octets(name) == longest)
        #expect(name.read(wire([63, 63, 63, 62]).span, at: 0) == nil)
        // 127 labels of one octet are the most.
        let most = [UInt8](repeating: 1, count: 254) + [0]
        #expect(name.read(most.span, at: 0) == 255)
        #expect(name.labelCount == 127)
    }

    @Test func aNameCutOffAnywhereIsNoName() {
        let wire: [UInt8] = [3, 0x77, 0x77, 0x77, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
        var name = QueryName()
        for count in 0..<wire.count { #expect(name.read(Array(wire.prefix(count)).span, at: 0) == nil) }
        #expect(name.read(wire.span, at: 0) == wire.count)
    }

    /// A short name read after a long one has nothing of it.
    @Test func nothingOfTheNameBeforeIsLeft() {
        var name = QueryName()
        var fresh = QueryName()
        #expect(name.read(([60] + [UInt8](repeating: 0xFF, count: 60) + [0]).span, at: 0) == 62)
        let short: [UInt8] = [2, 0x41, 0x42, 0, 1, 2, 3]
        #expect(name.read(short.span, at: 0) == 4)
        #expect(fresh.read(short.span, at: 0) == 4)
        #expect(Self.octets(name) == [2, 0x61, 0x62, 0])
        for count in 1...4 { #expect(name.word(at: 0, count: count) == fresh.word(at: 0, count: count)) }
        #expect(name.word(at: 0, count: 3) == 0x62_6102)
    }
}

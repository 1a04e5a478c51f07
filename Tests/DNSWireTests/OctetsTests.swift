import DNSWire
import Testing

@Suite struct OctetsTests {
    @Test func numbersAreInNetworkOrder() {
        let octets: [UInt8] = [0, 0x12, 0x34, 0x56, 0x78, 0xFF]
        #expect(octets.span.uint16(at: 1) == 0x1234)
        #expect(octets.span.uint32(at: 1) == 0x1234_5678)
        #expect(octets.span.uint16(at: 4) == 0x78FF)
        var room = [UInt8](repeating: 0, count: 4)
        var span = room.mutableSpan
        span.put(0xABCD, at: 1)
        #expect(span.uint16(at: 1) == 0xABCD)
        #expect(room == [0, 0xAB, 0xCD, 0])
        room.append(uint16: 0x0102)
        room.append(uint32: 0x0304_0506)
        room.put(uint16: 0xFFFE, at: 0)
        #expect(room == [0xFF, 0xFE, 0xCD, 0, 1, 2, 3, 4, 5, 6])
    }

    @Test func readingPastTheEndTraps() async {
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1, 2]
            _ = octets.span.uint16(at: 1)
        }
    }
}

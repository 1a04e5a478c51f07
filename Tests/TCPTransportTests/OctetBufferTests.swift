import Testing

@testable import TCPTransport

@Suite("Octet buffers")
struct OctetBufferTests {
    private static func octets(_ buffer: borrowing OctetBuffer) -> [UInt8] {
        buffer.withOctets { octets in octets.indices.map { octets[$0] } }
    }

    @Test func whatIsWrittenComesOutInOrder() {
        var buffer = OctetBuffer()
        #expect(buffer.isEmpty && buffer.capacity == 0)
        buffer.append("ab")
        buffer.append(([1, 2] as [UInt8]).span)
        buffer.append(([3, 4, 5] as [UInt8]).span, 1..<3)
        buffer.append(octet: 6)
        buffer.append(decimal: 0)
        buffer.append(decimal: 18_446_744_073_709_551_615)
        buffer.append(text: "é")
        buffer.append(bigEndian: UInt16(0x0102))
        buffer.append(bigEndian: UInt32(0x0304_0506))
        let expected = Array("ab".utf8) + [1, 2, 4, 5, 6] + Array("018446744073709551615é".utf8) + [1, 2, 3, 4, 5, 6]
        #expect(Self.octets(buffer) == expected)
        #expect(buffer.count == expected.count)
        buffer.drop(2)
        #expect(Self.octets(buffer) == Array(expected.dropFirst(2)))
        buffer.clear()
        #expect(buffer.isEmpty && buffer.capacity >= OctetBuffer.leastCapacity)
    }

    @Test func itGrowsAndMovesAsOctetsComeAndGo() {
        var buffer = OctetBuffer()
        var expected: [UInt8] = []
        var next: UInt8 = 0
        for step in 1...2000 {
            let piece = (0..<step % 97).map { _ in
                next &+= 1
                return next
            }
            buffer.append(piece)
            expected += piece
            let taken = min(expected.count, step % 89)
            buffer.drop(taken)
            expected.removeFirst(taken)
            #expect(Self.octets(buffer) == expected)
        }
        // What was taken made room.
        #expect(buffer.capacity <= 4 * max(OctetBuffer.leastCapacity, expected.count))
    }

    @Test func memoryThatWasGivenBackIsTakenAgain() {
        let stack = BufferStack()
        var first = stack.take()
        first.append("x")
        let capacity = first.capacity
        stack.giveBack(&first)
        #expect(first.isEmpty && first.capacity == 0)
        // Of one without memory there is nothing to give.
        stack.giveBack(&first)
        stack.supply(&first)
        #expect(first.isEmpty && first.capacity == capacity)
        first.append([UInt8](repeating: 7, count: 1_000_000))
        stack.giveBack(&first)
        let second = stack.take()
        #expect(second.capacity == capacity)
    }
}

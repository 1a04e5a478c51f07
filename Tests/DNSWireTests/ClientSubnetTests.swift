import Addressing
import DNSWire
import Testing

@Suite struct ClientSubnetTests {
    /// Reads option data that has octets before and after it.
    private static func read(_ data: [UInt8]) -> ClientSubnet? {
        var subnet = ClientSubnet()
        let octets = [0xFF, 0xFF, 0xFF] + data + [0xFF, 0xFF]
        return subnet.read(octets.span, at: 3, length: data.count) ? subnet : nil
    }

    @Test(arguments: [
        ([0, 1, 24, 0, 192, 0, 2], "192.0.2.0", 24), ([0, 1, 0, 0], "0.0.0.0", 0),
        ([0, 1, 32, 0, 192, 0, 2, 1], "192.0.2.1", 32),
        ([0, 1, 1, 0, 128], "128.0.0.0", 1), ([0, 1, 23, 0, 192, 0, 2], "192.0.2.0", 23), ([0, 2, 0, 0], "::", 0),
        ([0, 2, 56, 0, 0x20, 1, 0x0D, 0xB8, 0, 0, 1], "2001:db8:0:100::", 56),
        ([0, 2, 128, 0] + [UInt8](repeating: 0xFF, count: 16), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128),
        ([0, 0, 0, 0], "0.0.0.0", 0),
    ])
    func networksAreRead(data: [UInt8], address: String, length: Int) throws {
        let subnet = try #require(Self.read(data))
        #expect(subnet.address.description == address)
        #expect(Int(subnet.sourceLength) == length)
        #expect(subnet.family == UInt16(data[1]))
        #expect(subnet.addressLength == data.count - 4)
    }

    @Test(
        arguments: [
            [], [0, 1, 24], [0, 3, 0, 0], [1, 1, 0, 0], [0, 0, 8, 0, 10], [0, 0, 0, 0, 0],
            [0, 1, 33, 0, 1, 2, 3, 4, 0],
            [0, 2, 129, 0] + [UInt8](repeating: 0, count: 17), [0, 1, 24, 0, 192, 0], [0, 1, 24, 0, 192, 0, 2, 0],
            [0, 1, 24, 1, 192, 0, 2],
            [0, 1, 23, 0, 192, 0, 3], [0, 1, 31, 0, 192, 0, 2, 1], [0, 2, 1, 0, 0x40], [0, 1, 0, 255],
        ] as [[UInt8]]
    )
    func malformedOptionsAreRefused(data: [UInt8]) {
        #expect(Self.read(data) == nil)
    }

    /// Of every length, what is read is written again, and any bit after the prefix is refused.
    @Test(arguments: [(UInt8(1), 32), (UInt8(2), 128)]) func everyLengthSurvives(family: UInt8, width: Int) throws {
        for length in 0...width {
            var address = [UInt8](repeating: 0xFF, count: (length + 7) / 8)
            if !length.isMultiple(of: 8) { address[address.count - 1] = ~(0xFF >> UInt8(length % 8)) }
            let data = [0, family, UInt8(length), 0] + address
            let subnet = try #require(Self.read(data))
            var room = [UInt8](repeating: 0xA5, count: 30)
            var span = room.mutableSpan
            let written = subnet.write(scope: 19, into: &span, at: 2)
            var expected = data
            expected[3] = 19
            #expect(Array(room[2..<2 + written]) == [0, 8, 0, UInt8(data.count)] + expected)
            #expect(room[2 + written] == 0xA5)
            if !length.isMultiple(of: 8) {
                var stray = data
                stray[stray.count - 1] |= 1
                #expect(Self.read(stray) == nil)
            }
        }
    }
}

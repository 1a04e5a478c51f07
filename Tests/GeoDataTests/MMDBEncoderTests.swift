import Testing

@testable import GeoData

@Suite struct MMDBEncoderTests {
    private static func encoded(_ value: MMDBValue) -> [UInt8] {
        var encoder = MMDBEncoder(sharesValues: true)
        _ = encoder.append(value)
        return encoder.bytes
    }

    @Test(
        arguments: [
            (.string(""), [0x40]), (.string("US"), [0x42, 0x55, 0x53]),
            (.double(-1.5), [0x68, 0xBF, 0xF8, 0, 0, 0, 0, 0, 0]),
            (.uint16(0), [0xA0]), (.uint16(500), [0xA2, 0x01, 0xF4]), (.uint32(1), [0xC1, 0x01]),
            (.uint32(.max), [0xC4, 0xFF, 0xFF, 0xFF, 0xFF]), (.uint64(0x0102_0304_05), [0x05, 0x02, 1, 2, 3, 4, 5]),
            ([.uint16(1), .uint16(2)], [0x02, 0x04, 0xA1, 1, 0xA1, 2]), (.map([:]), [0xE0]),
            (["b": .uint16(2), "a": .uint16(1)], [0xE2, 0x41, 0x61, 0xA1, 1, 0x41, 0x62, 0xA1, 2]),
        ] as [(MMDBValue, [UInt8])]
    )
    func valuesHaveTheEncodingOfTheFormat(value: MMDBValue, bytes: [UInt8]) {
        #expect(Self.encoded(value) == bytes)
    }

    @Test(
        arguments: [
            (28, [0x5C]), (29, [0x5D, 0]), (284, [0x5D, 255]), (285, [0x5E, 0, 0]), (65820, [0x5E, 0xFF, 0xFF]),
            (65821, [0x5F, 0, 0, 0]),
        ] as [(Int, [UInt8])]
    )
    func sizesTakeOctetsAsNeeded(size: Int, control: [UInt8]) {
        let bytes = Self.encoded(.string(String(repeating: "x", count: size)))
        #expect(Array(bytes.prefix(control.count)) == control)
        #expect(bytes.count == control.count + size)
    }

    @Test(
        arguments: [
            (0, [0x20, 0]), (2047, [0x27, 0xFF]), (2048, [0x28, 0, 0]), (526_335, [0x2F, 0xFF, 0xFF]),
            (526_336, [0x30, 0, 0, 0]),
        ] as [(Int, [UInt8])]
    )
    func aRepeatedValueIsAPointer(offset: Int, pointer: [UInt8]) {
        var encoder = MMDBEncoder(sharesValues: true)
        // A value whose octets end where the repeated one is to start.
        let control = offset == 0 ? 0 : offset < 29 ? 1 : offset < 287 ? 2 : offset < 65824 ? 3 : 4
        if offset > 0 { _ = encoder.append(.string(String(repeating: "x", count: offset - control))) }
        #expect(encoder.bytes.count == offset)
        #expect(encoder.append("repeated") == offset)
        let start = encoder.append(["repeated"])
        #expect(Array(encoder.bytes[(start + 2)...]) == pointer)
        #expect(encoder.append("repeated") == offset)
    }
}

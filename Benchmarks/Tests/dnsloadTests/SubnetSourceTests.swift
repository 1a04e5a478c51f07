import Testing

@testable import dnsload

@Suite struct SubnetSourceTests {
    @Test(
        arguments: [
            ("81.2.69.0/24", [0, 8, 0, 7, 0, 1, 24, 0, 81, 2, 69]),
            ("81.2.69.255/20", [0, 8, 0, 7, 0, 1, 20, 0, 81, 2, 64]),
            ("0.0.0.0/0", [0, 8, 0, 4, 0, 1, 0, 0]),
            ("2001:db8::/32", [0, 8, 0, 8, 0, 2, 32, 0, 0x20, 1, 0x0D, 0xB8]),
        ] as [(String, [UInt8])]
    )
    func anOptionHoldsTheOctetsOfThePrefix(_ network: String, _ option: [UInt8]) {
        #expect(SubnetSource.option(network) == option)
    }

    @Test(arguments: ["81.2.69.0", "81.2.69.0/33", "x/8", "81.2.69.0/-1", "::/129"])
    func anythingElseIsNoNetwork(_ text: String) {
        #expect(SubnetSource.option(text) == nil)
    }

    @Test(
        arguments: [
            ([10, 0, 0], false), ([9, 255, 255], true), ([100, 64, 0], false), ([100, 128, 0], true),
            ([172, 31, 1], false),
            ([172, 32, 0], true), ([192, 0, 2], false), ([198, 19, 0], false), ([203, 0, 113], false),
            ([224, 0, 0], false),
            ([81, 2, 69], true),
        ] as [([UInt32], Bool)]
    )
    func specialNetworksAreNotDrawn(_ octets: [UInt32], _ isPublic: Bool) {
        #expect(SubnetSource.isPublic(octets.reduce(0) { $0 << 8 | $1 }) == isPublic)
    }
}

import Addressing
import Geography
import Testing

@testable import GeoData

@Suite struct MMDBWriterTests {
    @Test func theMoreSpecificNetworkCountsInAnyOrder() throws {
        let networks = [
            ("10.0.0.0/8", country("US")), ("10.1.0.0/16", country("FR")), ("10.1.2.0/24", country("DE")),
        ]
        for networks in [networks, networks.reversed(), [networks[1], networks[2], networks[0]]] {
            let found = try open(database(networks))
            for (client, code) in [("10.1.2.3", "DE"), ("10.1.3.3", "FR"), ("10.2.0.0", "US")] {
                #expect(try found.lookup(address(client)).location.country == CountryCode(code))
            }
        }
    }

    @Test func theLastOfEqualNetworksCounts() throws {
        let found = try open(database([("10.0.0.0/8", country("US")), ("10.0.0.0/8", country("FR"))]))
        #expect(try found.lookup(address("10.0.0.1")).location.country == CountryCode("FR"))
    }

    @Test func equalSiblingsBecomeOneNetwork() throws {
        let halves = try database((0..<256).map { ("10.\($0).0.0/16", country("US")) })
        #expect(halves == (try database([("10.0.0.0/8", country("US"))])))
        #expect(try open(halves).lookup(address("10.77.0.1")).prefix == IPPrefix("10.0.0.0/8"))
    }

    @Test func anIPv6NetworkHasNoPlaceInAnIPv4Database() throws {
        let bytes = try database([("10.0.0.0/8", country("US")), ("2001:db8::/32", country("US"))], family: .v4)
        #expect(bytes == (try database([("10.0.0.0/8", country("US"))], family: .v4)))
    }

    @Test func theSameInputGivesTheSameOctets() throws {
        let networks = ["US", "FR", "DE"].enumerated().map { ("10.\($0).0.0/16", country($1)) }
        #expect(try database(networks) == database(networks))
    }

    @Test(arguments: [24, 28, 32])
    func recordsOfEverySizeReadBack(recordBits: Int) throws {
        var builder = MMDBTreeBuilder(bitWidth: 32)
        builder.insert(bits: 0, length: 1, record: 0)
        builder.insert(bits: 0x8000_0000, length: 2, record: 1)
        builder.mergeSiblings()
        let offsets = [5, recordBits == 24 ? 0xFE_DCBA : 0xFED_CBA9]
        let bytes = builder.encoded(recordBits: recordBits, dataOffsets: offsets)
        #expect(bytes.count == 2 * recordBits / 4)
        unsafe bytes.withUnsafeBytes { buffer in
            let tree = unsafe SearchTree(bytes: buffer, nodeCount: 2, recordBits: recordBits)
            #expect(tree.isValid)
            #expect(tree.child(of: 0, bit: 0) == 2 + 16 + 5)
            #expect(tree.child(of: 0, bit: 1) == 1)
            #expect(tree.child(of: 1, bit: 0) == UInt32(2 + 16 + offsets[1]))
            #expect(tree.child(of: 1, bit: 1) == 2)
        }
    }

    @Test func muchDataTakesLargerRecords() throws {
        let long = String(repeating: "x", count: 9_000_000)
        let bytes = try database([
            ("10.0.0.0/8", ["country": ["iso_code": "US"], "note": .string(long)]),
            ("11.0.0.0/8", ["country": ["iso_code": "FR"], "note": .string(long + "y")]),
            ("12.0.0.0/8", country("DE")),
        ])
        let found = try open(bytes)
        // A node of 28-bit records takes 7 octets; the octet after tree and separator starts the first record's map.
        #expect(bytes[found.metadata.nodeCount * 7 + 16] == 0b111_00010)
        for (client, code) in [("10.0.0.1", "US"), ("11.0.0.1", "FR"), ("12.0.0.1", "DE")] {
            #expect(try found.lookup(address(client)).location.country == CountryCode(code))
        }
    }
}

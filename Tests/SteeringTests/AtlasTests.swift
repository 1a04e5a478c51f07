import Addressing
import Geography
import Testing

@testable import Steering

@Suite struct AtlasTests {
    @Test func `an address is where its longest network is`() throws {
        let atlas = try Samples.atlas()
        let found = atlas.lookup(try #require(IPAddress("10.2.3.4")))
        #expect(found.location == Samples.berlin)
        #expect(found.network == IPPrefix("10.2.0.0/16"))
        #expect(atlas.lookup(try #require(IPAddress("2001:db8:4::1"))).location == Samples.mumbai)
        #expect(atlas.lookup(try #require(IPAddress("11.0.0.1"))).location == .unknown)
    }

    @Test(arguments: [
        ("::ffff:10.2.3.4", "::ffff:10.2.0.0/112"),
        ("64:ff9b::10.2.3.4", "64:ff9b::a02:0/112"),
        ("2002:a02:304::1", "2002:a02::/32"),
        ("2001:0:1:2:3:4:f5fd:fcfb", "2001:0:1:2:3:4:f5fd:0/112"),
    ])
    func `an IPv6 address that stands for an IPv4 address is where that is`(text: String, network: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.folded == IPAddress("10.2.3.4"))
        let found = try Samples.atlas().lookup(address)
        #expect(found.location == Samples.berlin)
        #expect(found.network == IPPrefix(network))
    }

    @Test(arguments: ["::fffe:10.2.3.4", "64:ff9b:1::10.2.3.4", "2003:a02:304::1", "2001:1::1", "10.2.3.4"])
    func `other addresses stand for themselves`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.folded == address)
    }

    @Test func `an index out of range is an unknown place`() throws {
        let network = try #require(IPPrefix("10.0.0.0/8"))
        for index in [1, -1, Int.min, Int.max] {
            let atlas = Atlas { add in
                add(network, index)
                return [Samples.berlin]
            }
            #expect(atlas.lookup(network.address).location == .unknown)
        }
    }
}

import Addressing
import Testing

@Suite struct IPPrefixTests {
    @Test(arguments: [
        ("203.0.113.0/24", "203.0.113.0/24"), ("10.0.0.1", "10.0.0.1/32"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::/32", "2001:db8::/32"), ("::1", "::1/128"), ("::/0", "::/0"),
    ])
    func readsNetworks(text: String, canonical: String) {
        #expect(IPPrefix(text)?.description == canonical)
    }

    @Test(arguments: ["", "/", "10.0.0.1/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "10.0.0/8", "a/8"])
    func refusesWhatIsNoNetwork(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "255.255.255.255", true),
        ("0.0.0.0/0", "::1", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false),
    ])
    func containsItsAddresses(network: String, address: String, expected: Bool) throws {
        let network = try #require(IPPrefix(network))
        #expect(network.contains(try #require(IPAddress(address))) == expected)
    }
}

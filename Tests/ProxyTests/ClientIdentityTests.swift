import Addressing
import Testing

@testable import Proxy

@Suite("Identity of clients")
struct ClientIdentityTests {
    @Test(arguments: [
        "0.0.0.0", "1.2.3.4", "9.10.99.100", "127.0.0.1", "192.0.2.255", "255.255.255.255", "::", "::1",
        "2001:db8::1:0", "2001:db8:1:2:3:4:5:6",
    ])
    func itIsSaidAsAddressesAre(text: String) throws {
        let address = try #require(IPAddress(text))
        let client = ClientIdentity(Endpoint(address, port: 1), trusted: [])
        #expect(String(decoding: client.text, as: UTF8.self) == "\(address)")
        // Requests that were hashed by it before an update go where they went.
        var hash = KeyHash()
        for octet in address.octets.prefix(8) { hash.add(octet) }
        #expect(client.hash == hash.mixed)
    }

    @Test func oneNetworkOfIPv6IsOneClient() throws {
        let addresses = try ["2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:db8:1:3::1"].map {
            try #require(IPAddress($0))
        }
        let hashes = addresses.map(ClientIdentity.hash(of:))
        #expect(hashes[0] == hashes[1] && hashes[0] != hashes[2])
    }
}

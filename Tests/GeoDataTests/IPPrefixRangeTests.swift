import Addressing
import Testing

@testable import GeoData

@Suite struct IPPrefixRangeTests {
    @Test(arguments: [
        ("10.0.0.0", "10.0.0.255", "10.0.0.0/24"), ("10.0.0.1", "10.0.0.1", "10.0.0.1/32"),
        ("10.0.0.1", "10.0.0.4", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/32"),
        ("0.0.0.0", "255.255.255.255", "0.0.0.0/0"), ("255.255.255.254", "255.255.255.255", "255.255.255.254/31"),
        ("1.0.1.0", "1.0.3.255", "1.0.1.0/24 1.0.2.0/23"),
        ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
        ("8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::/1"),
        ("2001:db8::1", "2001:db8::2", "2001:db8::1/128 2001:db8::2/128"),
        ("10.0.0.2", "10.0.0.1", ""), ("10.0.0.0", "::1", ""),
    ])
    func aRangeIsTheFewestNetworks(first: String, last: String, networks: String) throws {
        var found: [String] = []
        IPPrefix.forEach(from: try address(first), through: try address(last)) { found.append("\($0)") }
        #expect(found.joined(separator: " ") == networks)
    }
}

import Addressing
import Testing

@Suite struct EmbeddedIPv4Tests {
    @Test(arguments: [
        ("::ffff:192.0.2.33", "192.0.2.33"), ("::ffff:0.0.0.0", "0.0.0.0"), ("64:ff9b::192.0.2.33", "192.0.2.33"),
        ("2002:c000:221::", "192.0.2.33"), ("2002:c000:221:ffff:ffff:ffff:ffff:ffff", "192.0.2.33"),
        // The example of RFC 4380 section 4: server 65.54.227.120, client 192.0.2.45.
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45"),
    ])
    func transitionAddressesEmbedAnIPv4Address(text: String, embedded: String) throws {
        #expect(try #require(IPAddress(text)).embeddedIPv4 == IPAddress(embedded))
    }

    @Test(arguments: [
        "192.0.2.1", "::", "::1", "::192.0.2.1", "::fffe:192.0.2.1", "::1:ffff:192.0.2.1", "64:ff9b:1::192.0.2.1",
        "64:ff9b::1:192.0.2.1", "2001:1::1", "2001:db8::1", "2003::1", "2001:2002::", "::ffff:0:192.0.2.1",
    ])
    func otherAddressesEmbedNone(text: String) throws {
        #expect(try #require(IPAddress(text)).embeddedIPv4 == nil)
    }
}

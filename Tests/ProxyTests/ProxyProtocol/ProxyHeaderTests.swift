import Addressing
import TCPTransport
import Testing
import ZoneFile

@testable import Proxy

@Suite("PROXY protocol header")
struct ProxyHeaderTests {
    private static func parse(_ octets: [UInt8]) throws(ProxyHeaderError) -> (header: ProxyHeader, count: Int)? {
        try ProxyHeader.parse(octets.span)
    }

    private static func error(_ octets: [UInt8]) -> ProxyHeaderError? {
        do {
            _ = try parse(octets)
            return nil
        } catch {
            return error
        }
    }

    private static func addresses(_ source: String, _ destination: String) throws -> ProxyHeader.Addresses {
        ProxyHeader.Addresses(
            source: try #require(Endpoint(source)),
            destination: try #require(Endpoint(destination))
        )
    }

    /// The signature, version and command, family and protocol, length, and the block.
    private static func binary(_ command: UInt8, _ family: UInt8, _ block: [UInt8]) -> [UInt8] {
        let signature = (0..<12).map { ProxyHeader.signature[$0] }
        return signature + [command, family, UInt8(block.count >> 8), UInt8(block.count & 0xff)] + block
    }

    private static let v4Block: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 7, 0xdc, 0x04, 0x01, 0xbb]

    // MARK: - Section 2.1: version 1

    @Test func textNamesBothEnds() throws {
        let line = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"
        let (header, count) = try #require(try Self.parse(Array((line + "GET /").utf8)))
        #expect(header.addresses == (try Self.addresses("192.0.2.1:56324", "198.51.100.7:443")))
        #expect(count == line.utf8.count)
        let v6 = try #require(try Self.parse(Array("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n".utf8)))
        #expect(v6.header.addresses == (try Self.addresses("[2001:db8::1]:1", "[::1]:65535")))
    }

    @Test(arguments: ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"])
    func unknownSaysNothing(line: String) throws {
        let (header, count) = try #require(try Self.parse(Array(line.utf8)))
        #expect(header.addresses == nil)
        #expect(count == line.utf8.count)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY \r\n", "proxy TCP4 192.0.2.1 198.51.100.7 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 1 2 3\r\n",
        "PROXY TCP4  192.0.2.1 198.51.100.7 1 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 01 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 +1 2\r\n", "PROXY TCP4 192.0.2.256 198.51.100.7 1 2\r\n",
        "PROXY TCP4 ::1 ::2 1 2\r\n", "PROXY TCP6 192.0.2.1 198.51.100.7 1 2\r\n", "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 1 2\nX\r\n",
    ])
    func refusesOtherLines(line: String) {
        #expect(Self.error(Array(line.utf8)) == .malformed)
    }

    @Test func aLineEndsWithin107Octets() {
        let longest = "PROXY UNKNOWN " + String(repeating: "f", count: 107 - 16) + "\r\n"
        #expect(longest.utf8.count == 107)
        #expect(Self.error(Array(longest.utf8)) == nil)
        #expect(Self.error(Array("PROXY UNKNOWN \(String(repeating: "f", count: 92))\r\n".utf8)) == .tooLong)
        #expect(Self.error(Array("PROXY UNKNOWN \(String(repeating: "f", count: 93))".utf8)) == .tooLong)
    }

    // MARK: - Section 2.2: version 2

    @Test func binaryNamesBothEnds() throws {
        let octets = Self.binary(0x21, 0x11, Self.v4Block)
        let (header, count) = try #require(try Self.parse(octets + [1, 2, 3]))
        #expect(header.addresses == (try Self.addresses("192.0.2.1:56324", "198.51.100.7:443")))
        #expect(count == 28)
    }

    @Test func whatFollowsTheAddressesIsPassedOver() throws {
        // PP2_TYPE_NOOP of two octets and an unknown type of none.
        let octets = Self.binary(0x21, 0x11, Self.v4Block + [0x04, 0, 2, 9, 9, 0xe0, 0, 0])
        #expect(try Self.parse(octets)?.count == octets.count)
        for rest: [UInt8] in [[0x04], [0x04, 0], [0x04, 0, 1], [0x04, 0xff, 0xff, 0]] {
            #expect(Self.error(Self.binary(0x21, 0x11, Self.v4Block + rest)) == .malformed)
        }
    }

    @Test(arguments: [
        // LOCAL, whatever its block is.
        [0x20, 0x00, 0], [0x20, 0x11, 3], [0x20, 0xff, 5],
        // No family, and Unix domain sockets.
        [0x21, 0x00, 0], [0x21, 0x31, 216],
    ])
    func someHeadersNameNobody(case: [Int]) throws {
        let octets = Self.binary(UInt8(`case`[0]), UInt8(`case`[1]), [UInt8](repeating: 7, count: `case`[2]))
        let (header, count) = try #require(try Self.parse(octets))
        #expect(header.addresses == nil)
        #expect(count == octets.count)
    }

    @Test func everyOtherCommandAndFamilyIsRefused() {
        let block = [UInt8](repeating: 0, count: 216)
        for value in UInt8.min...UInt8.max {
            let command = Self.error(Self.binary(value, 0x11, Self.v4Block))
            #expect((command == nil) == (value == 0x20 || value == 0x21), "command \(value)")
            let family = Self.error(Self.binary(0x21, value, block))
            #expect((family == nil) == [0x00, 0x11, 0x21, 0x31].contains(value), "family \(value)")
        }
        #expect(Self.error(Self.binary(0x21, 0x11, Array(Self.v4Block.dropLast()))) == .malformed)
        #expect(Self.error(Self.binary(0x21, 0x00, [UInt8](repeating: 0, count: 4097))) == .tooLong)
    }

    // MARK: - Any octets

    @Test func aPartIsNeverAHeaderNorAnError() {
        let headers = [
            Array("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n".utf8), Self.binary(0x21, 0x11, Self.v4Block),
        ]
        for header in headers {
            for count in header.indices {
                let part = Array(header.prefix(count))
                #expect(Self.error(part) == nil && (try? Self.parse(part)) ?? nil == nil, "\(count) octets")
            }
        }
    }

    @Test func mutatedHeadersNeverTrap() throws {
        var random = SystemRandomNumberGenerator()
        let headers = [
            Array("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n".utf8), Self.binary(0x21, 0x11, Self.v4Block + [4, 0, 0]),
            Self.binary(0x21, 0x21, [UInt8](repeating: 1, count: 40)),
        ]
        for _ in 0..<20_000 {
            guard var octets = headers.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                guard let index = octets.indices.randomElement(using: &random) else { break }
                switch Int.random(in: 0..<3, using: &random) {
                case 0: octets[index] = .random(in: 0...255, using: &random)
                case 1: octets.remove(at: index)
                default: octets.insert(.random(in: 0...255, using: &random), at: index)
                }
            }
            if let (_, count) = try? Self.parse(octets) { #expect(count <= octets.count) }
        }
    }

    @Test(arguments: PoolTransport.ProxyProtocol.allCases)
    func whatIsWrittenIsRead(version: PoolTransport.ProxyProtocol) throws {
        let cases = [
            nil, try Self.addresses("192.0.2.1:56324", "198.51.100.7:443"),
            try Self.addresses("[2001:db8::1]:1", "[2001:db8::2]:65535"),
        ]
        for addresses in cases {
            var buffer = OctetBuffer()
            ProxyHeader(addresses: addresses).write(version, into: &buffer)
            let (header, count) = try #require(try buffer.withOctets { try ProxyHeader.parse($0) })
            #expect(header.addresses == addresses)
            #expect(count == buffer.count)
        }
        // Two families become one.
        var buffer = OctetBuffer()
        ProxyHeader(addresses: try Self.addresses("192.0.2.1:1", "[::1]:2")).write(version, into: &buffer)
        let mixed = try buffer.withOctets { try ProxyHeader.parse($0) }
        #expect(mixed?.header.addresses == (try Self.addresses("[::ffff:192.0.2.1]:1", "[::1]:2")))
    }
}

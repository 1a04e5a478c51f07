import DNSWire
import Testing

@Suite struct DomainNameTests {
    private static let longestLabel = String(repeating: "x", count: 63)

    // MARK: - Wire form

    @Test func wireFormIsTakenAsItIs() throws {
        let wire: [UInt8] = [3, 0x57, 0x77, 0x57, 2, 0, 0xFF, 0]
        let name = try DomainName(wire: wire)
        #expect(name.wire == wire)
        #expect(name.canonicalWire == [3, 0x77, 0x77, 0x77, 2, 0, 0xFF, 0])
        #expect(name.labels.map(Array.init) == [[0x57, 0x77, 0x57], [0, 0xFF]])
        #expect(name.labelCount == 2)
        #expect(try DomainName(labels: name.labels) == name)
    }

    @Test(arguments: [
        ([], DomainNameError.truncated), ([1], .truncated), ([1, 0x61], .truncated), ([3, 0x61, 0], .truncated),
        ([0, 0], .trailingOctets), ([1, 0x61, 0, 0], .trailingOctets),
        ([64] + [UInt8](repeating: 0x61, count: 64) + [0], .labelTooLong),
        ([0xC0, 12], .labelTooLong), ([1, 0x61, 0xC0, 0], .labelTooLong),
        ([UInt8](repeating: 1, count: 256), .nameTooLong),
    ])
    func malformedWireFormIsRefused(wire: [UInt8], error: DomainNameError) {
        #expect(throws: error) { try DomainName(wire: wire) }
    }

    @Test func labelsAndNamesKeepToTheirLimits() throws {
        let label = [UInt8](repeating: 0x61, count: 63)
        let longest = try DomainName(labels: [label, label, label, Array(label.prefix(61))])
        #expect(longest.wire.count == 255)
        #expect(throws: DomainNameError.nameTooLong) {
            try DomainName(labels: [label, label, label, Array(label.prefix(62))])
        }
        #expect(throws: DomainNameError.labelTooLong) { try DomainName(labels: [label + [0x61]]) }
        #expect(throws: DomainNameError.emptyLabel) { try DomainName(labels: [label, []]) }
        #expect(try DomainName(wire: longest.wire) == longest)
        // 127 labels of one octet are the most.
        let deepest = try DomainName(labels: [[UInt8]](repeating: [0x61], count: 127))
        #expect((deepest.wire.count, deepest.labelCount) == (255, 127))
        #expect(throws: DomainNameError.nameTooLong) { try deepest.prepending([0x61]) }
        #expect(throws: DomainNameError.nameTooLong) { try deepest.wildcardChild() }
    }

    @Test func namesAreMadeLongerAndShorter() throws {
        let name = try DomainName("www.example.com")
        #expect(name.parent == (try DomainName("example.com")))
        #expect(DomainName.root.parent == nil)
        #expect(try DomainName("example.com").prepending(Array("www".utf8)) == name)
        #expect(throws: DomainNameError.emptyLabel) { try name.prepending([UInt8]()) }
        #expect(throws: DomainNameError.labelTooLong) { try name.prepending([UInt8](repeating: 1, count: 64)) }
        #expect(try name.wildcardChild().isWildcard)
    }

    @Test(arguments: [
        ("*.example", true), ("*", true), ("**.example", false), ("a.*", false), (".", false), ("x*.a", false),
    ])
    func aWildcardHasAnAsteriskAloneInFront(name: String, isWildcard: Bool) throws {
        #expect(try DomainName(name).isWildcard == isWildcard)
    }

    @Test(arguments: [
        ("www.example.com", "example.com", true), ("example.com", "example.com", true), ("a.b.c", ".", true),
        (".", ".", true),
        ("WWW.EXAMPLE.com", "example.COM", true), ("xexample.com", "example.com", false), ("com", "example.com", false),
        ("example.com.org", "example.com", false), (".", "com", false),
        // The octets of the ancestor inside a label do not make one.
        (#"a\007example\003com"#, "example.com", false),
    ])
    func subdomainsAreCountedByLabels(name: String, ancestor: String, isBelow: Bool) throws {
        #expect(try DomainName(name).isSubdomain(of: DomainName(ancestor)) == isBelow)
    }

    // MARK: - Comparing

    @Test func namesCompareWithoutCase() throws {
        let (left, right) = (try DomainName("WWW.Example.COM"), try DomainName("www.exaMPLE.com"))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(!(left < right) && !(right < left))
        #expect(try DomainName("a.b") != DomainName("ab"))
        // Only the letters of ASCII have case.
        #expect(try DomainName(#"\[\193"#) != DomainName(#"\{\225"#))
    }

    /// The example of RFC 4034 section 6.1.
    @Test func theOrderIsCanonical() throws {
        let names = [
            "example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example",
            #"\001.z.example"#,
            "*.z.example", #"\200.z.example"#,
        ]
        let sorted = try names.map { try DomainName($0) }
        var generator = SeededOrder(state: 42)
        for _ in 0..<20 { #expect(sorted.shuffled(using: &generator).sorted() == sorted) }
        #expect(DomainName.root < sorted[0])
    }

    private struct SeededOrder: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }

    @Test(arguments: UInt8.min ... .max) func onlyASCIILettersHaveCase(octet: UInt8) {
        let isCapital = (0x41...0x5A).contains(octet)
        #expect(asciiLowercased(octet) == (isCapital ? octet + 0x20 : octet))
    }
}

import Testing

@testable import DNSWire

/// The form for any type, RFC 3597 section 5.
@Suite struct GenericRDataTests {
    static let readable: [(type: RRType, text: String, wire: String)] = [
        (RRType(rawValue: 731), "\\# 6 abcd ( ef 01 23 45 )", "abcdef012345"),
        (RRType(rawValue: 62347), "\\# 0", ""),
        (.a, "\\# 4 0A000001", "0a000001"),
        (.txt, "\\# 3 02 6 162", "026162"),
    ]

    @Test(arguments: readable.indices) func octetsAreRead(_ index: Int) throws {
        let (type, text, expected) = Self.readable[index]
        #expect(try hex(wire(type, text.replacing("( ", with: "").replacing(" )", with: ""))) == expected)
    }

    static let faults: [(type: RRType, text: String, token: Int, kind: RDataError.Kind)] = [
        (RRType(rawValue: 731), "", 0, .unknownType(RRType(rawValue: 731))),
        (RRType(rawValue: 731), "abcd", 0, .unknownType(RRType(rawValue: 731))),
        (RRType(rawValue: 731), "\"\\#\" 1 00", 0, .unknownType(RRType(rawValue: 731))),
        (RRType(rawValue: 731), "\\#", 1, .missing("length")),
        (RRType(rawValue: 731), "\\# x", 1, .invalid("length", expected: "a number")),
        (RRType(rawValue: 731), "\\# 65536 00", 1, .outOfRange("length", 0...65535)),
        (
            RRType(rawValue: 731), "\\# 2 00", 2,
            .invalid("RDATA", expected: "2 octets in hexadecimal, as its length says")
        ),
        (
            RRType(rawValue: 731), "\\# 0 00", 2,
            .invalid("RDATA", expected: "0 octets in hexadecimal, as its length says")
        ),
        (RRType(rawValue: 731), "\\# 2 00 0", 3, .invalid("RDATA", expected: "whole octets in hexadecimal digits")),
        (RRType(rawValue: 731), "\\# 1 0g", 2, .invalid("RDATA", expected: "hexadecimal digits")),
        (.a, "\\# 3 000000", 2, .invalid("RDATA", expected: "the wire form of A")),
        (.mx, "\\# 5 000a 01 61 c0", 5, .invalid("RDATA", expected: "the wire form of MX")),
        (.steer, "\\# 2 01 61", 3, .invalid("RDATA", expected: "the wire form of STEER")),
    ]

    @Test(arguments: faults.indices) func faultIsRefused(_ index: Int) throws {
        let expected = Self.faults[index]
        let error = try fault(expected.type, expected.text)
        #expect(error == RDataError(expected.kind, token: expected.token), "\(expected.text)")
    }

    @Test func unknownTypesAndMalformedOctetsPrintAsOctets() {
        #expect(RData.present(RRType(rawValue: 731), [0xAB, 0xCD]) == "\\# 2 ABCD")
        #expect(RData.present(RRType(rawValue: 731), []) == "\\# 0")
        #expect(RData.present(.a, [192, 0, 2]) == "\\# 3 C00002")
        #expect(RData.present(.ns, [1, 0x61]) == "\\# 2 0161")
        #expect(RData.present(.cname, [0xC0, 0x0C]) == "\\# 2 C00C")
        #expect(RData.present(.a, [192, 0, 2, 1, 0]) == "\\# 5 C000020100")
        #expect(RData.validate(RRType(rawValue: 731), [1]))
        #expect(!RData.validate(RRType(rawValue: 731), [UInt8](repeating: 0, count: 65536)))
    }

    /// Octets that a part of them makes malformed.
    static let malformed: [(type: RRType, wire: String)] = [
        (.txt, ""), (.txt, "0261"), (.hinfo, "0161"), (.caa, "0000"), (.caa, "0001 2d"), (.srv, "0000 0000 0050"),
        (.soa, "00 00 00000000 00000000 00000000 00000000 000000"), (.ds, "0000 00 00"), (.dnskey, "0100 03 05"),
        (.nsec, "00 00 00"), (.nsec, "00 01 01 40 00 01 40"), (.nsec, "00 00 02 40 00"),
        (.nsec, "00 00 21" + zeros(33)),
        (.nsec3, "01 00 0000 00 00"), (.loc, "01" + zeros(15)), (.loc, "00" + zeros(15)),
        (.loc, "00 a2 16 13 80000000 80000000 00000000"), (.apl, "0001 21 00"), (.apl, "0001 08 02 0a 00"),
        (.apl, "0003 00 00"), (.apl, "0001 08 01"), (.hip, "01 02 0001 20"), (.hip, "00 02 0001 20"),
        (.hip, "01 02 0001 20 21 01"), (.dhcid, "0000"), (.region, "03 616263"), (.pool, "02 3d61"), (.region, "05 61"),
        (.eui48, "0000000000"), (.naptr, "0064000a 00 00 00"), (.ns, "40" + zeros(65)), (.isdn, "0161 0262"),
    ]

    private static func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

    @Test(arguments: malformed.indices) func malformedWireIsFound(_ index: Int) throws {
        let (type, wire) = Self.malformed[index]
        #expect(!RData.validate(type, octets(wire)), "\(type) \(wire)")
        #expect(RData.present(type, octets(wire)).hasPrefix("\\# "))
    }

    @Test func aNameOfMoreThan255OctetsIsMalformed() {
        let label: [UInt8] = [1, 0x61]
        let longest = Array(repeatElement(label, count: 127).joined()) + [0]
        #expect(RData.validate(.ns, longest))
        #expect(!RData.validate(.ns, label + longest))
    }

    /// A small generator of repeatable randomness (SplitMix64).
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return word ^ word >> 31
        }
    }

    @Test(arguments: Array(RRType.names.keys.sorted()) + [3, 14, 700]) func randomOctetsNeverTrapAndReadBack(
        _ code: UInt16
    ) throws {
        let type = RRType(rawValue: code)
        var generator = Generator(state: UInt64(code))
        // Small octets make lengths that fit; printable ones make strings and keys.
        let alphabets: [[UInt8]] = [Array(0...255), Array(0...3), Array("\u{1}\u{5}a=.\\,:\"0".utf8) + [0]]
        for round in 0..<300 {
            let alphabet = alphabets[round % 3]
            let length = Int.random(in: 0...40, using: &generator)
            let rdata = (0..<length).compactMap { _ in alphabet.randomElement(using: &generator) }
            let isValid = RData.validate(type, rdata)
            let text = RData.present(type, rdata)
            _ = type.names(in: rdata)
            if isValid, type != .loc { #expect(try wire(type, text) == rdata, "\(type) \(hex(rdata))") }
        }
    }

    @Test(arguments: Array(RRType.names.keys.sorted())) func randomTextNeverTraps(_ code: UInt16) throws {
        let type = RRType(rawValue: code)
        var generator = Generator(state: UInt64(code) + 1)
        let words = [
            "1", "a.", "\\", "\\#", "=", "a=b", "1.2.3.4", "::", "99999999999999999999", "-", "N", "AA==", "0x",
            "\"", "net=:", "net=1:\\:", "policy", "key1=\\", "key0=", "!1:/", "1:1.2.3.4/", "\u{FF}",
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...9, using: &generator)).compactMap { _ in
                words.randomElement(using: &generator)
            }
            .joined(separator: " ")
            var scanner = try scan(text)
            var rdata: [UInt8] = []
            if (try? RData.parse(type, from: &scanner, into: &rdata)) != nil {
                #expect(RData.validate(type, rdata), "\(type) \(text)")
                #expect(try wire(type, RData.present(type, rdata)) == rdata, "\(type) \(text)")
            }
        }
    }
}

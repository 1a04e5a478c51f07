import Testing

@testable import HTTPWire

@Suite("Octet sets")
struct OctetSetTests {
    private static let alphanumeric = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    /// `tchar` of RFC 9110 section 5.6.2.
    static let tokenOctets = Set(alphanumeric + Array("!#$%&'*+-.^_`|~".utf8))

    @Test func theLiteralsAreTheSetsOfTheGrammars() {
        let registered = Set(Self.alphanumeric + Array("-._~!$&'()*+,;=%".utf8))
        let literal = Set("0123456789abcdefABCDEF:.".utf8)
        for octet in UInt8.min...UInt8.max {
            #expect(OctetSet.token.contains(octet) == Self.tokenOctets.contains(octet), "octet \(octet)")
            #expect(OctetSet.registeredName.contains(octet) == registered.contains(octet), "octet \(octet)")
            #expect(OctetSet.addressLiteral.contains(octet) == literal.contains(octet), "octet \(octet)")
            #expect(
                OctetSet.target.contains(octet) == (octet > 32 && octet < 127 && octet != UInt8(ascii: "#")),
                "octet \(octet)"
            )
        }
    }

    @Test func controlsAreFoundAtEveryPlaceOfAWord() {
        for length in 1...24 {
            for place in 0..<length {
                for octet in UInt8.min...UInt8.max {
                    var octets = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    octets[place] = octet
                    let isControl = (octet < 0x20 && octet != 0x09) || octet == 0x7f
                    let found = octets.span.firstControl(in: 0..<length)
                    if found != (isControl ? place : nil) {
                        Issue.record("octet \(octet) at \(place) of \(length): \(String(describing: found))")
                    }
                }
            }
        }
    }

    @Test func lineFeedsAreFoundAtEveryPlaceOfAWord() {
        for length in 1...24 {
            for place in 0..<length {
                var octets = [UInt8](repeating: 0x0b, count: length)
                octets[place] = 0x0a
                for from in 0...length {
                    #expect(octets.span.firstLineFeed(from: from) == (from <= place ? place : nil))
                }
            }
        }
    }
}

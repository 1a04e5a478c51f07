import DNSWire
import Testing

@Suite struct CodesTests {
    @Test func flagsAreTakenApart() {
        let flags = HeaderFlags(rawValue: 0xA9B5)
        #expect(flags.isResponse)
        #expect(flags.opcode == .update)
        // Opcode, RD and CD come back; AA, TC, RA, Z, AD and RCODE do not.
        #expect(HeaderFlags(rawValue: 0xFFFF).echoed == 0x7900)
        #expect(HeaderFlags(rawValue: 0x86EF).echoed == 0)
        #expect(!HeaderFlags(rawValue: 0x7FFF).isResponse)
        #expect((0..<16).map { HeaderFlags(rawValue: UInt16($0) << 11).opcode.rawValue } == Array(0..<16))
    }

    @Test(arguments: [
        ("A", 1), ("aaaa", 28), ("Https", 65), ("TYPE1", 1), ("type65281", 65_281), ("TYPE0", 0), ("TYPE65535", 65_535),
        ("STEER", 65_282),
        ("ANY", 255),
    ])
    func typesAreRead(text: String, code: UInt16) {
        #expect(RRType(text)?.rawValue == code)
    }

    @Test(arguments: ["", "TYPE", "TYPE65536", "TYPE-1", "TYPE+1", "TYPE1x", "TYPE 1", "AA", "A ", "TYPE١"])
    func otherTextIsNoType(text: String) {
        #expect(RRType(text) == nil)
    }

    /// Every code is written so that it is read again.
    @Test func everyTypeSurvivesItsText() {
        #expect((UInt16.min ... .max).allSatisfy { RRType(RRType(rawValue: $0).description)?.rawValue == $0 })
        #expect(RRType.aaaa.description == "AAAA")
        #expect(RRType(rawValue: 731).description == "TYPE731")
    }

    @Test func everyClassSurvivesItsText() {
        #expect((UInt16.min ... .max).allSatisfy { RRClass(RRClass(rawValue: $0).description)?.rawValue == $0 })
        #expect(RRClass("in") == .in)
        #expect(RRClass("CLASS3") == .ch)
        for text in ["", "CLASS", "CLASS65536", "CLASS-1", "INT"] { #expect(RRClass(text) == nil) }
    }

    /// RFC 6895 section 3.1: types that only a query may carry, and OPT.
    @Test func metaTypesAreThoseOfTheRegistry() {
        let meta = (UInt16.min ... .max).filter { RRType(rawValue: $0).isMeta }
        #expect(meta == [41] + Array(128...255))
    }
}

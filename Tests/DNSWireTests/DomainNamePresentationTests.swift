import DNSWire
import Testing

@Suite struct DomainNamePresentationTests {
    private static func read(_ text: String, origin: String? = "example.com") throws -> DomainName {
        try DomainName(presentation: Array(text.utf8), origin: origin.map { try DomainName($0) })
    }

    @Test(arguments: [
        ("www", "www.example.com."), ("www.", "www."), ("a.b.", "a.b."), ("@", "example.com."), (".", "."),
        ("*", "*.example.com."),
        (#"\@"#, #"\@.example.com."#), (#"a\.b"#, #"a\.b.example.com."#), (#"\097"#, "a.example.com."),
        (#"\a"#, "a.example.com."),
        (#"\000."#, #"\000."#), (#"\255."#, #"\255."#), (#"a\\."#, #"a\\."#), (#"a\032b."#, #"a\032b."#),
        (#"a\ b."#, #"a\032b."#),
        (#"\;\"\(\)\$."#, #"\;\"\(\)\$."#), ("~!#%&'+-/:<=>?[]^_`{|}.", "~!#%&'+-/:<=>?[]^_`{|}."),
    ])
    func textIsReadAndWritten(text: String, written: String) throws {
        let name = try Self.read(text)
        #expect(name.description == written)
        // What is written is read as the same name, without an origin.
        #expect(try Self.read(written, origin: nil).wire == name.wire)
    }

    @Test(arguments: [
        ("", DomainNameError.emptyLabel), ("..", .emptyLabel), ("a..b", .emptyLabel), (".a", .emptyLabel),
        ("a..", .emptyLabel),
        (#"\"#, .badEscape), (#"a\1"#, .badEscape), (#"a\12."#, .badEscape), (#"\256"#, .badEscape),
        (#"\999"#, .badEscape),
        (#"\1a2"#, .badEscape),
    ])
    func malformedTextIsRefused(text: String, error: DomainNameError) {
        #expect(throws: error) { try Self.read(text) }
    }

    @Test func limitsHoldAfterTheOriginIsAppended() throws {
        let label = String(repeating: "x", count: 63)
        #expect(try Self.read(label).labelCount == 3)
        #expect(throws: DomainNameError.labelTooLong) { try Self.read(label + "x") }
        // An escape is one octet.
        #expect(try Self.read(String(repeating: #"\120"#, count: 63)).labels[0].count == 63)
        #expect(throws: DomainNameError.labelTooLong) { try Self.read(String(repeating: #"\120"#, count: 64)) }
        let long = "\(label).\(label).\(label)."
        // example.com takes 13 octets of 255, three labels take 192.
        #expect(try Self.read("\(long)\(String(repeating: "y", count: 49))").wire.count == 255)
        #expect(throws: DomainNameError.nameTooLong) { try Self.read("\(long)\(String(repeating: "y", count: 50))") }
        #expect(try Self.read("\(long)\(String(repeating: "y", count: 61)).").wire.count == 255)
        #expect(throws: DomainNameError.nameTooLong) { try Self.read("\(long)\(String(repeating: "y", count: 62)).") }
    }

    @Test(arguments: ["www", "@"]) func relativeNamesNeedAnOrigin(text: String) {
        #expect(throws: DomainNameError.noOrigin) { try Self.read(text, origin: nil) }
    }

    @Test func everyOctetSurvivesTextForm() throws {
        for octet in UInt8.min ... .max {
            let name = try DomainName(labels: [[octet], [0x61, octet, 0x62]])
            #expect(try DomainName(name.description).wire == name.wire)
            #expect(try DomainName(name.readable).wire == name.wire)
            #expect(name.description.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
    }

    @Test(arguments: [
        ("www.example.com", "www"), ("example.com", "@"), ("a.b.example.com", "a.b"), ("WWW.EXAMPLE.COM", "WWW"),
        ("www.example.org", "www.example.org."), ("com", "com."), (".", "."),
    ])
    func namesAreShownRelativeToAnOrigin(name: String, shown: String) throws {
        let origin = try DomainName("example.com")
        #expect(try DomainName(name).relative(to: origin) == shown)
        #expect(try Self.read(shown) == DomainName(name))
    }

    @Test func appendingTellsHowMuch() throws {
        var octets: [UInt8] = [9]
        #expect(try DomainName.append(presentation: Array("a.".utf8), origin: nil, to: &octets) == 3)
        #expect(octets == [9, 1, 0x61, 0])
        #expect(try DomainName.append(presentation: [UInt8](), origin: nil, to: &octets) == 0)
    }

    @Test func aNameIsReadableWithoutItsFinalDot() throws {
        #expect(try DomainName("a.b.").readable == "a.b")
        #expect(DomainName.root.readable == ".")
    }
}

import Testing

@testable import DNSWire

/// Times, encodings and suggestions.
@Suite struct TextFormsTests {
    static let ttls: [(text: String, seconds: UInt32?)] = [
        ("0", 0), ("3600", 3600), ("1h30m", 5400), ("2w", 1_209_600), ("1W2D3H4M5S", 788_645), ("1h1h", 7200),
        ("2147483647", 2_147_483_647), ("2147483648", nil), ("3551w", nil), ("24855d3h14m7s", 2_147_483_647),
        ("24855d3h14m8s", nil), ("", nil), ("h", nil), ("1h30", nil), ("1y", nil), ("-1", nil), ("1.5h", nil),
        ("99999999999999999999999", nil), ("99999999999999999999999w", nil),
    ]

    @Test(arguments: ttls.indices) func ttlIsReadInAnyUnit(_ index: Int) {
        #expect(parseTTL(Array(Self.ttls[index].text.utf8)[...]) == Self.ttls[index].seconds)
    }

    static let times: [(text: String, seconds: UInt32)] = [
        ("19700101000000", 0), ("19700102000000", 86400), ("20000229235959", 951_868_799),
        ("20261124000000", 1_795_478_400), ("20380119031407", 2_147_483_647), ("21000301000000", 4_107_542_400),
        ("21060207062815", 4_294_967_295),
    ]

    @Test(arguments: times.indices) func signatureTimeReadsAndPrints(_ index: Int) {
        let (text, seconds) = Self.times[index]
        #expect(SignatureTime.parse(Array(text.utf8)[...]) == seconds)
        var printed: [UInt8] = []
        SignatureTime.present(seconds, into: &printed)
        #expect(String(decoding: printed, as: UTF8.self) == text)
    }

    @Test func everyDayPrintsAsItReads() {
        for day in 0..<UInt32(49710) {
            var text: [UInt8] = []
            SignatureTime.present(day * 86400 + 43200, into: &text)
            #expect(SignatureTime.parse(text[...]) == day * 86400 + 43200)
        }
    }

    @Test(arguments: [
        "", "x", "4294967296", "12345678901", "2026112400000", "20261124000060", "20261124240000", "20260931000000",
        "21000229000000", "21060207062816", "19691231235959", "202611240000000",
    ]) func badSignatureTimeIsRefused(_ text: String) {
        #expect(SignatureTime.parse(Array(text.utf8)[...]) == nil)
    }

    /// RFC 4648 section 10.
    static let encodings: [(text: String, base16: String, base32hex: String, base64: String)] = [
        ("", "", "", ""), ("f", "66", "CO", "Zg=="), ("fo", "666F", "CPNG", "Zm8="), ("foo", "666F6F", "CPNMU", "Zm9v"),
        ("foob", "666F6F62", "CPNMUOG", "Zm9vYg=="), ("fooba", "666F6F6261", "CPNMUOJ1", "Zm9vYmE="),
        ("foobar", "666F6F626172", "CPNMUOJ1E8", "Zm9vYmFy"),
    ]

    @Test(arguments: encodings.indices) func encodingIsThatOfRFC4648(_ index: Int) {
        let vector = Self.encodings[index]
        let forms: [(BaseEncoding, String)] = [
            (.base16, vector.base16), (.base32hex, vector.base32hex), (.base64, vector.base64),
        ]
        for (encoding, text) in forms {
            var encoded: [UInt8] = []
            encoding.encode(Array(vector.text.utf8), into: &encoded)
            #expect(String(decoding: encoded, as: UTF8.self) == text)
            var decoder = BaseEncoding.Decoder(encoding)
            var decoded: [UInt8] = []
            #expect(decoder.decode(encoded, into: &decoded) && decoder.isComplete)
            #expect(decoded == Array(vector.text.utf8))
        }
    }

    static let suggestions: [(word: String, match: String?)] = [
        ("interval", "interval"), ("intervall", "interval"), ("intreval", "interval"), ("INTERVAL", "interval"),
        ("fail", "fails"), ("passe", "passes"), ("at", "at"), ("it", "at"), ("zz", nil), ("checker", "check"),
        ("nothing", nil), ("", nil),
    ]

    @Test(arguments: suggestions.indices) func nearestWordIsSuggested(_ index: Int) {
        let keys = ["at", "covers", "check", "interval", "timeout", "fails", "passes"]
        #expect(closestMatch(to: Self.suggestions[index].word, in: keys) == Self.suggestions[index].match)
    }
}

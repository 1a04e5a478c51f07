import DNSWire
import Testing

@testable import ZoneFile

@Suite("The lexer splits entries into fields")
struct ZoneFileLexerTests {
    /// The entries of a text; fields joined by `|`, quoted ones in quotes, `_` before an entry that starts blank,
    /// `!CODE@OFFSET` for a fault.
    private func entries(_ text: String) -> [String] {
        var lexer = ZoneFileLexer(Array(text.utf8))
        var tokens: [PresentationToken] = []
        var entries: [String] = []
        while true {
            do {
                guard let entry = try lexer.next(into: &tokens) else { return entries }
                let fields = tokens.map { token in
                    let text = String(decoding: lexer.octets[token.range], as: UTF8.self)
                    return token.isQuoted ? "\"\(text)\"" : text
                }
                entries.append((entry.startsBlank ? "_" : "") + fields.joined(separator: "|"))
            } catch {
                entries.append("!\(error.code.rawValue)@\(error.offset)")
                lexer.recover(from: error)
            }
        }
    }

    @Test(
        arguments: [
            ("", []),
            ("\n \n\t\n; only a comment\n  ; another\n", []),
            ("a b c", ["a|b|c"]),
            ("a b c\n", ["a|b|c"]),
            ("a\tb  c \n d e\n", ["a|b|c", "_d|e"]),
            ("a b\r\nc d\r\n", ["a|b", "c|d"]),
            ("a b;comment\nc ; comment", ["a|b", "c"]),
            ("a ( b\n c ) d\ne", ["a|b|c|d", "e"]),
            ("a ( ; one\n b ; two\n ) c\n", ["a|b|c"]),
            ("a (b(c)d) e", ["a|b|c|d|e"]),
            ("( a\n b )\n", ["a|b"]),
            ("( )\na", ["a"]),
            ("a \"b c\" d", ["a|\"b c\"|d"]),
            ("a \"\" b", ["a|\"\"|b"]),
            ("a \"b\"\"c\"", ["a|\"b\"|\"c\""]),
            ("a \"b;(c)\" d", ["a|\"b;(c)\"|d"]),
            (#"a "b\"c" d"#, [#"a|"b\"c"|d"#]),
            (#"a\ b c\;d e\"f"#, [#"a\ b|c\;d|e\"f"#]),
            (#"a\"#, [#"a\"#]),
            ("a\\\nb", ["a\\", "b"]),
            (#"a key="b c",d e"#, [#"a|key="b c",d|e"#]),
            (#"a b"c d"#, [#"a|b"c|d"#]),
        ] as [(String, [String])]
    )
    func `fields end at blanks, comments, parentheses and quotes`(text: String, expected: [String]) {
        #expect(entries(text) == expected)
    }

    @Test(
        arguments: [
            ("a \"b\nc d\n", ["!unterminated-quote@2", "c|d"]),
            ("a \"b", ["!unterminated-quote@2"]),
            ("a k=\"b\nc", ["!unterminated-quote@4", "c"]),
            ("a b)\nc", ["!unmatched-parenthesis@3", "c"]),
            ("a ( b\n c\nd e\n", ["!unterminated-parenthesis@2", "d|e"]),
            ("a (\n b\nc (\n d\ne\n", ["!unterminated-parenthesis@2", "!unterminated-parenthesis@9"]),
            ("a ( \"b\n c )\nd\n", ["!unterminated-quote@4", "d"]),
            ("a \0\nb", ["!nul-octet@2", "b"]),
            ("a b\0c\nd", ["!nul-octet@3", "d"]),
            ("a \"b\0\"\nd", ["!nul-octet@4", "d"]),
        ] as [(String, [String])]
    )
    func `a fault has its place, and reading goes on after it`(text: String, expected: [String]) {
        #expect(entries(text) == expected)
    }

    @Test func `fields and entries are bounded`() {
        let long = String(repeating: "x", count: ZoneFileLexer.maximumField + 1)
        #expect(entries("a \(long)\nb") == ["!field-too-long@2", "b"])
        #expect(entries("a \"\(long)\"\nb") == ["!field-too-long@2", "b"])
        let lines = String(repeating: " x\n", count: ZoneFileLexer.maximumEntry / 3 + 1)
        #expect(entries("a (\n\(lines))\nb").last == "b")
        #expect(entries("a (\n\(lines))\nb").first?.hasPrefix("!entry-too-long") == true)
    }

    @Test func `many open parentheses are read in linear time`() {
        let text = String(repeating: "a (\n", count: 200_000)
        #expect(entries(text) == ["!unterminated-parenthesis@2", "!unterminated-parenthesis@6"])
    }
}

import DNSWire
import Foundation
import Testing

@testable import ZoneFile

/// Files that are made to take memory or time end with an error that has a place.
@Suite("Hostile files")
struct HostileFileTests {
    /// What is wrong with a text.
    private func faults(_ text: String) -> [String] { ZoneText(body: text).faults }

    @Test(arguments: [
        ("", "x", 10_000_000, "field-too-long 5:7"), ("", "x ", 600_000, "entry-too-long 5:1048579"),
        ("\"", "x", 1_000_000, "field-too-long 5:7"),
    ]) func `a line of up to ten million octets`(quote: String, unit: String, count: Int, expected: String) {
        let text = quote + String(repeating: unit, count: count) + quote
        #expect(faults("a TXT \(text)\nb A 192.0.2.1\nc A x") == [expected, "bad-rdata 7:5"])
    }

    @Test func `a parenthesis that is never closed`() {
        let lines = String(repeating: " x x x x\n", count: 150_000)
        #expect(faults("a TXT (\n\(lines)").first?.hasPrefix("entry-too-long 1") == true)
        let comments = String(repeating: ";xxxxxxx\n", count: 150_000)
        #expect(faults("a TXT (\n\(comments)") == ["unterminated-parenthesis 5:7"])
    }

    @Test(arguments: [
        ("0-4294967295 a$ A 192.0.2.1", "bad-generate 5:11"), ("0-2147483647 a$ A 192.0.2.1", "generate-limit 5:11"),
        ("0-1048576 a$ A 192.0.2.1", "generate-limit 5:11"),
    ]) func `a $GENERATE of more records than a zone may have`(entry: String, expected: String) {
        #expect(faults("$GENERATE \(entry)") == [expected])
    }

    @Test func `generating in files that are included again and again`() {
        let text = Array("$TTL 5\n$INCLUDE a x\n$INCLUDE a y\n$INCLUDE a z\n".utf8)
        let source = SourceFile(path: "example.test.zone", octets: text)
        var parser = ZoneFileParser(source, origin: DomainName(validated: [4] + "test".utf8 + [0])) { _ in
            .octets(Array("$GENERATE 0-99 h$ A 192.0.2.1\n".utf8))
        }
        parser.generated = (1 << 20) - 250
        let outcome = parser.parse()
        #expect(outcome.findings.map(\.code) == [.generateLimit])
        #expect(outcome.findings.first?.position.includedFrom.map(\.line) == [4])
    }

    @Test func `a $GENERATE of more text than a zone may have`() {
        let strings = Array(repeating: "${0,250}", count: 240).joined(separator: " ")
        let text = Array("$TTL 5\n$GENERATE 0-1000000 a$ TXT \(strings)\n".utf8)
        let source = SourceFile(path: "example.test.zone", octets: text)
        var parser = ZoneFileParser(source, origin: DomainName(validated: [4] + "test".utf8 + [0])) { _ in
            .unreadable("nothing is included")
        }
        parser.generatedOctets = (1 << 27) - 1_000_000
        let outcome = parser.parse()
        #expect(outcome.findings.map(\.code) == [.generateLimit])
        #expect(outcome.findings.first?.position.line == 2)
        #expect((outcome.remains?.octets.count ?? .max) < 2_000_000)
    }

    @Test func `an RRset that no message can hold`() {
        let addresses = (0..<5000).map { "a A 10.0.\($0 >> 8).\($0 & 255)\n" }.joined()
        let found = faults(addresses)
        #expect(
            found.first == "rrset-too-large \(4094 + 6):1" || found.first == "rrset-too-large \(4094 + 5):1",
            "\(found.first ?? "")"
        )
        let text = Array(repeating: "\"\(String(repeating: "x", count: 255))\"", count: 64).joined(separator: " ")
        let texts = (0..<5).map { "b TXT \($0) \(text)\n" }.joined()
        #expect(faults(texts) == ["rrset-too-large 8:1", "rrset-too-large 9:1"])
        // Names may be pointers, so that many fit.
        let pointers = (0..<4000).map { "c PTR h\($0).a.rather.long.name.that.ends.each.of.them.example.org.\n" }
            .joined()
        #expect(faults(pointers) == [])
    }

    @Test func `a file of more than the limit is not read`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "tern-\(UUID().uuidString).zone").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(unsafe truncate(path, FileAccess.maximumSize + 1) == 0)
        let found = ZoneFileReader.read(path: path, origin: .root).findings
        #expect(found.map(\.code) == [.unreadableFile])
        #expect(found.first?.message.contains("larger than \(FileAccess.maximumSize >> 20) MiB") == true, "\(found)")
    }
}

import Testing

@testable import dnsload

@Suite struct QueryPatternTests {
    @Test func aQuestionIsAMessageWithAnOPTRecord() throws {
        let pattern = try #require(QueryPattern("a.test. AAAA", numbers: nil))
        let header: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
        let question: [UInt8] = [1, 97, 4, 116, 101, 115, 116, 0, 0, 28, 0, 1]
        let opt: [UInt8] = [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]
        #expect(pattern.message == header + question + opt)
        #expect(pattern.digits.isEmpty)
    }

    @Test func numbersHaveRoomInTheName() throws {
        let pattern = try #require(QueryPattern("n%08d.test TYPE257", numbers: nil))
        #expect(pattern.digits == 14..<22)
        #expect(pattern.numbers == 100_000_000)
        #expect(try #require(QueryPattern("n%03d.test A", numbers: 7)).numbers == 7)
        #expect(try #require(QueryPattern("n%03d.test A", numbers: 7000)).numbers == 1000)
    }

    @Test(arguments: [
        "", "a.test", "a.test A x", "a..test A", "a.test B", "a.test TYPE65536", "%d.test A", "%08x.test A", "%.test A",
        "%03d%03d.test A", String(repeating: "a", count: 64) + ".test A",
        [String](repeating: String(repeating: "a", count: 63), count: 4).joined(separator: ".") + " A",
    ])
    func anythingElseIsNoQuestion(_ line: String) {
        #expect(QueryPattern(line, numbers: nil) == nil)
    }
}

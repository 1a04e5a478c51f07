import Testing

@testable import HTTPWire

@Suite("RFC 9112 section 7.1: chunked transfer coding")
struct ChunkedDecoderTests {
    private func decode(
        _ text: String,
        limits: MessageLimits = MessageLimits()
    ) -> Result<DecodedBody, HTTPMessageError> {
        decodeChunked(Array(text.utf8), limits: limits)
    }

    @Test func joinsTheChunksAndLeavesWhatFollows() throws {
        let body = try decode("5\r\nhello\r\n1;a=b;c=\"d\"\r\n \r\n0005\r\nworld\r\n0\r\n\r\nGET").get()
        #expect(String(decoding: body.data, as: UTF8.self) == "hello world")
        #expect(body.isDone)
        #expect(body.rest == Array("GET".utf8))
    }

    @Test func readsTrailers() throws {
        let body = try decode("1\r\na\r\n0\r\nX: y\r\nZ:\r\n\r\n").get()
        #expect(body.trailers == ["X=y", "Z="])
        #expect(body.isDone)
    }

    @Test(arguments: [
        ("\r\n", HTTPMessageError.malformedChunkSize), ("x\r\n", .malformedChunkSize), ("-1\r\n", .malformedChunkSize),
        ("+1\r\n", .malformedChunkSize), ("0x1\r\n", .malformedChunkSize), (" 1\r\n", .malformedChunkSize),
        ("1 \r\n", .malformedChunkSize), ("1_0\r\n", .malformedChunkSize), (";a\r\n", .malformedChunkSize),
        ("8000000000000000\r\n", .malformedChunkSize), ("10000000000000001\r\n", .malformedChunkSize),
        ("00000000000000001\r\n", .malformedChunkSize), ("1\na", .bareLineBreak), ("1\r\ra", .bareLineBreak),
        ("1\rxa", .bareLineBreak), ("1;a\n", .bareLineBreak), ("1;a\u{0}\r\n", .malformedChunkExtension),
        ("1;a\rb\r\n", .bareLineBreak), ("1\r\nab\r\n", .malformedChunkEnd), ("1\r\na\n", .malformedChunkEnd),
        ("1\r\na\rx", .malformedChunkEnd), ("0\r\nX y\r\n\r\n", .malformedFieldName),
        ("0\r\nX: y\n\r\n", .bareLineBreak),
        ("0\r\n x: y\r\n\r\n", .obsoleteFolding), ("0\n\r\n", .bareLineBreak),
    ])
    func refusesWhatTwoParsersCouldReadDifferently(text: String, error: HTTPMessageError) {
        #expect(decode(text) == .failure(error))
        for piece in 1...3 {
            #expect(decodeChunked(Array(text.utf8), piece: piece) == .failure(error))
        }
    }

    @Test func everyOctetOfASizeLineIsCodingOrRefused() {
        for octet in UInt8.min...UInt8.max {
            let isHexadecimal = Character(UnicodeScalar(octet)).isHexDigit && octet < 128
            // The second octet of a size: another digit, or what ends the size.
            let size = [UInt8(ascii: "0"), octet] + Array("\r\n".utf8)
            let sizeIsGood = (try? decodeChunked(size).get()) != nil
            #expect(sizeIsGood == (isHexadecimal || octet == UInt8(ascii: ";")), "size \(octet)")
            // An extension holds text, of any octets from 128 (RFC 9110 section 5.5).
            let text = Array("0;a=".utf8) + [octet] + Array("\r\n\r\n".utf8)
            let textIsGood = (try? decodeChunked(text).get()) != nil
            #expect(textIsGood == (octet == 0x09 || (octet >= 0x20 && octet != 0x7f)), "extension \(octet)")
            // What follows the data.
            let end = Array("1\r\na".utf8) + [octet] + Array("\n0\r\n\r\n".utf8)
            #expect(((try? decodeChunked(end).get().isDone) ?? false) == (octet == 0x0d), "end \(octet)")
        }
    }

    @Test func theLargestSizeFits63Bits() throws {
        let body = try decode("7fffffffffffffff\r\nabc").get()
        #expect(body.data == Array("abc".utf8))
        #expect(!body.isDone)
    }

    @Test func extensionsAndTrailersAreBounded() {
        let limits = MessageLimits(fieldCount: 2, fieldSection: 40, chunkExtension: 8)
        #expect(decode("1;1234567\r\na\r\n0\r\n\r\n", limits: limits) == decode("1\r\na\r\n0\r\n\r\n"))
        #expect(decode("1;123456789\r\na\r\n0\r\n\r\n", limits: limits) == .failure(.chunkExtensionTooLong))
        #expect(decode("0\r\na:\r\na:\r\na:\r\n\r\n", limits: limits) == .failure(.tooManyFields))
        let long = String(repeating: "a", count: 41)
        #expect(decode("0\r\n\(long)", limits: limits) == .failure(.fieldSectionTooLarge))
    }

    @Test func aBodyCannotConsistOfCodingAlone() {
        let extended = String(repeating: "1;" + String(repeating: "e", count: 200) + "\r\na\r\n", count: 200)
        #expect(decode(extended) == .failure(.chunkExtensionTooLong))
        let small = String(repeating: "1\r\na\r\n", count: 50_000) + "0\r\n\r\n"
        #expect((try? decode(small).get().data.count) == 50_000)
    }

    @Test(arguments: 1...40)
    func piecesOfAnySizeGiveTheSame(piece: Int) {
        let octets = Array("a;x=y\r\n0123456789\r\n3\r\nabc\r\n0\r\nT: u\r\nV: w\r\n\r\nnext".utf8)
        #expect(decodeChunked(octets, piece: piece) == decodeChunked(octets))
    }

    @Test(arguments: [
        (1, "1\r\n"), (9, "9\r\n"), (10, "a\r\n"), (16, "10\r\n"), (255, "ff\r\n"), (65536, "10000\r\n"),
        (Int.max, "7fffffffffffffff\r\n"),
    ])
    func sizeLinesAreHexadecimal(count: Int, line: String) {
        let sizeLine = ChunkSizeLine(count)
        #expect(sizeLine.withOctets { $0.text(0..<$0.count) } == line)
        #expect(sizeLine.count == line.utf8.count)
    }
}

import Testing

@testable import HTTPWire

@Suite("Any octets in any pieces")
struct RobustnessTests {
    static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nPOST /a?b HTTP/1.1\r\nHost: www.example.com:80\r\nContent-Length: 5\r\nX: y z\r\n\r\nhello",
        "PUT http://b/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: x, close\r\nX: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "OPTIONS * HTTP/1.0\r\n\r\n",
    ]

    @Test(arguments: requests)
    func everySplitGivesTheSameRequest(text: String) {
        let octets = Array(text.utf8)
        let whole = parseRequest(octets)
        for first in 0...octets.count {
            #expect(parseRequest(octets, cuts: [first]) == whole)
        }
        #expect(parseRequest(octets, cuts: Array(0..<octets.count)) == whole)
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\n", "HTTP/1.0 200\r\nA b\r\n\r\n"])
    func everySplitGivesTheSameResponse(text: String) {
        let octets = Array(text.utf8)
        let whole = parseResponse(octets)
        for first in 0...octets.count {
            #expect(parseResponse(octets, cuts: [first]) == whole)
        }
        #expect(parseResponse(octets, cuts: Array(0..<octets.count)) == whole)
    }

    @Test func mutatedHeadsNeverTrapAndSplitsAgree() {
        var random = SeededGenerator(seed: 7)
        let interesting = Array("\r\n \t:,;\u{0}\u{7f}\u{ff}aA0-_/#[]".utf8)
        for round in 0..<20_000 {
            var octets = Array(Self.requests[round % Self.requests.count].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<octets.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: octets[place] = interesting.randomElement(using: &random) ?? 0
                case 1: octets.insert(interesting.randomElement(using: &random) ?? 0, at: place)
                case 2 where octets.count > 1: octets.remove(at: place)
                default: octets[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let whole = parseRequest(octets)
            let cut = Int.random(in: 0...octets.count, using: &random)
            if parseRequest(octets, cuts: [cut]) != whole {
                Issue.record("split at \(cut) differs: \(octets)")
            }
            _ = parseResponse(octets)
        }
    }

    @Test func mutatedChunksNeverTrapAndPiecesAgree() {
        var random = SeededGenerator(seed: 11)
        let base = Array("a;x=y\r\n0123456789\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\nnext".utf8)
        for _ in 0..<20_000 {
            var octets = base
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = decodeChunked(octets)
            let piece = Int.random(in: 1...8, using: &random)
            if decodeChunked(octets, piece: piece) != whole {
                Issue.record("pieces of \(piece) differ: \(octets)")
            }
        }
    }

    @Test func manyRequestsReuseOneValue() throws {
        var head = RequestHead()
        let octets = Array(Self.requests[1].utf8)
        for _ in 0..<100 {
            #expect(!head.hasBegun)
            #expect(try head.parse(octets.span.extracting(0..<30)) == nil)
            #expect(head.hasBegun)
            #expect(try head.parse(octets.span) == octets.count - 5)
            #expect(head.fields.fields.count == 3)
            head.reset()
        }
    }
}

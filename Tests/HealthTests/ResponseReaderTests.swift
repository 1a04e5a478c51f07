import HTTPWire
import NIOCore
import Testing

@testable import Health

@Suite struct ResponseReaderTests {
    /// The result of a response that comes in parts of `step` octets, and whether the connection can be used again.
    private func read(
        _ response: String,
        expect: String = "",
        statuses: [ClosedRange<Int>] = [200...299],
        step: Int,
        ends: Bool = false
    ) -> (outcome: CheckOutcome?, isReusable: Bool?) {
        var reader = ResponseReader(statuses: statuses, expect: Array(expect.utf8))
        var outcomes: [CheckOutcome] = []
        let octets = ByteBuffer(string: response)
        for start in stride(from: 0, to: octets.readableBytes, by: step) {
            let part = octets.getSlice(at: start, length: min(step, octets.readableBytes - start)) ?? ByteBuffer()
            if let outcome = reader.receive(part) { outcomes.append(outcome) }
        }
        if ends, let outcome = reader.inputEnded() { outcomes.append(outcome) }
        #expect(outcomes.count < 2)
        return (outcomes.first, reader.isReusable)
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"

    @Test(
        arguments: [
            (ok + "Content-Length: 2\r\n\r\nok", .passed(.status(200)), true),
            (ok + "Content-Length: 0\r\n\r\n", .passed(.status(200)), true),
            ("HTTP/1.1 204 No\r\n\r\n", .passed(.status(204)), true),
            (ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n", .passed(.status(200)), true),
            ("HTTP/1.1 103 Hints\r\nA: b\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n", .passed(.status(200)), true),
            ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", .passed(.status(200)), true),
            (ok + "Content-Length: 2\r\nConnection: close\r\n\r\nok", .passed(.status(200)), false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", .passed(.status(200)), false),
            (ok + "Content-Length: 3\r\n\r\nok", .passed(.status(200)), nil),
            (ok + "\r\nuntil the end", .passed(.status(200)), nil),
            (
                ok + "Content-Length: 70000\r\n\r\n" + String(repeating: "x", count: 66_000), .passed(.status(200)),
                false
            ),
            (ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n", .passed(.status(200)), false),
            ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", .failed(.status(503)), false),
            ("HTTP/1.1 304 Not\r\n\r\n", .failed(.status(304)), false),
            ("HTTP/1.1 101 Other\r\n\r\n", .failed(.status(101)), false),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .failed(.malformedResponse(.malformedContentLength)),
                false
            ),
            ("HTTP/1.1 200 OK\r\n", nil, nil),
        ] as [(String, CheckOutcome?, Bool?)],
        [1, 3, 1 << 20]
    )
    func theStatusDecidesAndTheRestIsReadToTheEnd(
        response: (text: String, outcome: CheckOutcome?, isReusable: Bool?),
        step: Int
    ) {
        let (outcome, isReusable) = read(response.text, step: step)
        #expect(outcome == response.outcome)
        #expect(isReusable == response.isReusable)
    }

    @Test func octetsBehindTheResponseEndTheConnection() {
        let response = Self.ok + "Content-Length: 2\r\n\r\nok" + Self.ok
        #expect(read(response, step: 1 << 20) == (.passed(.status(200)), false))
    }

    @Test(arguments: [
        ("200-204,301", 204, true), ("200-204,301", 205, false), ("200-204,301", 301, true),
        ("200-204,301", 300, false),
    ])
    func theStatusesGivenPass(list: String, status: Int, passes: Bool) {
        let statuses = [200...204, 301...301]
        let (outcome, _) = read("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n", statuses: statuses, step: 1000)
        #expect(outcome == (passes ? .passed(.status(status)) : .failed(.status(status))))
    }

    private static let padding = String(repeating: "a", count: 65_536)

    @Test(
        arguments: [
            ("Content-Length: 13\r\n\r\nthe db is up.", "db is up", true, true),
            ("Content-Length: 13\r\n\r\nthe db is up.", "db is down", false, false),
            ("Content-Length: 13\r\n\r\nthe db is up.", "the db is up.", true, true),
            ("Content-Length: 13\r\n\r\nthe db is up.", "the db is up.x", false, false),
            ("Content-Length: 5\r\n\r\naaaab", "aab", true, true), ("Content-Length: 0\r\n\r\n", "x", false, false),
            ("X: needle\r\nContent-Length: 1\r\n\r\nx", "needle", false, false),
            ("Transfer-Encoding: chunked\r\n\r\n3\r\nnee\r\n3\r\ndle\r\n0\r\n\r\n", "needle", true, true),
            ("Transfer-Encoding: chunked\r\n\r\n3;x=needle\r\nnee\r\n0\r\nA: needle\r\n\r\n", "needle", false, false),
            ("\r\nuntil the end", "the end", true, false), ("\r\nuntil the end", "the begin", false, false),
            ("\r\n" + padding.dropLast(6) + "needle", "needle", true, false),
            ("\r\n" + padding.dropLast(5) + "needle", "needle", false, false),
        ] as [(String, String, Bool, Bool?)],
        [1, 7, 1 << 20]
    )
    func theTextMustBeInTheFirst64KiBOfTheBody(
        response: (rest: String, expect: String, isFound: Bool, isReusable: Bool?),
        step: Int
    ) {
        let (outcome, isReusable) = read(Self.ok + response.rest, expect: response.expect, step: step, ends: true)
        #expect(outcome == (response.isFound ? .passed(.status(200)) : .failed(.unexpectedBody)))
        #expect(isReusable == response.isReusable)
    }

    @Test func aReaderIsUsedAgain() {
        var reader = ResponseReader(statuses: [200...200], expect: Array("ok".utf8))
        for (body, outcome) in [("ok", CheckOutcome.passed(.status(200))), ("ko", .failed(.unexpectedBody))] {
            reader.reset()
            #expect(reader.isEmpty)
            #expect(reader.receive(ByteBuffer(string: Self.ok + "Content-Length: 2\r\n\r\n" + body)) == outcome)
        }
    }

    @Test func headsWithoutEndAreBounded() {
        var reader = ResponseReader(statuses: [200...200], expect: [])
        let interim = ByteBuffer(string: String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 1000))
        let outcomes = (0..<10).compactMap { _ in reader.receive(interim) }
        #expect(outcomes == [.failed(.responseTooLong)])
    }
}

import Testing

@testable import HTTPWire

@Suite("RFC 9112 section 4: status line")
struct ResponseHeadTests {
    @Test func readsTheParts() throws {
        #expect(
            try parseResponse("HTTP/1.1 200 All is well\r\nA: b\r\nContent-Length: 3\r\n\r\nabc").get()
                == ParsedResponse(
                    status: 200,
                    reason: "All is well",
                    version: .http11,
                    fields: ["A=b", "Content-Length=3"],
                    framing: .length(3),
                    keepsConnection: true,
                    count: 53
                )
        )
    }

    @Test(arguments: [
        ("HTTP/1.1 200 ", 200), ("HTTP/1.1 200", 200), ("HTTP/1.0 404 Not Found", 404), ("HTTP/1.1 999 x", 999),
        ("HTTP/1.1 100 Continue", 100),
    ])
    func acceptsAnEmptyReason(line: String, status: Int) throws {
        #expect(try parseResponse("\(line)\r\n\r\n").get()?.status == status)
    }

    @Test(arguments: [
        ("HTTP/1.1 20 OK", HTTPMessageError.malformedStatusLine), ("HTTP/1.1 099 x", .malformedStatusLine),
        ("HTTP/1.1 2000 OK", .malformedStatusLine), ("HTTP/1.1 2x0 OK", .malformedStatusLine),
        ("HTTP/1.1  200 OK", .malformedStatusLine), ("HTTP/1.1\t200 OK", .malformedStatusLine),
        ("HTTP/1.1 -20 OK", .malformedStatusLine), ("http/1.1 200 OK", .malformedStatusLine),
        ("ICY 200 OK", .malformedStatusLine), ("", .malformedStatusLine), ("HTTP/2.0 200 OK", .unsupportedVersion),
        ("HTTP/1.1 200 O\u{1}K", .malformedStatusLine), ("HTTP/1.1 200 O\rK", .bareLineBreak),
        ("HTTP/1.1 200 OK\nA: b", .bareLineBreak),
    ])
    func refusesOtherLines(line: String, error: HTTPMessageError) {
        #expect(parseResponse("\(line)\r\n\r\n") == .failure(error))
    }

    @Test func everyOctetOfAStatusLineIsInItsPlaceOrRefused() {
        let line = Array("HTTP/1.1 200 OK".utf8)
        for octet in UInt8.min...UInt8.max {
            for position in line.indices {
                var changed = line
                changed[position] = octet
                let isGood = (try? parseResponse(changed + Array("\r\n\r\n".utf8)).get()) != nil
                let expected =
                    switch position {
                    case 7: octet == UInt8(ascii: "0") || octet == UInt8(ascii: "1")
                    case 0...8, 12: octet == line[position]
                    case 9: octet > UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
                    case 10, 11: octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
                    // RFC 9112 section 4: HTAB, SP, VCHAR, obs-text.
                    default: octet == 0x09 || (octet >= 0x20 && octet != 0x7f)
                    }
                #expect(isGood == expected, "octet \(octet) at \(position)")
            }
        }
    }

    @Test func oneValueServesAllResponsesOfAConnection() throws {
        var head = ResponseHead()
        let first = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        let second = Array("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi".utf8)
        #expect(try head.parse(first.span) == first.count)
        #expect(head.status == 100)
        head.reset()
        #expect(try head.parse(second.span) == second.count - 2)
        #expect(head.status == 200)
        #expect(head.keepsConnection)
        #expect(try head.framing(toMethod: .get) == .length(2))
        head.reset()
        #expect(try head.parse(first.span) == first.count)
        #expect(head.fields.fields.isEmpty)
        #expect(head.fields.contentLength == nil)
    }
}

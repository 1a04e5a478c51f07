import Testing

@testable import HTTPWire

@Suite("RFC 9112 section 5 and RFC 9110 section 5: fields")
struct FieldSectionTests {
    private func error(fields: String) -> HTTPMessageError? {
        requestError("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    }

    @Test(arguments: [
        ("A: b", "A=b"), ("A:b", "A=b"), ("A: \t b \t ", "A=b"), ("A:", "A="), ("A:   ", "A="),
        ("A: b c\td", "A=b c\td"), ("A: b:c", "A=b:c"), ("A: \u{e9}", "A=\u{e9}"),
    ])
    func trimsTheSpaceAroundValues(line: String, field: String) throws {
        let parsed = try parseRequest("GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n").get()
        #expect(parsed?.fields.last == field)
    }

    @Test(arguments: [
        ("A : b\r\n", HTTPMessageError.malformedFieldName),
        ("A\t: b\r\n", .malformedFieldName),
        (": b\r\n", .malformedFieldName),
        ("A\r\n", .malformedFieldName),
        ("A b: c\r\n", .malformedFieldName),
        ("A(b): c\r\n", .malformedFieldName),
        (" A: b\r\n", .obsoleteFolding),
        ("A: b\r\n c\r\n", .obsoleteFolding),
        ("A: b\r\n\tc\r\n", .obsoleteFolding),
        ("A: b\n", .bareLineBreak),
        ("A: b\nC: d\r\n", .bareLineBreak),
        ("A: b\rC: d\r\n", .bareLineBreak),
        ("A: b\r\r\n", .bareLineBreak),
        ("\n", .bareLineBreak),
        ("A: b\u{0}\r\n", .malformedFieldValue),
        ("A: b\u{7f}\r\n", .malformedFieldValue),
        ("\(String(repeating: "a", count: 257)): b\r\n", .malformedFieldName),
    ])
    func refusesOtherLines(fields: String, expected: HTTPMessageError) {
        #expect(error(fields: fields) == expected)
    }

    @Test func everyNameOctetIsATokenOrRefused() {
        for octet in UInt8.min...UInt8.max where octet != 0x0a && octet != UInt8(ascii: ":") {
            let octets = Array("GET / HTTP/1.1\r\nHost: a\r\nx".utf8) + [octet] + Array("y: b\r\n\r\n".utf8)
            #expect((requestError(octets) == nil) == OctetSetTests.tokenOctets.contains(octet), "octet \(octet)")
        }
    }

    @Test func everyValueOctetIsTextOrRefused() {
        for octet in UInt8.min...UInt8.max where octet != 0x0a {
            let octets = Array("GET / HTTP/1.1\r\nHost: a\r\nx: ".utf8) + [octet] + Array("y\r\n\r\n".utf8)
            let isAllowed = octet == 0x09 || (octet >= 0x20 && octet != 0x7f)
            #expect((requestError(octets) == nil) == isAllowed, "octet \(octet)")
        }
    }

    @Test(arguments: KnownField.allCases.filter { $0 != .other && $0 != .underscored })
    func knowsItsFieldsInAnyCase(known: KnownField) throws {
        let names: [KnownField: String] = [
            .host: "Host", .connection: "Connection", .contentLength: "Content-Length",
            .transferEncoding: "Transfer-Encoding", .expect: "Expect", .upgrade: "Upgrade", .te: "TE",
            .trailer: "Trailer", .keepAlive: "Keep-Alive", .proxyConnection: "Proxy-Connection", .proxy: "Proxy",
            .http2Settings: "HTTP2-Settings", .via: "Via", .forwarded: "Forwarded",
            .xForwardedFor: "X-Forwarded-For", .xForwardedProto: "X-Forwarded-Proto",
            .xForwardedHost: "X-Forwarded-Host", .xRealIP: "X-Real-IP", .date: "Date", .server: "Server",
        ]
        let name = try #require(names[known])
        for spelling in [name, name.lowercased(), name.uppercased()] {
            let octets = Array(spelling.utf8)
            #expect(KnownField(name: 0..<octets.count, in: octets.span) == known)
            for index in octets.indices {
                var changed = octets
                changed[index] = UInt8(ascii: "~")
                #expect(KnownField(name: 0..<octets.count, in: changed.span) == .other)
            }
        }
    }

    @Test func namesWithUnderscoresAreMarkedInRequestsOnly() throws {
        let request = Array("GET / HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: b\r\n\r\n".utf8)
        var head = RequestHead()
        _ = try head.parse(request.span)
        #expect(head.fields.fields.last?.known == .underscored)
        let response = Array("HTTP/1.1 200 OK\r\nX_Y: b\r\n\r\n".utf8)
        var answer = ResponseHead()
        _ = try answer.parse(response.span)
        #expect(answer.fields.fields.last?.known == .other)
    }

    @Test func fieldsNamedByConnectionEndHere() throws {
        let parsed = try parseRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nConnection: keep-alive, x-a,, X-B\r\nX-B: 2\r\nX-C: 3\r\n\r\n"
        ).get()
        #expect(
            parsed?.fields == ["Host=a", "X-A=1!", "Connection=keep-alive, x-a,, X-B!", "X-B=2!", "X-C=3"]
        )
        #expect(error(fields: "Connection: a b\r\n") == .malformedConnection)
        #expect(error(fields: "Connection: \"close\"\r\n") == .malformedConnection)
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: Keep-Alive, Close\r\n", false), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: keep-alive\r\n", true),
        ("HTTP/1.1", "Connection: x\r\nConnection: close\r\n", false),
    ])
    func connectionsPersistByVersionAndOption(version: String, fields: String, keeps: Bool) throws {
        var head = RequestHead()
        let octets = Array("GET / \(version)\r\nHost: a\r\n\(fields)\r\n".utf8)
        _ = try head.parse(octets.span)
        #expect(head.keepsConnection == keeps)
    }

    @Test func countAndSizeAreBounded() {
        let limits = MessageLimits(fieldCount: 4, fieldSection: 100)
        let four = "GET / HTTP/1.1\r\nHost: a\r\na: 1\r\na: 1\r\na: 1\r\n"
        #expect(requestError(four + "\r\n", limits: limits) == nil)
        #expect(requestError(four + "a: 1\r\n\r\n", limits: limits) == .tooManyFields)
        // 9 octets of Host, the line, 2 at the end.
        let exact = "a: " + String(repeating: "b", count: 100 - 9 - 5 - 2)
        #expect(requestError("GET / HTTP/1.1\r\nHost: a\r\n\(exact)\r\n\r\n", limits: limits) == nil)
        #expect(requestError("GET / HTTP/1.1\r\nHost: a\r\n\(exact)b\r\n\r\n", limits: limits) == .fieldSectionTooLarge)
        #expect(
            requestError("GET / HTTP/1.1\r\n" + String(repeating: "b", count: 101), limits: limits)
                == .fieldSectionTooLarge
        )
        #expect(HTTPMessageError.tooManyFields.status == 431)
        #expect(HTTPMessageError.fieldSectionTooLarge.status == 431)
    }

    @Test func linesFollowOneAnotherWithoutAGap() throws {
        let octets = Array("GET / HTTP/1.1\r\nHost: a\r\nB:  c \r\nD:\r\n\r\n".utf8)
        var head = RequestHead()
        let count = try #require(try head.parse(octets.span))
        #expect(head.fields.fields.map { octets.span.text($0.line) } == ["Host: a\r\n", "B:  c \r\n", "D:\r\n"])
        #expect(head.fields.fields.last?.line.upperBound == count - 2)
        #expect(head.fields.value(named: "b", in: octets.span).map { octets.span.text($0) } == "c")
    }
}

import Testing

@testable import HTTPWire

@Suite("RFC 9112 section 3: request line")
struct RequestLineTests {
    @Test func readsTheParts() throws {
        let parsed = try parseRequest("GET /a?b=c HTTP/1.1\r\nHost: www.example.com\r\n\r\nrest").get()
        #expect(
            parsed
                == ParsedRequest(
                    method: "GET",
                    target: "/a?b=c",
                    form: .origin,
                    authority: "www.example.com",
                    path: "/a?b=c",
                    version: .http11,
                    fields: ["Host=www.example.com"],
                    framing: .none,
                    count: 46
                )
        )
    }

    @Test(arguments: [
        ("GET", HTTPMethod.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
        ("OPTIONS", .options), ("TRACE", .trace), ("PATCH", .patch), ("get", .other), ("GETS", .other),
        ("PROPFIND", .other),
    ])
    func knowsTheMethods(name: String, method: HTTPMethod) throws {
        var head = RequestHead()
        let octets = Array("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(try head.parse(octets.span) == octets.count)
        #expect(head.method == method)
    }

    @Test func skipsOneEmptyLine() throws {
        #expect(try parseRequest("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").get()?.count == 29)
        #expect(requestError("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == .malformedRequestLine)
    }

    @Test(arguments: [
        ("GET  / HTTP/1.1", HTTPMessageError.malformedRequestLine),
        ("GET / HTTP/1.1 ", .malformedRequestLine),
        ("GET /  HTTP/1.1", .malformedRequestLine),
        (" GET / HTTP/1.1", .malformedRequestLine),
        ("GET /", .malformedRequestLine),
        ("GET", .malformedRequestLine),
        ("GET\t/ HTTP/1.1", .malformedMethod),
        ("GET /\tHTTP/1.1", .malformedTarget),
        ("GET / http/1.1", .malformedRequestLine),
        ("GET / HTTP/1.10", .malformedRequestLine),
        ("GET / HTTP/11", .malformedRequestLine),
        ("GET / HTTP/1,1", .malformedRequestLine),
        ("GET / HTTP/x.1", .malformedRequestLine),
        ("GET / HTTP/1.2", .unsupportedVersion),
        ("GET / HTTP/2.0", .unsupportedVersion),
        ("PRI * HTTP/2.0", .unsupportedVersion),
        ("GET / HTTP/0.9", .unsupportedVersion),
        ("GET /#top HTTP/1.1", .malformedTarget),
        ("GET /a b HTTP/1.1", .malformedRequestLine),
        ("GET /\r HTTP/1.1", .malformedTarget),
        ("GET a HTTP/1.1", .malformedTarget),
        ("GET * HTTP/1.1", .malformedTarget),
        ("GET ftp://a/ HTTP/1.1", .malformedTarget),
        ("GET http:// HTTP/1.1", .malformedTarget),
        ("GET http:///a HTTP/1.1", .malformedTarget),
        ("GET http://user@a/ HTTP/1.1", .malformedTarget),
        ("GET http://a:b/ HTTP/1.1", .malformedTarget),
        ("CONNECT a HTTP/1.1", .malformedTarget),
        ("CONNECT /a HTTP/1.1", .malformedTarget),
        ("CONNECT a: HTTP/1.1", .malformedTarget),
    ])
    func refusesOtherLines(line: String, error: HTTPMessageError) {
        #expect(requestError("\(line)\r\nHost: a\r\n\r\n") == error)
    }

    @Test(arguments: [
        ("GET http://b.example:80/x?y HTTP/1.1", TargetForm.absolute, "b.example:80", "/x?y"),
        ("GET HTTPS://b.example HTTP/1.1", .absolute, "b.example", ""),
        ("GET http://b.example?q=http://c/ HTTP/1.1", .absolute, "b.example", "?q=http://c/"),
        ("OPTIONS * HTTP/1.1", .asterisk, "a", ""),
        ("CONNECT b.example:443 HTTP/1.1", .authority, "b.example:443", ""),
        ("GET //b/c HTTP/1.1", .origin, "a", "//b/c"),
    ])
    func findsTheTargetForm(line: String, form: TargetForm, authority: String, path: String) throws {
        let parsed = try #require(try parseRequest("\(line)\r\nHost: a\r\n\r\n").get())
        #expect(parsed.form == form)
        #expect(parsed.authority == authority)
        #expect(parsed.path == path)
    }

    @Test func everyMethodOctetIsATokenOrRefused() {
        for octet in UInt8.min...UInt8.max where octet != 0x0a && octet != 0x20 {
            let isToken = OctetSetTests.tokenOctets.contains(octet)
            let octets = [octet] + Array("ET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            #expect((requestError(octets) == nil) == isToken, "octet \(octet)")
        }
    }

    @Test func everyTargetOctetIsVisibleAndNoFragmentOrRefused() {
        for octet in UInt8.min...UInt8.max where octet != 0x0a && octet != 0x20 {
            let isAllowed = octet > 0x20 && octet < 0x7f && octet != UInt8(ascii: "#")
            let octets = Array("GET /".utf8) + [octet] + Array("x HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            #expect((requestError(octets) == nil) == isAllowed, "octet \(octet)")
        }
    }

    @Test func aLongRequestLineIsRefusedWhetherOrNotItEnds() {
        let limits = MessageLimits(startLine: 64)
        let fits = "GET /" + String(repeating: "a", count: 64 - 16) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        let exact = "GET /" + String(repeating: "a", count: 48) + " HTTP/1.1\r\n"
        #expect(exact.utf8.count == 64)
        #expect(requestError(fits, limits: limits) == nil)
        #expect(
            requestError("GET /" + String(repeating: "a", count: 49) + " HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits)
                == .requestLineTooLong
        )
        #expect(requestError(String(repeating: "a", count: 65), limits: limits) == .requestLineTooLong)
        #expect(HTTPMessageError.requestLineTooLong.status == 414)
    }
}

import Testing

@testable import HTTPWire

@Suite("RFC 9112 section 3.2 and RFC 9110 section 7.2: Host")
struct HostTests {
    @Test(arguments: [
        ("a", nil as HTTPMessageError?), ("www.example.com:8080", nil), ("192.0.2.1", nil), ("[2001:db8::1]:80", nil),
        ("[::1]", nil), ("a:", nil), ("x_y", nil), ("a%20b", nil),
        ("", .malformedHost), ("a b", .malformedHost), ("a/b", .malformedHost), ("u@a", .malformedHost),
        ("a:b", .malformedHost), ("a:65536", .malformedHost), ("a:123456", .malformedHost), ("a:-1", .malformedHost),
        (":80", .malformedHost), ("[::1", .malformedHost), ("[]", .malformedHost), ("[::1]x", .malformedHost),
        ("[::1]:x", .malformedHost), ("::1", .malformedHost), ("a?b", .malformedHost), ("a\\b", .malformedHost),
        ("\u{e9}", .malformedHost),
    ])
    func isAHostAndAPortOrRefused(value: String, error: HTTPMessageError?) {
        #expect(requestError("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n") == error)
    }

    @Test func everyOctetOfAHostIsARegisteredNamesOrRefused() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=%".utf8)
        for octet in UInt8.min...UInt8.max where octet != UInt8(ascii: ":") {
            let request = Array("GET / HTTP/1.1\r\nHost: a".utf8) + [octet] + Array("b\r\n\r\n".utf8)
            #expect((requestError(request) == nil) == allowed.contains(octet), "octet \(octet)")
        }
    }

    @Test func thereIsExactlyOneInHTTP11() {
        #expect(requestError("GET / HTTP/1.1\r\n\r\n") == .missingHost)
        #expect(requestError("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == .repeatedHost)
        #expect(requestError("GET http://a/ HTTP/1.1\r\n\r\n") == .missingHost)
        #expect(requestError("GET / HTTP/1.0\r\n\r\n") == nil)
        #expect(requestError("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n") == .repeatedHost)
    }
}

import Testing

@testable import HTTPWire

@Suite("RFC 9112 section 6: message body")
struct BodyFramingTests {
    /// Fields that have been used to make two parsers disagree, and what is answered.
    static let smuggling: [(String, HTTPMessageError)] = [
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", .contentLengthWithTransferEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", .contentLengthWithTransferEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", .contentLengthWithTransferEncoding),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", .conflictingContentLength),
        ("Content-Length: 5, 6\r\n", .malformedContentLength),
        ("Content-Length: 5, 5\r\n", .malformedContentLength),
        ("Content-Length: +5\r\n", .malformedContentLength),
        ("Content-Length: -5\r\n", .malformedContentLength),
        ("Content-Length: 0x5\r\n", .malformedContentLength),
        ("Content-Length: 5_0\r\n", .malformedContentLength),
        ("Content-Length: 5 0\r\n", .malformedContentLength),
        ("Content-Length: 5.0\r\n", .malformedContentLength),
        ("Content-Length: \"5\"\r\n", .malformedContentLength),
        ("Content-Length:\r\n", .malformedContentLength),
        ("Content-Length: 9223372036854775808\r\n", .malformedContentLength),
        ("Content-Length: 18446744073709551621\r\n", .malformedContentLength),
        ("Content-Length: 00000000000000000005\r\n", .malformedContentLength),
        ("Content-Length : 5\r\n", .malformedFieldName),
        (" Content-Length: 5\r\n", .obsoleteFolding),
        ("Transfer-Encoding: gzip\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: identity\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked, gzip\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked, chunked\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: ,chunked\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked,\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: xchunked\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chunked;q=1\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: \"chunked\"\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: 'chunked'\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: chun ked\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding:\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding: \u{b}chunked\r\n", .malformedFieldValue),
        ("Transfer-Encoding:\r\n chunked\r\n", .malformedTransferEncoding),
        ("Transfer-Encoding\u{0}: chunked\r\n", .malformedFieldName),
        ("Transfer-Encoding : chunked\r\n", .malformedFieldName),
        ("X: y\nTransfer-Encoding: chunked\r\n", .bareLineBreak),
        ("X: y\rTransfer-Encoding: chunked\r\n", .bareLineBreak),
        ("Transfer-Encoding: gzip, chunked\r\n", .unsupportedTransferCoding),
    ]

    @Test(arguments: smuggling)
    func ambiguousRequestsAreRefused(fields: String, error: HTTPMessageError) {
        #expect(requestError("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n") == error)
        #expect(error.status == (error == .unsupportedTransferCoding ? 501 : 400))
    }

    @Test func transferEncodingBelongsToHTTP11() {
        #expect(
            requestError("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                == .transferEncodingInOldVersion
        )
        #expect(
            parseResponse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                == .failure(.transferEncodingInOldVersion)
        )
    }

    @Test(arguments: [
        ("GET", "", BodyFraming.none),
        ("POST", "", .none),
        ("POST", "Content-Length: 0\r\n", .none),
        ("POST", "Content-Length: 5\r\n", .length(5)),
        ("POST", "Content-Length: 5\r\ncontent-length: 05\r\n", .length(5)),
        ("GET", "Content-Length: 9223372036854775807\r\n", .length(UInt64(Int64.max))),
        ("POST", "Transfer-Encoding: chunked\r\n", .chunked),
        ("POST", "transfer-encoding:Chunked\r\n", .chunked),
    ])
    func requestsAreFramedByTheirFields(method: String, fields: String, framing: BodyFraming) throws {
        #expect(try parseRequest("\(method) / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").get()?.framing == framing)
    }

    @Test(arguments: [
        (HTTPMethod.get, 200, "", BodyFraming.untilClose),
        (.get, 200, "Content-Length: 5\r\n", .length(5)),
        (.get, 200, "Content-Length: 0\r\n", .none),
        (.get, 200, "Transfer-Encoding: chunked\r\n", .chunked),
        (.head, 200, "Content-Length: 5\r\n", .none),
        (.head, 200, "Transfer-Encoding: chunked\r\n", .none),
        (.head, 200, "", .none),
        (.get, 100, "", .none),
        (.get, 103, "Content-Length: 5\r\n", .none),
        (.get, 204, "Content-Length: 5\r\n", .none),
        (.get, 304, "Content-Length: 5\r\n", .none),
        (.get, 101, "", .tunnel),
        (.connect, 200, "Content-Length: 5\r\n", .tunnel),
        (.connect, 407, "Content-Length: 5\r\n", .length(5)),
        (.post, 404, "", .untilClose),
    ])
    func responsesAreFramedByStatusAndMethod(
        method: HTTPMethod,
        status: Int,
        fields: String,
        framing: BodyFraming
    ) throws {
        let text = "HTTP/1.1 \(status) x\r\n\(fields)\r\n"
        #expect(try parseResponse(text, to: method).get()?.framing == framing)
    }

    @Test func ambiguousResponsesAreRefused() {
        for (fields, error) in Self.smuggling {
            #expect(parseResponse("HTTP/1.1 200 OK\r\n\(fields)\r\n") == .failure(error), "\(fields)")
        }
    }

    @Test(arguments: [
        ("Content-Length: 5\r\nExpect: 100-Continue\r\n", "HTTP/1.1", true),
        ("Expect: 100-continue\r\n", "HTTP/1.1", false),
        ("Content-Length: 5\r\nExpect: 100-continue\r\n", "HTTP/1.0", false),
        ("Content-Length: 5\r\nExpect: other\r\n", "HTTP/1.1", false),
    ])
    func expectationsNeedABodyAndHTTP11(fields: String, version: String, expects: Bool) throws {
        var head = RequestHead()
        let octets = Array("POST / \(version)\r\nHost: a\r\n\(fields)\r\n".utf8)
        _ = try head.parse(octets.span)
        #expect(head.expectsContinue == expects)
    }
}

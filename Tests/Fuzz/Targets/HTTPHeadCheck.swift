import HTTPWire

/// A request head is the same however it was cut, and nothing in it can be read in two ways.
enum RequestCheck {
    /// What a head says.
    private struct Summary: Equatable {
        var count: Int
        var fields: [HTTPField]
        var parts: [Range<Int>]
        var framing: BodyFraming
        var version: HTTPVersion
    }

    /// The first octet says where the head is cut, the rest is what the client sends.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard let first = input.first else { return }
        let octets = Array(input.dropFirst())
        let whole = parse(octets, cuts: [])
        try require(parse(octets, cuts: [Int(first) * octets.count / 256]) == whole, "a cut changes the request")
        guard case .success(let summary?) = whole else { return }
        try HTTPForm.check(octets, summary.fields, end: summary.count)
        let isChunked = octets.contains(lowercased: "transfer-encoding:", before: summary.count)
        if !isChunked { try require(summary.framing != .chunked, "chunked without Transfer-Encoding") }
        for part in summary.parts {
            try require(part.upperBound <= summary.count, "a part past the head")
            try require(octets[part].allSatisfy { $0 > 0x20 && $0 != 0x7F }, "a control octet in the request line")
        }
    }

    private static func parse(_ octets: [UInt8], cuts: [Int]) -> Result<Summary?, HTTPMessageError> {
        var head = RequestHead()
        do throws(HTTPMessageError) {
            for end in cuts + [octets.count] {
                guard let count = try head.parse(octets.span.extracting(0..<end)) else { continue }
                return .success(
                    Summary(
                        count: count,
                        fields: head.fields.fields,
                        parts: [head.methodName, head.target, head.pathAndQuery, head.authority],
                        framing: head.framing,
                        version: head.version
                    )
                )
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    static var seeds: [[UInt8]] {
        [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nPOST /a?b HTTP/1.1\r\nHost: www.example.com:80\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
            "PUT http://b/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: x, close\r\nX: 1\r\n\r\n",
            "OPTIONS * HTTP/1.0\r\n\r\n", "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nA_b: \t c \t\r\n\r\n",
        ].map { [128] + Array($0.utf8) }
    }
}

/// The same of a response head.
enum ResponseCheck {
    private struct Summary: Equatable {
        var count: Int
        var fields: [HTTPField]
        var status: Int
        var reason: Range<Int>
        var framing: BodyFraming
    }

    /// The first octet says where the head is cut and what the method was, the rest is what the server sends.
    static func check(_ input: [UInt8]) throws(BrokenRule) {
        guard let first = input.first else { return }
        let octets = Array(input.dropFirst())
        let method: HTTPMethod = first & 1 == 0 ? .get : .head
        let whole = parse(octets, to: method, cuts: [])
        let cut = Int(first) * octets.count / 256
        try require(parse(octets, to: method, cuts: [cut]) == whole, "a cut changes the response")
        guard case .success(let summary?) = whole else { return }
        try HTTPForm.check(octets, summary.fields, end: summary.count)
        try require((100...999).contains(summary.status), "status \(summary.status)")
        try require(summary.reason.upperBound <= summary.count, "a reason past the head")
        if method == .head { try require([.none, .tunnel].contains(summary.framing), "a body in answer to HEAD") }
    }

    private static func parse(
        _ octets: [UInt8],
        to method: HTTPMethod,
        cuts: [Int]
    ) -> Result<Summary?, HTTPMessageError> {
        var head = ResponseHead()
        do throws(HTTPMessageError) {
            for end in cuts + [octets.count] {
                guard let count = try head.parse(octets.span.extracting(0..<end)) else { continue }
                return .success(
                    Summary(
                        count: count,
                        fields: head.fields.fields,
                        status: head.status,
                        reason: head.reason,
                        framing: try head.framing(toMethod: method)
                    )
                )
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    static var seeds: [[UInt8]] {
        [
            "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.0 200\r\nConnection: keep-alive\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
            "HTTP/1.1 304 \r\nContent-Length: 10\r\n\r\n",
            "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ].enumerated().map { [UInt8(100 + $0)] + Array($1.utf8) }
    }
}

/// What field sections keep.
enum HTTPForm {
    /// Checks the fields of a head that ends at `end`.
    static func check(_ octets: [UInt8], _ fields: [HTTPField], end: Int) throws(BrokenRule) {
        try require(end <= octets.count && octets[..<end].suffix(2) == [0x0D, 0x0A], "the head ends in no empty line")
        var last = 0
        for field in fields {
            try require(
                field.name.lowerBound >= last && field.name.upperBound < field.line.upperBound,
                "fields overlap"
            )
            try require(
                field.value.upperBound < field.line.upperBound && field.line.upperBound <= end,
                "a value past its line"
            )
            try require(
                octets[field.line.upperBound - 2] == 0x0D && octets[field.line.upperBound - 1] == 0x0A,
                "a line without an end"
            )
            try require(octets[field.name.upperBound] == UInt8(ascii: ":"), "no colon behind a name")
            try require(!octets[field.name].contains { $0 <= 0x20 || $0 >= 0x7F }, "a name that is no token")
            try require(!octets[field.value].contains { [0, 0x0A, 0x0D].contains($0) }, "a line break in a value")
            last = field.line.upperBound
        }
    }
}

extension [UInt8] {
    /// Whether `text`, in lower case, is in the first octets in any case.
    fileprivate func contains(lowercased text: String, before end: Int) -> Bool {
        let text = Array(text.utf8)
        return indices.prefix(end).contains { start in
            self[start..<end].starts(with: text) { (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 }
        }
    }
}

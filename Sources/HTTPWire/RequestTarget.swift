/// The four forms of a request-target (RFC 9112 section 3.2).
package enum TargetForm: Sendable, Hashable {
    /// `/path?query`
    case origin
    /// `http://authority/path?query`
    case absolute
    /// `host:port`, of CONNECT
    case authority
    /// `*`, of OPTIONS
    case asterisk
}

/// A request-target taken apart; its octets are known to be in `OctetSet.target`.
struct RequestTarget {
    let form: TargetForm
    /// Empty in origin and asterisk form.
    let authority: Range<Int>
    /// Empty in authority and asterisk form.
    let pathAndQuery: Range<Int>

    init(_ target: Range<Int>, method: HTTPMethod, in octets: Span<UInt8>) throws(HTTPMessageError) {
        let start = target.lowerBound
        let none = start..<start
        if method == .connect {
            // RFC 9112 section 3.2.3: both host and port.
            guard Authority.isValid(target, requiresPort: true, in: octets) else { throw .malformedTarget }
            (form, authority, pathAndQuery) = (.authority, target, none)
        } else if octets[start] == UInt8(ascii: "/") {
            (form, authority, pathAndQuery) = (.origin, none, target)
        } else if method == .options, octets.equals(target, "*") {
            (form, authority, pathAndQuery) = (.asterisk, none, none)
        } else {
            let scheme =
                if target.count >= 7, octets.equalsIgnoringCase(start..<start + 7, "http://") {
                    7
                } else if target.count >= 8, octets.equalsIgnoringCase(start..<start + 8, "https://") {
                    8
                } else {
                    0
                }
            guard scheme > 0 else { throw .malformedTarget }
            var end = start + scheme
            while end < target.upperBound, octets[end] != UInt8(ascii: "/"), octets[end] != UInt8(ascii: "?") {
                end += 1
            }
            guard Authority.isValid(start + scheme..<end, in: octets) else { throw .malformedTarget }
            (form, authority, pathAndQuery) = (.absolute, start + scheme..<end, end..<target.upperBound)
        }
    }
}

/// `uri-host [":" port]` (RFC 9110 section 4.2, RFC 3986 section 3.2), without user information.
enum Authority {
    /// Whether `range` is one; the host must not be empty, the port is a number to 65535 or nothing.
    static func isValid(_ range: Range<Int>, requiresPort: Bool = false, in octets: Span<UInt8>) -> Bool {
        guard let first = range.first else { return false }
        var end = first
        if octets[first] == UInt8(ascii: "[") {
            end += 1
            while end < range.upperBound, OctetSet.addressLiteral.contains(octets[end]) { end += 1 }
            guard end > first + 2, end < range.upperBound, octets[end] == UInt8(ascii: "]") else { return false }
            end += 1
        } else {
            while end < range.upperBound, OctetSet.registeredName.contains(octets[end]) { end += 1 }
            guard end > first else { return false }
        }
        guard end < range.upperBound else { return !requiresPort }
        guard octets[end] == UInt8(ascii: ":") else { return false }
        let digits = end + 1..<range.upperBound
        guard digits.count <= 5, !requiresPort || !digits.isEmpty else { return false }
        var port = 0
        for index in digits {
            guard octets[index].isDigit else { return false }
            port = port * 10 + Int(octets[index] & 0x0f)
        }
        return port <= 65535
    }
}

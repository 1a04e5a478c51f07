/// What a query asks, as plain values read from its message; one instance is reused from query to query.
///
/// Reading never allocates and never traps: a message that cannot be understood becomes an ``Fault``, which becomes an
/// RCODE in one place.
public struct Query: ~Copyable, Sendable {
    /// Why a message is not answered as a query.
    package enum Fault: Sendable, Hashable {
        /// Shorter than a header, or a response: no answer is sent, so that two servers cannot talk in circles.
        case dropped
        /// The message breaks the format (RFC 1035 section 4, RFC 6891 section 6.1.1).
        case formErr
        /// Another opcode than QUERY.
        case notImp
        /// An EDNS version above 0.
        case badVers
    }

    /// The message's ID.
    package var id: UInt16 = 0
    /// The second header word.
    package var flags = HeaderFlags(rawValue: 0)
    /// QNAME in lower case; valid when ``questionEnd`` is over 12.
    package var name = QueryName()
    /// QTYPE.
    package var type = RRType(rawValue: 0)
    /// QCLASS.
    package var `class` = RRClass.in
    /// The offset just after the question; 12 when there is none to repeat.
    @usableFromInline package var questionEnd = 12
    /// Whether the message carries an OPT record.
    package var hasEDNS = false
    /// The requestor's UDP payload size as sent; 0 without EDNS.
    package var payloadSize: UInt16 = 0
    /// The DO bit (RFC 3225).
    package var dnssecOK = false
    /// The client subnet, when the query has the option.
    package var clientSubnet = ClientSubnet()
    /// Whether ``clientSubnet`` was sent.
    package var hasClientSubnet = false
    /// The cookie, when the query has the option.
    package var cookie = Cookie()
    /// Whether ``cookie`` was sent.
    package var hasCookie = false
    /// Whether the server's identifier is asked for (NSID, RFC 5001).
    package var wantsIdentifier = false
    /// Whether the client can keep a TCP connection for as long as it is told (RFC 7828).
    package var wantsKeepalive = false
    /// Whether the message has a question; without one it only asks for a cookie (RFC 7873 section 5.4).
    @inlinable package var hasQuestion: Bool { questionEnd > Self.headerLength }

    package init() {}

    /// Octets in a message header.
    @inlinable package static var headerLength: Int { 12 }

    /// Reads a message.
    ///
    /// - Returns: `nil` when it is a query to answer; fields up to the fault are set otherwise.
    package mutating func read(_ message: Span<UInt8>) -> Fault? {
        questionEnd = Self.headerLength
        hasEDNS = false
        payloadSize = 0
        dnssecOK = false
        hasClientSubnet = false
        hasCookie = false
        wantsIdentifier = false
        wantsKeepalive = false
        guard message.count >= Self.headerLength else { return .dropped }
        id = message.uint16(at: 0)
        flags = HeaderFlags(rawValue: message.uint16(at: 2))
        if flags.isResponse { return .dropped }
        // An unknown opcode gives the rest of the message another meaning, so nothing of it is read.
        guard flags.opcode == .query else { return .notImp }
        // RFC 9619: a QUERY has one question, or none when it only asks for a cookie.
        if message.uint16(at: 4) == 0 {
            guard message.uint16(at: 6) == 0, message.uint16(at: 8) == 0 else { return .formErr }
            if let fault = readAdditional(message) { return fault }
            return hasCookie ? nil : .formErr
        }
        guard message.uint16(at: 4) == 1, let nameEnd = name.read(message, at: Self.headerLength),
            nameEnd + 4 <= message.count
        else { return .formErr }
        type = RRType(rawValue: message.uint16(at: nameEnd))
        `class` = RRClass(rawValue: message.uint16(at: nameEnd + 2))
        questionEnd = nameEnd + 4
        // An incremental transfer sends a SOA in the authority section (RFC 1995); nothing else has records there.
        guard message.uint16(at: 6) == 0, message.uint16(at: 8) <= (type == .ixfr ? 1 : 0) else { return .formErr }
        return readAdditional(message)
    }

    /// Reads the additional section, which may hold one OPT record.
    private mutating func readAdditional(_ message: Span<UInt8>) -> Fault? {
        var index = questionEnd
        if message.uint16(at: 8) == 1 {
            guard let nameEnd = Self.skipName(message, at: index), nameEnd + 10 <= message.count else {
                return .formErr
            }
            index = nameEnd + 10 + Int(message.uint16(at: nameEnd + 8))
        }
        var version: UInt8 = 0
        for _ in 0..<Int(message.uint16(at: 10)) {
            guard let nameEnd = Self.skipName(message, at: index), nameEnd + 10 <= message.count else {
                return .formErr
            }
            let dataStart = nameEnd + 10
            let dataEnd = dataStart + Int(message.uint16(at: nameEnd + 8))
            guard dataEnd <= message.count else { return .formErr }
            if RRType(rawValue: message.uint16(at: nameEnd)) == .opt {
                // The owner must be the root and there must be no second OPT (RFC 6891 section 6.1.1).
                guard !hasEDNS, nameEnd == index + 1 else { return .formErr }
                hasEDNS = true
                payloadSize = message.uint16(at: nameEnd + 2)
                version = message[nameEnd + 5]
                dnssecOK = message[nameEnd + 6] & 0x80 != 0
                if version == 0, let fault = readOptions(message, from: dataStart, to: dataEnd) { return fault }
            }
            index = dataEnd
        }
        return version == 0 ? nil : .badVers
    }

    /// Reads the options of an OPT record; unknown ones are ignored (RFC 6891 section 6.1.2).
    private mutating func readOptions(_ message: Span<UInt8>, from start: Int, to end: Int) -> Fault? {
        var index = start
        while index < end {
            guard index + 4 <= end else { return .formErr }
            let length = Int(message.uint16(at: index + 2))
            guard index + 4 + length <= end else { return .formErr }
            switch message.uint16(at: index) {
            case ClientSubnet.optionCode:
                guard !hasClientSubnet, clientSubnet.read(message, at: index + 4, length: length) else {
                    return .formErr
                }
                hasClientSubnet = true
            case Cookie.optionCode where !hasCookie:
                // The first counts (RFC 7873 section 5.2).
                guard cookie.read(message, at: index + 4, length: length) else { return .formErr }
                hasCookie = true
            case EDNSOption.identifier:
                wantsIdentifier = true
            case EDNSOption.keepalive:
                guard length == 0 else { return .formErr }
                wantsKeepalive = true
            default: break
            }
            index += 4 + length
        }
        return nil
    }

    /// The offset after the name at `start`, compressed or not; `nil` when it is malformed.
    private static func skipName(_ message: Span<UInt8>, at start: Int) -> Int? {
        var index = start
        while index < message.count {
            let octet = message[index]
            switch octet {
            case 0: return index + 1
            case 1...63: index += 1 + Int(octet)
            case 0xC0...: return index + 2 <= message.count ? index + 2 : nil
            default: return nil
            }
            if index - start > DomainName.maximumLength { return nil }
        }
        return nil
    }
}

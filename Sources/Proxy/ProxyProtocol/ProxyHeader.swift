import Addressing

/// What a PROXY protocol header says: whose connection this is that another proxy passes on.
///
/// Version 1 is a line of text of at most 107 octets, version 2 is binary (the PROXY protocol, versions 1 and 2,
/// haproxy.org, sections 2.1 and 2.2):
///
///     PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 CRLF
///
///     0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A | 2c | fp | length | source, destination, ports | type length value ...
///              signature (12 octets)        c: 0 LOCAL, 1 PROXY    f: 0 none, 1 IPv4, 2 IPv6, 3 Unix    p: 1 stream
///
/// The protocol is not guessed: where a peer is to send a header, anything else is an error.
struct ProxyHeader: Hashable, Sendable {
    /// The client and where it connected to; `nil` when the sender speaks for itself (LOCAL, UNKNOWN) or the addresses
    /// are not of the Internet.
    struct Addresses: Hashable, Sendable {
        var source: Endpoint
        var destination: Endpoint
    }

    /// Who is at both ends.
    var addresses: Addresses?

    /// Reads a header at the start of `octets`.
    ///
    /// - Returns: the header and its length in octets, or `nil` when more octets are needed.
    /// - Throws: as soon as it is certain that the octets are no header, or one too long.
    static func parse(_ octets: Span<UInt8>) throws(ProxyHeaderError) -> (header: ProxyHeader, count: Int)? {
        guard octets.count > 0 else { return nil }
        return octets[0] == signature[0] ? try parseBinary(octets) : try parseText(octets)
    }

    /// Octets of a version 1 header at most, with its CRLF.
    static let textLimit = 107
    /// Octets of addresses and TLVs of a version 2 header at most; a certificate chain is not expected.
    static let binaryLimit = 4096

    static let signature: [12 of UInt8] = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]

    // MARK: - Version 1

    private static func parseText(_ octets: Span<UInt8>) throws(ProxyHeaderError) -> (ProxyHeader, Int)? {
        let prefix: [6 of UInt8] = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20]
        for index in 0..<min(6, octets.count) where octets[index] != prefix[index] { throw .malformed }
        guard let end = lineEnd(octets) else {
            guard octets.count < textLimit else { throw .tooLong }
            return nil
        }
        guard end + 2 <= textLimit else { throw .tooLong }
        let text = String(decoding: (6..<end).map { octets[$0] }, as: UTF8.self)
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let family: IPAddress.Family
        switch words.first {
        case "TCP4": family = .v4
        case "TCP6": family = .v6
        // Whatever follows is for people.
        case "UNKNOWN": return (ProxyHeader(addresses: nil), end + 2)
        default: throw .malformed
        }
        guard words.count == 5, let source = IPAddress(words[1]), source.family == family,
            let destination = IPAddress(words[2]), destination.family == family,
            let sourcePort = port(words[3]), let destinationPort = port(words[4])
        else { throw .malformed }
        let addresses = Addresses(
            source: Endpoint(source, port: sourcePort),
            destination: Endpoint(destination, port: destinationPort)
        )
        return (ProxyHeader(addresses: addresses), end + 2)
    }

    /// The position of the first CR LF; neither may stand alone.
    private static func lineEnd(_ octets: Span<UInt8>) -> Int? {
        var index = 0
        while index + 1 < octets.count, index < textLimit {
            if octets[index] == 0x0d, octets[index + 1] == 0x0a { return index }
            index += 1
        }
        return nil
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), text == "0" || text.first != "0" else { return nil }
        return UInt16(text)
    }

    // MARK: - Version 2

    private static func parseBinary(_ octets: Span<UInt8>) throws(ProxyHeaderError) -> (ProxyHeader, Int)? {
        for index in 0..<min(12, octets.count) where octets[index] != signature[index] { throw .malformed }
        guard octets.count > 12 else { return nil }
        let command = octets[12] & 0x0f
        guard octets[12] >> 4 == 2, command <= 1 else { throw .malformed }
        guard octets.count >= 16 else { return nil }
        let length = Int(octets[14]) << 8 | Int(octets[15])
        guard length <= binaryLimit else { throw .tooLong }
        guard octets.count >= 16 + length else { return nil }
        // Section 2.2: the address block of LOCAL is passed over, whatever it is.
        guard command == 1 else { return (ProxyHeader(addresses: nil), 16 + length) }
        let width: Int
        switch octets[13] {
        case 0x00: return (ProxyHeader(addresses: nil), 16 + length)
        case 0x11: width = 4
        case 0x21: width = 16
        case 0x31:
            guard length >= 216 else { throw .malformed }
            try checkValues(octets, 16 + 216..<16 + length)
            return (ProxyHeader(addresses: nil), 16 + length)
        default: throw .malformed
        }
        let size = 2 * width + 4
        guard length >= size else { throw .malformed }
        try checkValues(octets, 16 + size..<16 + length)
        func endpoint(at position: Int, port: Int) -> Endpoint? {
            IPAddress(octets: (position..<position + width).map { octets[$0] }).map {
                Endpoint($0, port: UInt16(octets[port]) << 8 | UInt16(octets[port + 1]))
            }
        }
        guard let source = endpoint(at: 16, port: 16 + 2 * width),
            let destination = endpoint(at: 16 + width, port: 18 + 2 * width)
        else { throw .malformed }
        return (ProxyHeader(addresses: Addresses(source: source, destination: destination)), 16 + length)
    }

    /// Type, length and value follow one another without a rest (section 2.2.7); what they say is passed over.
    private static func checkValues(_ octets: Span<UInt8>, _ range: Range<Int>) throws(ProxyHeaderError) {
        var position = range.lowerBound
        while position < range.upperBound {
            guard position + 3 <= range.upperBound else { throw .malformed }
            position += 3 + (Int(octets[position + 1]) << 8 | Int(octets[position + 2]))
        }
        guard position == range.upperBound else { throw .malformed }
    }
}

/// Why octets are no PROXY protocol header.
enum ProxyHeaderError: Error, Hashable, Sendable {
    /// They break a rule of the protocol.
    case malformed
    /// They are longer than a header may be.
    case tooLong
}

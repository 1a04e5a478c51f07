package import Addressing

/// The COOKIE option of a query (RFC 7873 section 4): what the client chose, and what a server gave it before.
package struct Cookie: Sendable, Hashable {
    /// The option's code.
    @inlinable package static var optionCode: UInt16 { 10 }
    /// Octets of a client cookie.
    package static let clientLength = 8
    /// Octets of a server cookie in the form of RFC 9018, which is the form we give.
    package static let serverLength = 16

    /// The client cookie in network order.
    package var client: UInt64 = 0
    /// The first half of the server cookie: version, three reserved octets, timestamp.
    package var head: UInt64 = 0
    /// The second half of the server cookie: the hash, its octets in the order sent.
    package var hash: UInt64 = 0
    /// Octets of the server cookie that was sent: 0, or 8...32.
    package var serverLength = 0

    package init() {}

    /// Reads the option's data.
    ///
    /// - Returns: `false` when its length is none that a cookie can have, which is a format error (RFC 7873 section
    ///   5.2.2).
    package mutating func read(_ message: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        guard length == 8 || (16...40).contains(length) else { return false }
        serverLength = length - 8
        client = Self.word(message, at: offset)
        head = length >= 16 ? Self.word(message, at: offset + 8) : 0
        hash = length >= 24 ? Self.word(message, at: offset + 16) : 0
        return true
    }

    private static func word(_ message: Span<UInt8>, at offset: Int) -> UInt64 {
        UInt64(message.uint32(at: offset)) << 32 | UInt64(message.uint32(at: offset + 4))
    }
}

/// The secret that server cookies are made with; servers of one anycast address share it (RFC 9018 section 5).
package struct CookieSecret: Sendable, Hashable {
    private let low: UInt64
    private let high: UInt64

    /// How old a cookie may be, and how far in the future, in seconds (RFC 9018 section 4.3).
    private static let oldest: UInt32 = 3600
    private static let newest: UInt32 = 300
    /// From this age on a client is given a new one (RFC 9018 section 4.3).
    private static let renewal: UInt32 = 1800
    private static let versionOne: UInt64 = 1 << 56

    /// A secret from 16 octets.
    ///
    /// - Returns: `nil` for another count.
    package init?(octets: some Collection<UInt8>) {
        guard octets.count == 16 else { return nil }
        let words = octets.reduce(into: [UInt8]()) { $0.append($1) }
        low = words[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        high = words[8...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A secret for this process alone.
    package init(using generator: inout some RandomNumberGenerator) {
        low = generator.next()
        high = generator.next()
    }

    /// How a cookie stands with this secret.
    package enum Verdict: Sendable, Hashable {
        /// Made with this secret for this client, and young enough to be used on.
        case valid
        /// The same, but a new one should be given.
        case ageing
        /// None of ours, not for this client, or too old.
        case invalid
    }

    /// Judges the server cookie of a query.
    ///
    /// - Parameter now: seconds since 1970, modulo 2^32.
    package func judge(_ cookie: Cookie, from client: IPAddress, at now: UInt32) -> Verdict {
        guard cookie.serverLength == Cookie.serverLength, cookie.head & 0xFF << 56 == Self.versionOne,
            hash(client: cookie.client, head: cookie.head, address: client) == cookie.hash
        else { return .invalid }
        // Serial number arithmetic (RFC 1982), so that the year 2106 is no limit.
        let age = Int32(bitPattern: now &- UInt32(truncatingIfNeeded: cookie.head))
        if age < -Int32(Self.newest) || age > Int32(Self.oldest) { return .invalid }
        return age > Int32(Self.renewal) ? .ageing : .valid
    }

    /// A fresh server cookie.
    ///
    /// - Returns: its two halves in network order.
    package func make(for cookie: Cookie, from client: IPAddress, at now: UInt32) -> (head: UInt64, hash: UInt64) {
        let head = Self.versionOne | UInt64(now)
        return (head, hash(client: cookie.client, head: head, address: client))
    }

    /// Hash = SipHash-2-4(client cookie | version | reserved | timestamp | client IP, secret), RFC 9018 section 4.4.
    private func hash(client: UInt64, head: UInt64, address: IPAddress) -> UInt64 {
        var hash = SipHash(key: (low, high))
        hash.update(client)
        hash.update(head)
        switch address.family {
        case .v4: hash.update(UInt32(truncatingIfNeeded: address.bits))
        case .v6: hash.update(address.bits)
        }
        return hash.finish().byteSwapped
    }
}

package import DNSWire

/// What a server says of itself and demands of clients, the same for all zones.
package struct ResponderSettings: Sendable {
    /// The server's identifier for NSID (RFC 5001) and `id.server` (RFC 4892); empty tells nothing. At most 255 octets.
    package var identifier: [UInt8] = []
    /// What `version.bind` and `version.server` answer (RFC 4892); empty tells nothing. At most 255 octets.
    package var version: [UInt8] = []
    /// The secret that server cookies are made with.
    package var cookieSecret: CookieSecret
    /// The secret before it, with which cookies are still accepted, or the one that will come.
    package var otherCookieSecret: CookieSecret?
    /// Whether a UDP client without a valid cookie is sent BADCOOKIE or to TCP instead of an answer.
    package var requiresCookie = false
    /// What a TCP client is told to keep an idle connection for, in units of 100 ms (RFC 7828 section 3.1).
    package var keepalive: UInt16 = 300
    /// The name of an error reporting agent (RFC 9567) in wire form; empty for none.
    package var reportingAgent: [UInt8] = []

    /// Settings with a cookie secret.
    package init(cookieSecret: CookieSecret) {
        self.cookieSecret = cookieSecret
    }

    /// Settings with a secret of their own, for a server that shares none.
    package init() {
        var generator = SystemRandomNumberGenerator()
        cookieSecret = CookieSecret(using: &generator)
    }
}

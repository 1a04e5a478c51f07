/// A transport address: an IP address and a port, written `192.0.2.1:53` or `[2001:db8::1]:53`.
package struct Endpoint: Hashable, Sendable {
    /// The IP address.
    package var address: IPAddress
    /// The port in host order.
    package var port: UInt16

    /// An endpoint from its parts.
    package init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `ADDRESS:PORT` with IPv6 in brackets; with `defaultPort` given, also an address alone.
    ///
    /// - Returns: `nil` when it is neither.
    package init?(_ text: some StringProtocol, defaultPort: UInt16? = nil) {
        var address = text[...]
        var port = defaultPort
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            address = text[text.index(after: text.startIndex)..<close]
            guard address.contains(":") else { return nil }
            let rest = text[text.index(after: close)...]
            if !rest.isEmpty {
                guard rest.first == ":", let given = Self.port(rest.dropFirst()) else { return nil }
                port = given
            }
        } else if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
            guard let given = Self.port(text[text.index(after: colon)...]) else { return nil }
            address = text[..<colon]
            port = given
        }
        guard let parsed = IPAddress(address), let port else { return nil }
        self.init(parsed, port: port)
    }

    /// A port written in decimal digits only.
    private static func port(_ text: some StringProtocol) -> UInt16? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt16(text)
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        address.family == .v4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}

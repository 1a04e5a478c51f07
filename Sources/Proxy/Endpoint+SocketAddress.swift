import Addressing
import NIOCore

extension Endpoint {
    /// The endpoint that a socket address is; an IPv4-mapped IPv6 address counts as the IPv4 address it is.
    ///
    ///     sockaddr_in    family (2)   port (2)   address (4)
    ///     sockaddr_in6   family (2)   port (2)   flow (4)   address (16)   scope (4)
    ///
    /// Without the text between that `SocketAddress.ipAddress` makes: this is done for every connection.
    ///
    /// - Returns: `nil` for the address of a Unix domain socket.
    init?(_ address: SocketAddress?) {
        let isIPv4: Bool
        switch address {
        case .v4: isIPv4 = true
        case .v6: isIPv4 = false
        case .unixDomainSocket, nil: return nil
        }
        let parts = unsafe address?.withSockAddr { pointer, size -> (port: UInt16, high: UInt64, low: UInt64)? in
            let octets = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
            guard size >= (isIPv4 ? 8 : 24) else { return nil }
            // Inside the size that the address has, and integers have no invalid values.
            let port = unsafe UInt16(bigEndian: octets.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            if isIPv4 {
                let bits = unsafe UInt32(bigEndian: octets.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
                return (port, 0, UInt64(bits))
            }
            return (
                port,
                unsafe UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                unsafe UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            )
        }
        guard let (port, high, low) = parts ?? nil else { return nil }
        if isIPv4 {
            self.init(IPAddress(v4: UInt32(truncatingIfNeeded: low)), port: port)
        } else {
            let address = IPAddress(v6: UInt128(high) << 64 | UInt128(low))
            if let (embedding, v4) = address.embedding, embedding == .mapped {
                self.init(IPAddress(v4: v4), port: port)
            } else {
                self.init(address, port: port)
            }
        }
    }
}

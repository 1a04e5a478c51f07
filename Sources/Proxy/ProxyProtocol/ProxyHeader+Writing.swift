import Addressing
import TCPTransport
import ZoneFile

extension ProxyHeader {
    /// Appends the header of a connection.
    ///
    /// Both addresses are written in one family: an IPv4 address beside an IPv6 one as ::ffff:a.b.c.d (RFC 4291
    /// section 2.5.5.2). Without addresses the header says that the proxy speaks for itself.
    func write(_ version: PoolTransport.ProxyProtocol, into buffer: inout OctetBuffer) {
        switch version {
        case .v1: writeText(into: &buffer)
        case .v2: writeBinary(into: &buffer)
        }
    }

    private var isIPv4: Bool {
        addresses?.source.address.family == .v4 && addresses?.destination.address.family == .v4
    }

    private func writeText(into buffer: inout OctetBuffer) {
        guard let addresses else {
            buffer.append("PROXY UNKNOWN\r\n")
            return
        }
        let source = isIPv4 ? addresses.source.address : addresses.source.address.mapped
        let destination = isIPv4 ? addresses.destination.address : addresses.destination.address.mapped
        let ports = "\(addresses.source.port) \(addresses.destination.port)"
        buffer.append(text: "PROXY TCP\(isIPv4 ? 4 : 6) \(source) \(destination) \(ports)\r\n")
    }

    private func writeBinary(into buffer: inout OctetBuffer) {
        buffer.append(Self.signature.span, 0..<Self.signature.count)
        guard let addresses else {
            buffer.append(bigEndian: UInt32(0x2000_0000))
            return
        }
        buffer.append(octet: 0x21)
        buffer.append(octet: isIPv4 ? 0x11 : 0x21)
        buffer.append(bigEndian: UInt16(isIPv4 ? 12 : 36))
        for endpoint in [addresses.source, addresses.destination] {
            buffer.append(isIPv4 ? endpoint.address.octets : endpoint.address.mapped.octets)
        }
        buffer.append(bigEndian: addresses.source.port)
        buffer.append(bigEndian: addresses.destination.port)
    }
}

extension IPAddress {
    /// The address as an IPv6 address: an IPv4 address becomes ::ffff:a.b.c.d.
    fileprivate var mapped: IPAddress {
        family == .v6 ? self : IPAddress(v6: EmbeddedIPv4.mapped.start | bits)
    }
}

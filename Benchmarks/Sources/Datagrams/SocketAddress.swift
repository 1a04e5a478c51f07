import CDatagram
import Glibc

/// An IPv4 or IPv6 address with a port, in the form that system calls take.
package struct SocketAddress: Sendable {
    private var storage: sockaddr_storage
    private var length: socklen_t

    /// AF_INET or AF_INET6.
    package var family: CInt { CInt(storage.ss_family) }

    /// Reads `ADDRESS:PORT` or `[IPv6]:PORT`.
    ///
    /// - Returns: `nil` for anything else; names are not resolved.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        storage = sockaddr_storage()
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, String(host), &v4) == 1 {
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            unsafe withUnsafeMutableBytes(of: &storage) { octets in
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                address.sin_addr = v4
                unsafe octets.storeBytes(of: address, as: sockaddr_in.self)
            }
        } else if unsafe inet_pton(AF_INET6, String(host), &v6) == 1 {
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            unsafe withUnsafeMutableBytes(of: &storage) { octets in
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_port = port.bigEndian
                address.sin6_addr = v6
                unsafe octets.storeBytes(of: address, as: sockaddr_in6.self)
            }
        } else {
            return nil
        }
    }

    /// Calls `body` with the address.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}

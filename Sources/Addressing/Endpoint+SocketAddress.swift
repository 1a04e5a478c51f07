package import Glibc

/// Endpoints in the form that system calls take.
extension Endpoint {
    /// Calls `body` with the `sockaddr` of this endpoint.
    package func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch address.family {
        case .v4:
            var octets = sockaddr_in()
            octets.sin_family = sa_family_t(AF_INET)
            octets.sin_port = port.bigEndian
            octets.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.bits).bigEndian
            return unsafe withUnsafePointer(to: &octets) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .v6:
            var octets = sockaddr_in6()
            octets.sin6_family = sa_family_t(AF_INET6)
            octets.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &octets.sin6_addr) { unsafe $0.copyBytes(from: address.octets) }
            return unsafe withUnsafePointer(to: &octets) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
    }

    /// The endpoint that the kernel wrote, without allocation; an IPv4-mapped IPv6 address stays what it is.
    ///
    /// - Returns: `nil` for another address family.
    @inlinable
    package init?(_ storage: UnsafePointer<sockaddr_storage>) {
        switch unsafe CInt(storage.pointee.ss_family) {
        case AF_INET:
            self = unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                unsafe Endpoint(
                    IPAddress(v4: UInt32(bigEndian: address.pointee.sin_addr.s_addr)),
                    port: UInt16(bigEndian: address.pointee.sin_port)
                )
            }
        case AF_INET6:
            self = unsafe storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                let words = unsafe UnsafeRawPointer(address).advanced(by: 8)
                let high = unsafe UInt64(bigEndian: words.loadUnaligned(as: UInt64.self))
                let low = unsafe UInt64(bigEndian: words.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                return unsafe Endpoint(
                    IPAddress(v6: UInt128(high) << 64 | UInt128(low)),
                    port: UInt16(bigEndian: address.pointee.sin6_port)
                )
            }
        default:
            return nil
        }
    }

    /// Where a socket is bound, as getsockname(2) says it.
    ///
    /// - Returns: `nil` when it is no socket of the Internet.
    package init?(boundTo descriptor: CInt) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard status == 0 else { return nil }
        guard let endpoint = unsafe withUnsafePointer(to: &storage, { unsafe Endpoint($0) }) else { return nil }
        self = endpoint
    }

    /// This endpoint, or for an IPv4-mapped IPv6 address that of the IPv4 address it is.
    package var unmapped: Endpoint {
        guard address.family == .v6, let (embedding, v4) = address.embedding, embedding == .mapped else { return self }
        return Endpoint(IPAddress(v4: v4), port: port)
    }
}

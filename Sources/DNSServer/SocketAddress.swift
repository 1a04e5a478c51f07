import Addressing
import CLinux
import Glibc

/// Endpoints in the form that system calls take.
enum SocketAddress {
    /// Calls `body` with the `sockaddr` of an endpoint.
    static func with<Result>(
        _ endpoint: Endpoint,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        switch endpoint.address.family {
        case .v4:
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: endpoint.address.bits).bigEndian
            return unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .v6:
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = endpoint.port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { octets in
                unsafe octets.copyBytes(from: endpoint.address.octets)
            }
            return unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
    }

    /// The endpoint that the kernel wrote, without allocation.
    ///
    /// - Returns: `nil` for another address family.
    @inline(__always)
    static func read(_ storage: UnsafePointer<sockaddr_storage>) -> Endpoint? {
        switch unsafe CInt(storage.pointee.ss_family) {
        case AF_INET:
            return unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                unsafe Endpoint(
                    IPAddress(v4: UInt32(bigEndian: address.pointee.sin_addr.s_addr)),
                    port: UInt16(bigEndian: address.pointee.sin_port)
                )
            }
        case AF_INET6:
            return unsafe storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
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
}

import CDatagram
import Glibc

/// A datagram socket, closed when it goes.
package final class DatagramSocket {
    /// The descriptor.
    package let descriptor: CInt

    /// Octets that may wait in the kernel in each direction, as far as the system lets.
    private static let bufferSize: CInt = 4 << 20

    /// What to do with the address.
    package enum Role: Sendable {
        /// Send to it, and take only what comes from it.
        case connected
        /// Receive at it, together with the other sockets of this user that do (SO_REUSEPORT).
        case bound
    }

    /// Opens a socket.
    ///
    /// - Throws: ``SocketError``
    package init(_ address: SocketAddress, _ role: Role) throws(SocketError) {
        descriptor = socket(address.family, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(call: "socket", code: errno) }
        let intSize = socklen_t(MemoryLayout<CInt>.size)
        var size = Self.bufferSize
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, intSize)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, intSize)
        let descriptor = descriptor
        let status = unsafe address.withPointer { pointer, length in
            switch role {
            case .connected: return unsafe connect(descriptor, pointer, length)
            case .bound:
                var one: CInt = 1
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, intSize)
                return unsafe bind(descriptor, pointer, length)
            }
        }
        guard status == 0 else { throw SocketError(call: role == .bound ? "bind" : "connect", code: errno) }
    }

    deinit { close(descriptor) }
}

/// A system call that failed.
package struct SocketError: Error, Sendable, CustomStringConvertible {
    /// The call.
    package var call: String
    /// Its `errno`.
    package var code: CInt

    package init(call: String, code: CInt) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(unsafe String(cString: strerror(code)))" }
}

/// Keeps the calling thread on one core.
///
/// - Throws: ``SocketError``
package func pin(toCore core: Int) throws(SocketError) {
    guard (0..<1024).contains(core), bench_pin(CInt(core)) == 0 else {
        throw SocketError(call: "sched_setaffinity", code: (0..<1024).contains(core) ? errno : EINVAL)
    }
}

import Addressing
import CLinux
import Glibc

/// A bound datagram socket, closed when it goes.
struct UDPSocket: ~Copyable {
    let descriptor: CInt
    /// Whether the socket is bound to the unspecified address, so that answers must say where they come from.
    let isWildcard: Bool

    private init(descriptor: CInt, isWildcard: Bool) {
        self.descriptor = descriptor
        self.isWildcard = isWildcard
    }

    /// How long a thread waits for a query before it looks whether it should stop.
    private static let receiveTimeout = timeval(tv_sec: 0, tv_usec: 250_000)
    /// Octets of queries and of answers that may wait in the kernel.
    private static let bufferSize: CInt = 4 << 20

    /// Binds a socket.
    ///
    /// - Parameters:
    ///   - endpoint: the address; an IPv6 one takes no IPv4.
    ///   - isShared: whether other sockets of this process share the address, each with its own queue (SO_REUSEPORT).
    /// - Throws: ``ListenError``
    static func bind(_ endpoint: Endpoint, isShared: Bool) throws(ListenError) -> UDPSocket {
        let family = endpoint.address.family == .v4 ? AF_INET : AF_INET6
        let descriptor = socket(family, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ListenError(endpoint: endpoint, transport: "UDP", code: errno) }
        let bound = UDPSocket(descriptor: descriptor, isWildcard: endpoint.address.isUnspecified)
        var one: CInt = 1
        let oneSize = socklen_t(MemoryLayout<CInt>.size)
        if isShared { unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, oneSize) }
        if family == AF_INET6 { unsafe setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &one, oneSize) }
        if bound.isWildcard { tern_enable_packet_info(descriptor, family) }
        tern_ignore_path_mtu(descriptor, family)
        var size = Self.bufferSize
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, oneSize)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, oneSize)
        var timeout = Self.receiveTimeout
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let status = unsafe endpoint.withSocketAddress { unsafe Glibc.bind(descriptor, $0, $1) }
        guard status == 0 else { throw ListenError(endpoint: endpoint, transport: "UDP", code: errno) }
        return bound
    }

    /// The endpoint bound, with the port that the kernel chose when it was asked for port 0.
    var localEndpoint: Endpoint? {
        Endpoint(boundTo: descriptor)
    }

    deinit {
        close(descriptor)
    }
}

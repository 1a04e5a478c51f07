package import Addressing
import CLinux
import Glibc

/// A socket at which connections are accepted by all loops.
///
/// Every loop watches the same socket, and the kernel tells one of them of a connection (EPOLLEXCLUSIVE). Which one is
/// mostly the one that was idle last, so a loop that has more connections than the others gives a new one away.
package final class Listener: Sendable {
    /// Where it listens, with the port that the kernel chose in place of 0.
    package let endpoint: Endpoint
    /// The socket.
    package let descriptor: CInt
    private let acceptors: [LoopBound<Acceptor>]

    /// Connections that have not been accepted yet, at most; the kernel's own limit may be less.
    private static let backlog: CInt = 4096

    /// Binds a socket; connections are accepted from `start()` on.
    ///
    /// - Parameters:
    ///   - options: what is set on the socket and inherited by its connections.
    ///   - loops: what each loop does there.
    package static func bind(
        _ endpoint: Endpoint,
        options: [InheritedOption],
        loops: [LoopBound<Acceptor>]
    ) throws(SocketError) -> Listener {
        let family = endpoint.address.family == .v4 ? AF_INET : AF_INET6
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw SocketError(code: errno) }
        _ = tern_set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        let status = unsafe endpoint.withSocketAddress { unsafe Glibc.bind(descriptor, $0, $1) }
        guard status == 0, listen(descriptor, backlog) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw SocketError(code: code)
        }
        return Listener(descriptor, endpoint, options: options, loops: loops)
    }

    /// Accepts at a socket that listens already, such as one of another process; from `start()` on.
    package init(_ descriptor: CInt, _ endpoint: Endpoint, options: [InheritedOption], loops: [LoopBound<Acceptor>]) {
        self.descriptor = descriptor
        self.endpoint = Endpoint(boundTo: descriptor) ?? endpoint
        acceptors = loops
        let flags = fcntl(descriptor, F_GETFL)
        if flags & O_NONBLOCK == 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
        for option in options { _ = tern_set_option(descriptor, option.level, option.name, option.value) }
    }

    /// Accepts connections.
    package func start() {
        let (descriptor, all) = (descriptor, acceptors)
        for acceptor in acceptors {
            acceptor.mailbox.execute { acceptor.value.start(descriptor, among: all) }
        }
    }

    /// Accepts no more and leaves the socket open, with what waits there. What was accepted has reached its loop when
    /// this returns.
    package func pause() async {
        for acceptor in acceptors { await acceptor.mailbox.submit { acceptor.value.stop() } }
        // What one loop gave to another.
        for acceptor in acceptors { await acceptor.mailbox.submit {} }
    }

    /// Listens no more. A socket that another process has too stays open there.
    package func close() async {
        await pause()
        Glibc.close(descriptor)
    }
}

/// A socket option that connections have from their listener; its value is an integer.
package struct InheritedOption: Hashable, Sendable {
    var level: CInt
    var name: CInt
    var value: CInt

    /// Small pieces are sent at once.
    package static let noDelay = InheritedOption(level: CInt(IPPROTO_TCP), name: TCP_NODELAY, value: 1)

    /// The kernel takes octets only while it holds fewer than `count` that have not been sent, so that what a slow
    /// receiver costs the kernel is bounded too, and its progress is noticed in small steps.
    package static func notSentLowWater(_ count: CInt) -> InheritedOption {
        // TCP_NOTSENT_LOWAT
        InheritedOption(level: CInt(IPPROTO_TCP), name: 25, value: count)
    }
}

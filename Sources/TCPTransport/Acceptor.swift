package import Addressing
import CLinux
import Glibc

/// What one loop does at a listening socket.
package final class Acceptor: Pollable {
    private let loop: TransportLoop
    private let accepted: (CInt, Endpoint?) -> Void
    private let whenShort: (SocketError) -> Void
    private var descriptor: CInt = -1
    private var number = -1
    private var siblings: [LoopBound<Acceptor>] = []
    private var isWatching = false
    /// Until when a shortage is still the one that has been told.
    private var shortageEnd = LoopTime(nanoseconds: 0)

    /// Connections accepted before those that are open have their turn.
    private static let batch = 64
    /// How long no connection is accepted when the kernel has nothing left for one.
    private static let pause = Interval(.milliseconds(100))
    /// How long there must have been no shortage for the next one to be another.
    private static let shortage = Interval(.seconds(10))
    /// Connections that a loop may have more than another before it gives one away.
    private static let slack = 4

    /// - Parameters:
    ///   - accepted: is given a connection, to adopt or close it, and where it comes from.
    ///   - whenShort: told when the kernel has no descriptor or memory for another connection, once until it has had them for ten
    ///     seconds.
    package init(
        loop: TransportLoop,
        whenShort: @escaping (SocketError) -> Void = { _ in },
        accepted: @escaping (CInt, Endpoint?) -> Void
    ) {
        self.loop = loop
        self.whenShort = whenShort
        self.accepted = accepted
    }

    func start(_ descriptor: CInt, among siblings: [LoopBound<Acceptor>]) {
        stop()
        self.descriptor = descriptor
        self.siblings = siblings.count > 1 ? siblings : []
        number = loop.add(self)
        watch()
    }

    func stop() {
        guard number >= 0 else { return }
        unwatch()
        loop.remove(number)
        number = -1
        siblings = []
    }

    private func watch() {
        if tern_watch(loop.poller, descriptor, Events.input, 0, 1, loop.token(of: number)) == 0 {
            isWatching = true
        } else {
            rest(errno)
        }
    }

    private func unwatch() {
        guard isWatching else { return }
        tern_unwatch(loop.poller, descriptor)
        isWatching = false
    }

    /// Accepts nothing for a while: what waits, waits in the kernel.
    private func rest(_ code: CInt) {
        unwatch()
        if loop.now >= shortageEnd { whenShort(SocketError(code: code)) }
        shortageEnd = loop.now + Self.shortage
        loop.setDeadline(number, at: loop.now + Self.pause)
    }

    override func tellDeadline() { watch() }

    override func ready(_ events: UInt32) {
        var source = sockaddr_storage()
        for _ in 0..<Self.batch {
            let connection = unsafe tern_accept(descriptor, &source)
            guard connection >= 0 else {
                switch errno {
                // The client has gone already, or the network has a word to say about it (accept(2)).
                case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH:
                    continue
                case EAGAIN: return
                default: return rest(errno)
                }
            }
            let endpoint = unsafe withUnsafePointer(to: &source) { unsafe Endpoint($0) }
            place(connection, endpoint?.unmapped)
        }
    }

    /// Takes a connection, or gives it to the loop that has the fewest.
    private func place(_ connection: CInt, _ source: Endpoint?) {
        let own = loop.mailbox.load
        guard own >= Self.slack, !siblings.isEmpty,
            let other = siblings.min(by: { $0.mailbox.load < $1.mailbox.load }),
            other.mailbox.load + Self.slack <= own
        else { return accepted(connection, source) }
        let isTaken = other.mailbox.execute { other.value.accepted(connection, source) }
        if !isTaken { accepted(connection, source) }
    }
}

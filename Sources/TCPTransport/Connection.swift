package import Addressing
import CLinux
import Glibc

/// Why a connection has closed.
public enum CloseReason: Hashable, Sendable {
    /// Its owner closed it.
    case asked
    /// It could not be opened; the number is the kernel's (`errno`).
    case notOpened(CInt)
    /// It has failed; the number is the kernel's (`errno`).
    case failed(CInt)
}

/// A TCP connection of a loop. What it is for is said by a subclass, its owner: octets and events come to it, what is
/// written and asked goes to the kernel.
///
///     unused ──▶ connecting ──▶ open ──▶ closed ──▶ unused       `adopt` opens at once, `closed(_:)` is told last
///
/// Input is read into memory of the loop and lent to `received(_:)`; only what the owner leaves is kept. Output is gathered
/// while an event is dealt with and offered to the kernel when that is done; what the kernel does not take is kept and
/// offered again when it does.
///
/// The socket is watched edge-triggered and for output only from the first time that the kernel was full: a connection
/// that is read until nothing is left costs no system call but those that move octets.
open class Connection: Pollable {
    enum Phase { case unused, connecting, open, closed }

    /// The loop that it is confined to.
    package final let loop: TransportLoop
    final var phase = Phase.unused
    final var socket: CInt = -1
    /// The socket; -1 when there is none.
    package final var descriptor: CInt { socket }
    private final var number = 0

    // MARK: Input

    /// Octets that the owner has left.
    final let held = OwnedCell(OctetBuffer())
    /// Whether the kernel may have octets, or the end of them.
    final var isReadable = false
    /// Whether the kernel has the end of the input, so that reading goes on to it.
    final var endIsNear = false
    /// Whether `received(_:)` is being called.
    final var isDelivering = false
    /// Whether the loop will give it a turn, and whether what is held is to be shown again then.
    final var hasTurn = false
    final var showsHeld = false

    // MARK: Output

    /// Octets that the kernel has not taken.
    final let outgoing = OwnedCell(OctetBuffer())
    /// Whether the kernel was full when it was last offered some.
    final var isBlocked = false
    /// Whether the loop will offer what has been gathered.
    final var isSendingSoon = false
    /// Whether the output ends with what is there.
    final var endsOutput = false
    /// Whether the kernel has the end of the output.
    final var outputHasEnded = false
    private final var watchesOutput = false
    /// What offering output has failed with; nothing more is offered then.
    final var outputError: CInt?

    /// A connection that is not open yet.
    package init(loop: TransportLoop) {
        self.loop = loop
    }

    deinit {
        if socket >= 0 { Glibc.close(socket) }
    }

    // MARK: - What an owner is told

    /// A connection that was asked for is there.
    open func opened() {}

    /// Whether the owner takes input at present; asked before each read.
    open var takesInput: Bool { true }

    /// Whether what the other end sent before it broke the connection off is still read.
    open var readsAfterFailure: Bool { true }

    /// Octets have come: those left the last time, then new ones. They are lent for the time of the call.
    ///
    /// - Returns: how many have been dealt with, from the front; the rest is shown again with what follows it, or after
    ///   `resumeInput()`.
    open func received(_ octets: Span<UInt8>) -> Int { octets.count }

    /// The other end sends no more.
    open func inputEnded() { close() }

    /// The kernel, which was full, has taken everything.
    open func outputTaken() {}

    /// The kernel has everything, and the end of it.
    open func outputEnded() {}

    /// The deadline has passed; there is none any more.
    open func deadlinePassed() {}

    /// The connection, which was open, is about to go: the socket can still be asked.
    open func closing() {}

    /// The connection has gone. The last that is told; it may be opened anew from here on.
    open func closed(_ reason: CloseReason) {}

    // MARK: - Opening

    /// Takes over a connection that has been accepted.
    ///
    /// - Throws: the kernel cannot watch it; it is closed then, and nothing is told.
    package final func adopt(_ descriptor: CInt) throws(SocketError) {
        try begin(descriptor, watching: Events.input | Events.inputEnd)
        phase = .open
    }

    /// Opens a connection. `opened()` or `closed(_:)` tells what has become of it.
    ///
    /// - Throws: there can be no socket, or it is refused at once; nothing is told then.
    package final func connect(to endpoint: Endpoint) throws(SocketError) {
        let family = endpoint.address.family == .v4 ? AF_INET : AF_INET6
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(family, kind, 0)
        guard descriptor >= 0 else { throw SocketError(code: errno) }
        _ = tern_set_option(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        let status = unsafe endpoint.withSocketAddress { unsafe Glibc.connect(descriptor, $0, $1) }
        guard status == 0 || errno == EINPROGRESS || errno == EINTR else {
            let code = errno
            Glibc.close(descriptor)
            throw SocketError(code: code)
        }
        watchesOutput = true
        try begin(descriptor, watching: Events.input | Events.inputEnd | Events.output)
        phase = .connecting
    }

    private func begin(_ descriptor: CInt, watching events: UInt32) throws(SocketError) {
        precondition(phase == .unused)
        let number = loop.add(self)
        guard tern_watch(loop.poller, descriptor, events, 1, 0, loop.token(of: number)) == 0 else {
            let code = errno
            loop.remove(number)
            Glibc.close(descriptor)
            watchesOutput = false
            throw SocketError(code: code)
        }
        self.number = number
        socket = descriptor
        loop.countConnections(1)
    }

    // MARK: - Ends

    /// Closes the connection; octets that the kernel does not have yet are lost. Told with `closed(_:)`.
    package final func close() { end(.asked) }

    /// Whether it is neither open nor being opened.
    package final var isClosed: Bool { phase == .closed || phase == .unused }

    final func end(_ reason: CloseReason) {
        guard phase == .open || phase == .connecting else { return }
        if phase == .open { closing() }
        phase = .closed
        loop.remove(number)
        loop.countConnections(-1)
        Glibc.close(socket)
        socket = -1
        loop.buffers.giveBack(&outgoing.value)
        if !isDelivering { loop.buffers.giveBack(&held.value) }
        loop.tellClosed(self, reason)
    }

    /// Tells the owner, and makes ready for another connection.
    final func tellClosed(_ reason: CloseReason) {
        (isReadable, endIsNear, showsHeld) = (false, false, false)
        (isBlocked, endsOutput, outputHasEnded, watchesOutput) = (false, false, false, false)
        outputError = nil
        phase = .unused
        closed(reason)
    }

    // MARK: - Time

    /// Moves the deadline; `never` takes it away.
    package final func setDeadline(_ time: LoopTime) {
        guard phase == .open || phase == .connecting else { return }
        loop.setDeadline(number, at: time)
    }

    override final func tellDeadline() { deadlinePassed() }

    // MARK: - Events

    override final func ready(_ events: UInt32) {
        if phase == .connecting, events & (Events.output | Events.failure) != 0 {
            let code = tern_socket_error(socket)
            guard code == 0 else { return end(.notOpened(code)) }
            phase = .open
            opened()
            // What was written before.
            if !outgoing.value.isEmpty { sendSoon() }
        }
        guard phase == .open else { return }
        if events & Events.error != 0, !readsAfterFailure { return end(.failed(tern_socket_error(socket))) }
        if events & (Events.input | Events.inputEnd | Events.failure) != 0 {
            isReadable = true
            if events & (Events.inputEnd | Events.failure) != 0 { endIsNear = true }
            read()
        }
        if events & (Events.output | Events.failure) != 0, isBlocked, phase == .open { offerAgain() }
    }

    /// Goes on with what was put off.
    final func takeTurn() {
        hasTurn = false
        guard phase == .open else { return }
        read()
    }

    /// Has the kernel tell when it takes octets again.
    final func watchOutput() {
        guard !watchesOutput else { return }
        watchesOutput = true
        let events = Events.input | Events.inputEnd | Events.output
        _ = tern_watch_again(loop.poller, socket, events, loop.token(of: number))
    }
}

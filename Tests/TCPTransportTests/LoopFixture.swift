import Glibc
import Synchronization
import Testing

@testable import TCPTransport

/// What a connection of a test has seen, for the test's thread.
final class Journal: Sendable {
    struct State {
        var received: [UInt8] = []
        var events: [String] = []
        var calls = 0
    }

    private let state = Mutex(State())

    func note(_ event: String) { state.withLock { $0.events.append(event) } }

    func note(_ octets: Span<UInt8>) {
        let copy = octets.indices.map { octets[$0] }
        state.withLock {
            $0.received += copy
            $0.calls += 1
        }
    }

    var received: [UInt8] { state.withLock { $0.received } }
    var text: String { String(decoding: received, as: UTF8.self) }
    var events: [String] { state.withLock { $0.events } }
    /// How many times octets have come.
    var calls: Int { state.withLock { $0.calls } }

    /// Waits until `condition` holds, at most 20 seconds.
    func wait(_ condition: (Journal) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(20)
        while !condition(self) {
            try #require(ContinuousClock.now < end, "waited in vain; so far \(events)")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// A connection that notes what it is told, and does what its test says.
final class ScriptedConnection: Connection {
    let journal: Journal
    /// What is done with octets; returns how many have been dealt with.
    var handle: (ScriptedConnection, Span<UInt8>) -> Int = { connection, octets in
        connection.journal.note(octets)
        return octets.count
    }
    var whenInputEnded: (ScriptedConnection) -> Void = { $0.close() }
    var whenOpened: (ScriptedConnection) -> Void = { _ in }
    var isPaused = false

    init(loop: TransportLoop, journal: Journal) {
        self.journal = journal
        super.init(loop: loop)
    }

    override var takesInput: Bool { !isPaused }
    override func opened() {
        journal.note("opened")
        whenOpened(self)
    }
    override func received(_ octets: Span<UInt8>) -> Int { handle(self, octets) }
    override func inputEnded() {
        journal.note("input ended")
        whenInputEnded(self)
    }
    override func outputTaken() { journal.note("output taken") }
    override func outputEnded() { journal.note("output ended") }
    override func deadlinePassed() { journal.note("deadline") }
    override func closed(_ reason: CloseReason) { journal.note("closed: \(reason)") }
}

/// A loop on a thread, and connections of it over socket pairs.
final class LoopFixture: Sendable {
    let thread: LoopThread
    private let loop: LoopBound<TransportLoop>

    init() throws {
        thread = try LoopThread(name: "test")
        loop = thread.bind { $0 }
        try thread.start()
    }

    /// Runs `body` on the loop.
    func run(_ body: @escaping @Sendable (TransportLoop) -> Void) async {
        let loop = loop
        await thread.mailbox.submit { body(loop.value) }
    }

    /// Opens a connection; the other end of it is a blocking socket of the test's.
    func open(
        _ setUp: @escaping @Sendable (ScriptedConnection) -> Void = { _ in }
    ) async throws -> (LoopBound<ScriptedConnection>, Journal, Peer) {
        var ends: [CInt] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let (own, other) = (ends[0], ends[1])
        let journal = Journal()
        let box = Mutex<LoopBound<ScriptedConnection>?>(nil)
        let slot = Slot(box)
        await run { loop in
            let connection = ScriptedConnection(loop: loop, journal: journal)
            setUp(connection)
            do {
                try connection.adopt(own)
                slot.set(LoopBound(connection, to: loop.mailbox))
            } catch {
                journal.note("not adopted: \(error)")
            }
        }
        return (try #require(slot.value), journal, Peer(descriptor: other))
    }

    func stop() async { await thread.mailbox.stop() }

    private final class Slot: Sendable {
        private let content: Mutex<LoopBound<ScriptedConnection>?>
        init(_ content: consuming Mutex<LoopBound<ScriptedConnection>?>) { self.content = content }
        func set(_ bound: LoopBound<ScriptedConnection>) { content.withLock { $0 = bound } }
        var value: LoopBound<ScriptedConnection>? { content.withLock { $0 } }
    }
}

extension LoopBound<ScriptedConnection> {
    /// Has the connection do something, on its loop.
    func run(_ body: @escaping @Sendable (ScriptedConnection) -> Void) async {
        await mailbox.submit { body(self.value) }
    }
}

/// The other end of a connection: a blocking socket.
final class Peer: Sendable {
    let descriptor: CInt

    init(descriptor: CInt) {
        self.descriptor = descriptor
        // A test that waits in vain is to fail, not to hang.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ octets: [UInt8]) throws {
        var sent = 0
        while sent < octets.count {
            let rest = Array(octets[sent...])
            let count = unsafe Glibc.send(descriptor, rest, rest.count, CInt(MSG_NOSIGNAL))
            try #require(count > 0)
            sent += count
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Receives `count` octets, or fewer when the other end ends.
    func receive(_ count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while received.count < count {
            let got = unsafe recv(descriptor, &piece, min(piece.count, count - received.count), 0)
            try #require(got >= 0)
            guard got > 0 else { break }
            received += piece[..<got]
        }
        return received
    }

    func text(_ count: Int) throws -> String { String(decoding: try receive(count), as: UTF8.self) }

    func endOutput() { shutdown(descriptor, CInt(SHUT_WR)) }

    func close() { Glibc.close(descriptor) }
}

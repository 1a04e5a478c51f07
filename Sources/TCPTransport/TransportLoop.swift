import CLinux
import Glibc

/// What the kernel tells a loop about: a connection, a listening socket, the mailbox.
open class Pollable {
    /// Something has become of the descriptor.
    func ready(_ events: UInt32) {}
    /// The deadline of its place has passed.
    func tellDeadline() {}
}

/// One thread's connections: waits for what the kernel tells of them (epoll(7)) and has each do what follows.
///
///     epoll_wait ──▶ event ──▶ its connection reads ──▶ the owner decides ──▶ writes go out, closes are told
///        ▲                                                                      │ (settle, after each event)
///        └──── deadlines ◀──── tasks of other threads ◀──── more to read ◀──────┘
///
/// No event reaches an owner from inside a call that it makes: what a call brings about is told when the owner has
/// returned. So an owner's state is never changed behind its back.
///
/// Confined to its thread; what other threads want comes through the mailbox.
@safe
package final class TransportLoop {
    /// A place for something that is polled. Its number and generation are the token of its events, so that an event that
    /// was on its way when a connection closed does not reach the one that has the place now.
    private struct Slot {
        var pollable: Pollable?
        var generation: UInt32 = 0
    }

    private struct Ended {
        let connection: Connection
        let reason: CloseReason
    }

    /// How other threads come here.
    package let mailbox: LoopMailbox
    /// Memory for octets that must wait.
    package let buffers = BufferStack()
    /// The present, as of the last event; good to the time that a round of events takes.
    package private(set) var now = LoopTime.now

    let poller: CInt
    /// Where connections read into, one after another.
    let scratch: UnsafeMutableRawPointer
    private let slots = OwnedCell<[Slot]>([])
    private var freeNumbers: [Int] = []
    private var connectionCount = 0
    private let wheel = OwnedCell(DeadlineWheel(at: .now))
    /// Numbers and generations whose deadlines have passed.
    private var due: [Int] = []
    /// Connections that have more to read than one turn allows, or have just been connected.
    private var waiting: [Connection] = []
    /// Connections whose owner takes input again.
    private let resumed = OwnedCell<[Connection]>([])
    /// Connections with octets that have not been offered to the kernel.
    private let unsent = OwnedCell<[Connection]>([])
    /// Connections that have closed, and whose owners do not know yet.
    private let ended = OwnedCell<[Ended]>([])

    /// Octets read at once.
    static let scratchSize = 65_536
    /// Events taken from the kernel at once.
    private static let batch = 256

    init(mailbox: LoopMailbox) throws(SocketError) {
        self.mailbox = mailbox
        poller = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard poller >= 0 else { throw SocketError(code: errno) }
        unsafe scratch = .allocate(byteCount: Self.scratchSize, alignment: 64)
        let token = token(of: add(WakeUp()))
        guard tern_watch(poller, mailbox.descriptor, Events.input, 0, 0, token) == 0 else {
            throw SocketError(code: errno)
        }
    }

    deinit {
        close(poller)
        unsafe scratch.deallocate()
    }

    /// The mailbox has something.
    private final class WakeUp: Pollable {
        var hasMail = false
        override func ready(_ events: UInt32) { hasMail = true }
    }

    // MARK: - Places

    /// Gives something a place.
    func add(_ pollable: Pollable) -> Int {
        if let number = freeNumbers.popLast() {
            slots.value[number].pollable = pollable
            return number
        }
        slots.value.append(Slot(pollable: pollable))
        wheel.value.grow(to: slots.value.count)
        return slots.value.count - 1
    }

    /// Notes that there is another connection, or one fewer.
    func countConnections(_ change: Int) {
        connectionCount += change
        mailbox.load = connectionCount
    }

    /// What events of the place bear.
    func token(of number: Int) -> UInt64 { UInt64(number) | UInt64(slots.value[number].generation) << 32 }

    /// Frees a place: no event reaches what was there any more.
    func remove(_ number: Int) {
        slots.value[number].pollable = nil
        slots.value[number].generation &+= 1
        wheel.value.remove(number)
        freeNumbers.append(number)
    }

    func setDeadline(_ number: Int, at time: LoopTime) { wheel.value.set(number, at: time) }

    /// All connections at present.
    package var connections: [Connection] { slots.value.compactMap { $0.pollable as? Connection } }

    // MARK: - What is put off

    func takeTurnLater(_ connection: Connection) { waiting.append(connection) }

    func resume(_ connection: Connection) { resumed.value.append(connection) }

    func sendSoon(_ connection: Connection) { unsent.value.append(connection) }

    func tellClosed(_ connection: Connection, _ reason: CloseReason) {
        ended.value.append(Ended(connection: connection, reason: reason))
    }

    /// Does what the owners' calls have brought about.
    private func settle() {
        while true {
            if let connection = resumed.value.popLast() {
                connection.takeTurn()
            } else if let connection = unsent.value.popLast() {
                connection.sendGathered()
            } else if let last = ended.value.popLast() {
                last.connection.tellClosed(last.reason)
            } else {
                return
            }
        }
    }

    // MARK: - Running

    /// Runs until the mailbox says to stop.
    func run() {
        mailbox.enter()
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.batch)
        defer { unsafe events.deallocate() }
        let mail = slots.value[0].pollable as? WakeUp
        var isStopping = false
        while !isStopping {
            let count = unsafe epoll_wait(poller, events, CInt(Self.batch), patience)
            now = .now
            for index in 0..<max(0, Int(count)) {
                let event = unsafe events[index]
                unsafe dispatch(event.data.u64, event.events)
            }
            if mail?.hasMail == true {
                mail?.hasMail = false
                isStopping = readMail()
            }
            takeTurns()
            tellDeadlines()
        }
        finish()
    }

    private func dispatch(_ token: UInt64, _ events: UInt32) {
        let number = Int(truncatingIfNeeded: token & 0xFFFF_FFFF)
        guard number < slots.value.count, slots.value[number].generation == UInt32(truncatingIfNeeded: token >> 32),
            let pollable = slots.value[number].pollable
        else { return }
        pollable.ready(events)
        settle()
    }

    private func readMail() -> Bool {
        let (tasks, isStopping) = mailbox.takeTasks()
        for task in tasks {
            task()
            settle()
        }
        return isStopping
    }

    private func takeTurns() {
        guard !waiting.isEmpty else { return }
        let turns = waiting
        waiting.removeAll(keepingCapacity: true)
        for connection in turns {
            connection.takeTurn()
            settle()
        }
    }

    private func tellDeadlines() {
        wheel.value.advance(to: now, due: &due)
        guard !due.isEmpty else { return }
        let passed = due.map { (number: $0, generation: slots.value[$0].generation) }
        due.removeAll(keepingCapacity: true)
        for (number, generation) in passed {
            // One before it may have closed it or moved its deadline.
            guard slots.value[number].generation == generation, !wheel.value.isSet(number),
                let pollable = slots.value[number].pollable
            else { continue }
            pollable.tellDeadline()
            settle()
        }
    }

    /// How many milliseconds the kernel may be waited for; -1 for as long as it takes.
    private var patience: CInt {
        guard waiting.isEmpty else { return 0 }
        guard let look = wheel.value.nextLook else { return -1 }
        return CInt(clamping: max(0, (look.nanoseconds - now.nanoseconds + 999_999) / 1_000_000))
    }

    /// Closes everything.
    private func finish() {
        for connection in connections { connection.close() }
        settle()
        for task in mailbox.end() {
            task()
            settle()
        }
        for connection in connections { connection.close() }
        settle()
    }
}

/// What a descriptor is watched for.
enum Events {
    static var input: UInt32 { UInt32(tern_event_input) }
    static var inputEnd: UInt32 { UInt32(tern_event_input_end) }
    static var output: UInt32 { UInt32(tern_event_output) }
    static var error: UInt32 { UInt32(tern_event_error) }
    static var failure: UInt32 { UInt32(tern_event_failure) }
}

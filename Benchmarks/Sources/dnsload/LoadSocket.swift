import CDatagram
import Datagrams
import Glibc

/// A socket with its window of outstanding queries.
///
/// The ID of a query is the number of its slot, and above it a count of the slot's uses: an answer that comes after its
/// query was given up is told from one to the slot's next query.
@safe
final class LoadSocket {
    /// A place for one outstanding query.
    private struct Slot {
        /// When the query was sent, or was due; nanoseconds.
        var start: UInt64 = 0
        var uses: UInt8 = 0
        var isWaiting = false
    }

    private static let batchWidth = 32
    private static let messageSize = 2048

    private let socket: DatagramSocket
    private let outgoing: MessageBatch
    private let incoming: MessageBatch
    private let slots: UnsafeMutableBufferPointer<Slot>
    /// The slots that are free, the first `freeCount` of the buffer.
    private let free: UnsafeMutableBufferPointer<UInt8>
    private(set) var freeCount: Int

    init(_ address: SocketAddress, window: Int) throws(SocketError) {
        socket = try DatagramSocket(address, .connected)
        outgoing = MessageBatch(width: Self.batchWidth, size: Self.messageSize)
        incoming = MessageBatch(width: Self.batchWidth, size: Self.messageSize)
        unsafe slots = .allocate(capacity: window)
        unsafe free = .allocate(capacity: window)
        unsafe slots.initialize(repeating: Slot())
        for slot in 0..<window { unsafe free.initializeElement(at: slot, to: UInt8(slot)) }
        freeCount = window
        incoming.prepareToReceive()
    }

    deinit {
        unsafe slots.deallocate()
        unsafe free.deallocate()
    }

    /// Sends up to `count` queries, as the window lets.
    ///
    /// - Parameters:
    ///   - count: how many are due.
    ///   - start: the moment from which the latency of each counts, given its number from 0.
    /// - Returns: how many were sent.
    @inline(__always)
    func send(_ count: Int, _ source: inout QuerySource, _ tally: inout Tally, start: (Int) -> UInt64) -> Int {
        let count = min(count, freeCount, Self.batchWidth)
        guard count > 0 else { return 0 }
        for index in 0..<count {
            let number = Int(unsafe free[freeCount - 1 - index])
            unsafe slots[number].uses &+= 1
            let message = unsafe outgoing[index]
            let length = unsafe source.write(to: message)
            unsafe message[0] = slots[number].uses
            unsafe message[1] = UInt8(truncatingIfNeeded: number)
            outgoing.setLength(length, of: index)
            unsafe slots[number].start = start(index)
        }
        let taken = max(0, Int(unsafe bench_sendmmsg(socket.descriptor, outgoing.messages, CUnsignedInt(count))))
        for index in 0..<taken { unsafe slots[Int(free[freeCount - 1 - index])].isWaiting = true }
        freeCount -= taken
        tally.sent += UInt64(taken)
        if taken < count { tally.refused += 1 }
        return taken
    }

    /// Takes the responses that are there.
    @inline(__always)
    func receive(_ tally: inout Tally) {
        let count = Int(
            unsafe bench_recvmmsg(socket.descriptor, incoming.messages, CUnsignedInt(Self.batchWidth), 0)
        )
        guard count > 0 else { return }
        let now = MonotonicClock.now
        for index in 0..<count {
            let message = unsafe incoming[index]
            let number = Int(unsafe message[1])
            guard unsafe incoming.messages[index].length >= 12, unsafe number < slots.count,
                unsafe slots[number].isWaiting,
                unsafe slots[number].uses == message[0], unsafe message[2] & 0x80 != 0
            else {
                tally.stray += 1
                continue
            }
            unsafe slots[number].isWaiting = false
            unsafe free[freeCount] = UInt8(truncatingIfNeeded: number)
            freeCount += 1
            tally.answered += 1
            tally.rcodes[Int(unsafe message[3] & 0xF)] += 1
            if unsafe message[2] & 2 != 0 { tally.truncated += 1 }
            tally.answerRecords += UInt64(unsafe message[6]) << 8 | UInt64(unsafe message[7])
            tally.latency.record(unsafe now &- slots[number].start)
        }
    }

    /// Gives up the queries that began before `moment`.
    func expire(before moment: UInt64, _ tally: inout Tally) {
        for number in unsafe slots.indices {
            guard unsafe slots[number].isWaiting, unsafe slots[number].start < moment else { continue }
            unsafe slots[number].isWaiting = false
            unsafe free[freeCount] = UInt8(truncatingIfNeeded: number)
            freeCount += 1
            tally.lost += 1
        }
    }
}

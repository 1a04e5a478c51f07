import Glibc

// Reading: as much as the owner takes, until the kernel has no more.
extension Connection {
    /// Reads made before the other connections of the loop have their turn.
    private static var readsInTurn: Int { 4 }

    /// Octets that are kept for the owner.
    package final var heldCount: Int { held.value.count }

    /// The owner takes input again: it is shown what is held, and what the kernel has. Nothing happens when there is
    /// neither, and inside `received(_:)`.
    package final func resumeInput() {
        guard phase == .open, !isDelivering, isReadable || !held.value.isEmpty else { return }
        showsHeld = true
        guard !hasTurn else { return }
        hasTurn = true
        loop.resume(self)
    }

    final func read() {
        if showsHeld {
            showsHeld = false
            if !held.value.isEmpty, takesInput || !isReadable { showHeld() }
        }
        var reads = 0
        while phase == .open, isReadable, takesInput {
            if reads == Self.readsInTurn {
                guard !hasTurn else { return }
                hasTurn = true
                return loop.takeTurnLater(self)
            }
            reads += 1
            if held.value.isEmpty { readIntoScratch() } else { readBehindHeld() }
        }
        if let code = outputError, phase == .open { end(.failed(code)) }
    }

    private func readIntoScratch() {
        let count = unsafe recv(socket, loop.scratch, TransportLoop.scratchSize, 0)
        guard note(count, asked: TransportLoop.scratchSize) else { return }
        // The kernel has written `count` octets of the scratch memory, and no other connection reads before this returns.
        let octets = unsafe Span<UInt8>(
            _unsafeStart: UnsafePointer(loop.scratch.assumingMemoryBound(to: UInt8.self)),
            count: count
        )
        isDelivering = true
        let taken = max(0, received(octets))
        isDelivering = false
        guard taken < count, phase == .open else { return }
        loop.buffers.supply(&held.value)
        held.value.append(octets.extracting(taken..<count))
    }

    private func readBehindHeld() {
        held.value.reserve(OctetBuffer.leastCapacity)
        let room = held.value.room
        let socket = socket
        let count = unsafe held.value.write { unsafe recv(socket, $0, $1, 0) }
        guard note(count, asked: room) else { return }
        showHeld()
    }

    private func showHeld() {
        isDelivering = true
        // The memory stays while `isDelivering` says that it is being looked at.
        let octets = unsafe Span<UInt8>(_unsafeStart: UnsafePointer(held.value.front), count: held.value.count)
        let taken = max(0, received(octets))
        isDelivering = false
        held.value.drop(min(taken, held.value.count))
        if held.value.isEmpty || phase != .open { loop.buffers.giveBack(&held.value) }
    }

    /// Takes in what recv(2) has returned.
    ///
    /// - Returns: whether octets have come.
    private func note(_ count: Int, asked: Int) -> Bool {
        if count > 0 {
            // Less than asked for was all there was; what comes later is told anew. The end would not be.
            if count < asked, !endIsNear { isReadable = false }
            return true
        }
        guard count < 0 else {
            isReadable = false
            if let code = outputError { end(.failed(code)) } else { inputEnded() }
            return false
        }
        let code = errno
        switch code {
        case EINTR: break
        case EAGAIN: isReadable = false
        default: end(.failed(code))
        }
        return false
    }
}

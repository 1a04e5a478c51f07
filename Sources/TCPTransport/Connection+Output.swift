import CLinux
import Glibc

// Writing: gathered while an event is dealt with, so that the pieces of a message go out in one system call.
extension Connection {
    /// Pieces longer than this are not copied but offered to the kernel at once, behind what has been gathered.
    private static var copyLimit: Int { 8192 }
    /// So much is offered to the kernel at once.
    private static var gatherLimit: Int { 32_768 }

    /// Whether the kernel has taken all that it was offered, so that more should be written.
    package final var isWritable: Bool { phase == .open && !isBlocked && !endsOutput }

    /// Lets `body` append octets.
    package final func withOutput(_ body: (inout OctetBuffer) -> Void) {
        guard acceptsOutput else { return }
        loop.buffers.supply(&outgoing.value)
        body(&outgoing.value)
        gathered()
    }

    /// Appends octets.
    package final func write(_ octets: Span<UInt8>) {
        guard acceptsOutput else { return }
        if octets.count <= Self.copyLimit || isBlocked || phase != .open {
            loop.buffers.supply(&outgoing.value)
            outgoing.value.append(octets)
            gathered()
        } else {
            offer(octets)
        }
    }

    /// Appends the octets of a buffer.
    package final func write(_ buffer: borrowing OctetBuffer) { buffer.withOctets { write($0) } }

    /// Whether the kernel has all output, and the end of it.
    package final var hasEndedOutput: Bool { outputHasEnded }

    /// Ends the output behind what has been written. `outputEnded()` tells when the kernel has it all.
    package final func endOutput() {
        guard phase == .open, !endsOutput, outputError == nil else { return }
        endsOutput = true
        if !isBlocked { sendSoon() }
    }

    private var acceptsOutput: Bool {
        (phase == .open || phase == .connecting) && !endsOutput && outputError == nil
    }

    private func gathered() {
        if outgoing.value.count >= Self.gatherLimit, !isBlocked, phase == .open { offerGathered() } else { sendSoon() }
    }

    final func sendSoon() {
        guard !isSendingSoon else { return }
        isSendingSoon = true
        loop.sendSoon(self)
    }

    /// The event has been dealt with.
    final func sendGathered() {
        isSendingSoon = false
        guard phase == .open, !isBlocked, outputError == nil else { return }
        offerGathered()
        finishOutput()
    }

    /// The kernel, which was full, takes octets again.
    final func offerAgain() {
        guard outputError == nil else { return }
        isBlocked = false
        offerGathered()
        finishOutput()
        if !isBlocked, !endsOutput, phase == .open { outputTaken() }
    }

    private func finishOutput() {
        guard endsOutput, !outputHasEnded, !isBlocked, outgoing.value.isEmpty, phase == .open else { return }
        outputHasEnded = true
        shutdown(socket, CInt(SHUT_WR))
        outputEnded()
    }

    private func offerGathered() {
        while !outgoing.value.isEmpty {
            // With the end right behind, the kernel sends both in one packet.
            let count = unsafe tern_send(socket, outgoing.value.front, outgoing.value.count, endsOutput ? 1 : 0)
            guard count >= 0 else {
                let code = errno
                if code == EINTR { continue }
                return refused(code)
            }
            let isAll = count == outgoing.value.count
            outgoing.value.drop(count)
            if !isAll { return blocked() }
        }
        loop.buffers.giveBack(&outgoing.value)
    }

    /// Offers what has been gathered and `octets` behind it.
    private func offer(_ octets: Span<UInt8>) {
        var taken = 0
        while true {
            let before = outgoing.value.count
            let rest = octets.extracting(taken..<octets.count)
            let count = unsafe rest.withUnsafeBufferPointer { rest in
                before == 0
                    ? unsafe tern_send(socket, rest.baseAddress, rest.count, 0)
                    : unsafe tern_send_two(socket, outgoing.value.front, before, rest.baseAddress, rest.count)
            }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                guard code == EAGAIN else { return refused(code) }
            } else {
                outgoing.value.drop(min(count, before))
                taken += max(0, count - before)
            }
            break
        }
        if taken < octets.count {
            loop.buffers.supply(&outgoing.value)
            outgoing.value.append(octets.extracting(taken..<octets.count))
            blocked()
        } else {
            loop.buffers.giveBack(&outgoing.value)
        }
    }

    private func blocked() {
        isBlocked = true
        watchOutput()
    }

    private func refused(_ code: CInt) {
        guard code != EAGAIN else { return blocked() }
        // What the other end said before is still read, if the owner takes it; then the connection ends.
        outputError = code
        isBlocked = false
        loop.buffers.giveBack(&outgoing.value)
        isReadable = true
        endIsNear = true
        guard !hasTurn else { return }
        hasTurn = true
        loop.takeTurnLater(self)
    }
}

extension OctetBuffer {
    /// The first octet.
    var front: UnsafeMutablePointer<UInt8> { unsafe base + start }
}

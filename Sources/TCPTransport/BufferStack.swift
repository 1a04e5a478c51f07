import Glibc

/// Memory that the connections of one loop lend each other: who has octets that must wait takes some, and gives it back
/// when they have gone. What was given back last is taken first, since it is still in the processor's cache.
@safe
package final class BufferStack {
    @safe private struct Piece {
        var memory: UnsafeMutableRawPointer
        var capacity: Int
    }

    private let pieces: OwnedCell<[Piece]>

    /// Pieces kept at most.
    private static let limit = 64
    /// Octets of a piece that is kept, at most.
    private static let mostCapacity = 8 * OctetBuffer.leastCapacity

    /// A stack without memory.
    package init() {
        var pieces: [Piece] = []
        pieces.reserveCapacity(Self.limit)
        self.pieces = OwnedCell(pieces)
    }

    /// An empty buffer with memory.
    package func take() -> OctetBuffer {
        guard let piece = pieces.value.popLast() else {
            var buffer = OctetBuffer()
            buffer.reserve(OctetBuffer.leastCapacity)
            return buffer
        }
        return unsafe OctetBuffer(memory: piece.memory, capacity: piece.capacity)
    }

    /// Gives `buffer` memory if it has none.
    @inline(__always)
    package func supply(_ buffer: inout OctetBuffer) {
        if buffer.capacity == 0 { buffer = take() }
    }

    /// Takes the memory of a buffer back; what it holds is lost.
    package func giveBack(_ buffer: inout OctetBuffer) {
        let capacity = buffer.capacity
        guard let memory = unsafe buffer.takeMemory() else { return }
        if capacity <= Self.mostCapacity, pieces.value.count < Self.limit {
            unsafe pieces.value.append(Piece(memory: memory, capacity: capacity))
        } else {
            unsafe free(memory)
        }
    }

    deinit {
        for piece in pieces.value { unsafe free(piece.memory) }
    }
}

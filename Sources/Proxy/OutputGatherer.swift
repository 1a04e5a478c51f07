import NIOCore

/// Joins what is written to a connection during one event into as few writes as possible.
///
/// Heads, framing and small pieces are copied into one buffer, which is lent by the event loop and given back with
/// `flush`; large pieces are passed on as they are. Between two events it holds nothing.
///
/// An object, because a write can close the channel or change its writability before it returns, and the handlers that
/// hear of it come back here.
final class OutputGatherer {
    private let buffers: BufferStack
    private var buffer: ByteBuffer?
    private var needsFlush = false

    /// Pieces longer than this are not copied.
    static let copyLimit = 8192

    init(buffers: BufferStack) {
        self.buffers = buffers
    }

    /// Lets `body` append to what is to be written.
    func withBuffer(_ body: (inout ByteBuffer) -> Void) {
        var current = buffer ?? buffers.take()
        buffer = nil
        body(&current)
        buffer = current
    }

    /// Writes `data` behind what has been written.
    func write(_ data: ByteBuffer, to context: ChannelHandlerContext) {
        if data.readableBytes <= Self.copyLimit {
            withBuffer { _ = $0.writeImmutableBuffer(data) }
        } else {
            passOn(to: context)
            context.write(NIOAny(data), promise: nil)
            needsFlush = true
        }
    }

    /// Sends all that has been written.
    func flush(_ context: ChannelHandlerContext) {
        passOn(to: context)
        guard needsFlush else { return }
        needsFlush = false
        context.flush()
    }

    /// Forgets what has not been passed on: the connection has gone.
    func discard() {
        if let buffer { buffers.giveBack(buffer) }
        buffer = nil
        needsFlush = false
    }

    private func passOn(to context: ChannelHandlerContext) {
        guard let full = buffer, full.readableBytes > 0 else { return }
        buffer = nil
        context.write(NIOAny(full), promise: nil)
        needsFlush = true
        buffers.giveBack(full)
    }
}

/// Buffers that the connections of one event loop lend each other.
///
/// A buffer may be given back while the channel still has to write it: taking it again then gives it fresh storage.
final class BufferStack {
    private var buffers: [ByteBuffer] = []
    private static let limit = 32
    private static let capacity = 4096

    /// An empty buffer.
    func take() -> ByteBuffer {
        guard var buffer = buffers.popLast() else { return ByteBufferAllocator().buffer(capacity: Self.capacity) }
        buffer.clear()
        return buffer
    }

    /// Takes a buffer back; one that has grown large, or never was one of these, is let go.
    func giveBack(_ buffer: ByteBuffer) {
        guard buffers.count < Self.limit, (Self.capacity...8 * Self.capacity).contains(buffer.capacity) else { return }
        buffers.append(buffer)
    }
}

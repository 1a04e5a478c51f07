import Addressing
import CLinux
import Glibc

/// The buffers of one worker: a batch of datagrams received and the answers to them.
///
/// Everything is allocated once. Message `i` of the batch has octets `i * stride ..< (i + 1) * stride` of its buffer.
@safe
struct DatagramBatch: ~Copyable {
    /// Datagrams taken from the kernel at once.
    static let width = 32
    /// Octets kept of a query; more than any that makes sense over UDP.
    private static let querySize = 4096
    /// From one query to the next. Not a power of two: the heads of all queries would then fall into the same few lines
    /// of the processor's cache and push each other out before they are read.
    private static let queryStride = querySize + 64

    private let responseSize: Int
    private let controlSize: Int
    private let incoming: UnsafeMutablePointer<tern_mmsghdr>
    private let outgoing: UnsafeMutablePointer<tern_mmsghdr>
    private let vectors: UnsafeMutablePointer<iovec>
    private let sources: UnsafeMutablePointer<sockaddr_storage>
    private let queries: UnsafeMutablePointer<UInt8>
    private let responses: UnsafeMutablePointer<UInt8>
    private let control: UnsafeMutablePointer<UInt8>
    /// Answers waiting to be sent.
    private var outgoingCount = 0
    /// Messages whose room for control data is to be set before the next call; at first all.
    private var filled = DatagramBatch.width

    /// A batch whose answers have at most `responseSize` octets.
    init(responseSize: Int) {
        self.responseSize = responseSize
        controlSize = tern_packet_info_space()
        unsafe incoming = .allocate(capacity: Self.width)
        unsafe outgoing = .allocate(capacity: Self.width)
        unsafe vectors = .allocate(capacity: 2 * Self.width)
        unsafe sources = .allocate(capacity: Self.width)
        unsafe queries = .allocate(capacity: Self.width * Self.queryStride)
        unsafe responses = .allocate(capacity: Self.width * responseSize)
        unsafe control = .allocate(capacity: Self.width * controlSize)
        unsafe incoming.initialize(repeating: tern_mmsghdr(), count: Self.width)
        unsafe outgoing.initialize(repeating: tern_mmsghdr(), count: Self.width)
        unsafe sources.initialize(repeating: sockaddr_storage(), count: Self.width)
        unsafe queries.initialize(repeating: 0, count: Self.width * Self.queryStride)
        unsafe responses.initialize(repeating: 0, count: Self.width * responseSize)
        unsafe control.initialize(repeating: 0, count: Self.width * controlSize)
        for index in 0..<Self.width {
            unsafe vectors[index] = iovec(iov_base: queries + index * Self.queryStride, iov_len: Self.querySize)
            unsafe vectors[Self.width + index] = iovec(iov_base: responses + index * responseSize, iov_len: 0)
            unsafe incoming[index].header.msg_name = UnsafeMutableRawPointer(sources + index)
            unsafe incoming[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
            unsafe incoming[index].header.msg_iov = vectors + index
            unsafe incoming[index].header.msg_iovlen = 1
            unsafe outgoing[index].header.msg_iov = vectors + Self.width + index
            unsafe outgoing[index].header.msg_iovlen = 1
        }
    }

    deinit {
        unsafe incoming.deallocate()
        unsafe outgoing.deallocate()
        unsafe vectors.deallocate()
        unsafe sources.deallocate()
        unsafe queries.deallocate()
        unsafe responses.deallocate()
        unsafe control.deallocate()
    }

    /// Waits for datagrams.
    ///
    /// - Returns: how many came; 0 when the wait timed out or was interrupted, or the error number, negative.
    mutating func receive(from socket: borrowing UDPSocket) -> Int {
        // The kernel wrote its own lengths into the messages that it filled in. That of the source address may stay: all
        // datagrams of a socket have sources of one family.
        if socket.isWildcard {
            for index in 0..<filled {
                unsafe incoming[index].header.msg_control = UnsafeMutableRawPointer(control + index * controlSize)
                unsafe incoming[index].header.msg_controllen = controlSize
            }
        }
        let count = unsafe tern_recvmmsg(socket.descriptor, incoming, CUnsignedInt(Self.width))
        // After an error nothing is known of what was written, so that all are set again.
        filled = count >= 0 ? Int(count) : Self.width
        if count >= 0 { return Int(count) }
        return [EAGAIN, EWOULDBLOCK, EINTR, ECONNREFUSED].contains(errno) ? 0 : -Int(errno)
    }

    /// Answers datagram `index` of those just received.
    ///
    /// - Parameter answer: gets the query, who sent it, and room for the response; returns the octets of the response,
    ///   0 to send none.
    @inline(__always)
    mutating func answer(
        _ index: Int,
        isWildcard: Bool,
        _ answer: (Span<UInt8>, IPAddress, inout MutableSpan<UInt8>) -> Int
    ) {
        guard unsafe incoming[index].header.msg_flags & CInt(MSG_TRUNC) == 0,
            let source = unsafe Endpoint(sources + index), source.port != 0
        else { return }
        let length = Int(unsafe incoming[index].length)
        let query = unsafe Span(_unsafeStart: UnsafePointer(queries + index * Self.queryStride), count: length)
        let room = unsafe responses + index * responseSize
        var response = unsafe MutableSpan(_unsafeStart: room, count: responseSize)
        let written = answer(query, source.address, &response)
        guard written > 0 else { return }
        let slot = outgoingCount
        outgoingCount += 1
        unsafe vectors[Self.width + slot] = iovec(iov_base: room, iov_len: written)
        unsafe outgoing[slot].header.msg_name = incoming[index].header.msg_name
        unsafe outgoing[slot].header.msg_namelen = incoming[index].header.msg_namelen
        guard isWildcard else { return }
        unsafe outgoing[slot].header.msg_control = incoming[index].header.msg_control
        unsafe outgoing[slot].header.msg_controllen = incoming[index].header.msg_controllen
        unsafe tern_reply_from_destination(&outgoing[slot].header)
    }

    /// Sends the answers of the batch; one that the kernel refuses is lost, as a datagram may be.
    ///
    /// - Returns: how many were sent.
    mutating func send(to socket: borrowing UDPSocket) -> Int {
        defer { outgoingCount = 0 }
        var next = 0
        var sent = 0
        while next < outgoingCount {
            let count = unsafe tern_sendmmsg(socket.descriptor, outgoing + next, CUnsignedInt(outgoingCount - next))
            if count > 0 {
                next += Int(count)
                sent += Int(count)
            } else {
                next += 1
            }
        }
        return sent
    }
}

package import CDatagram
import Glibc

/// Messages for `recvmmsg` and `sendmmsg`, each with a buffer of its own, allocated once.
@safe
package struct MessageBatch: ~Copyable {
    /// The number of messages.
    package let width: Int
    /// The message headers; `length` of each is set by the kernel.
    package let messages: UnsafeMutablePointer<bench_mmsghdr>
    private let vectors: UnsafeMutablePointer<iovec>
    private let octets: UnsafeMutablePointer<UInt8>
    private let sources: UnsafeMutablePointer<sockaddr_storage>
    private let size: Int

    /// A batch of `width` messages of at most `size` octets.
    ///
    /// - Parameter keepsSources: whether the kernel is to write who sent each message.
    package init(width: Int, size: Int, keepsSources: Bool = false) {
        self.width = width
        self.size = size
        unsafe messages = .allocate(capacity: width)
        unsafe vectors = .allocate(capacity: width)
        unsafe octets = .allocate(capacity: width * size)
        unsafe sources = .allocate(capacity: width)
        unsafe messages.initialize(repeating: bench_mmsghdr(), count: width)
        unsafe octets.initialize(repeating: 0, count: width * size)
        unsafe sources.initialize(repeating: sockaddr_storage(), count: width)
        for index in 0..<width {
            unsafe vectors[index] = iovec(iov_base: octets + index * size, iov_len: size)
            unsafe messages[index].header.msg_iov = vectors + index
            unsafe messages[index].header.msg_iovlen = 1
            if keepsSources { unsafe messages[index].header.msg_name = UnsafeMutableRawPointer(sources + index) }
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe octets.deallocate()
        unsafe sources.deallocate()
    }

    /// The buffer of message `index`.
    package subscript(index: Int) -> UnsafeMutablePointer<UInt8> {
        @inline(__always) get {
            precondition(index >= 0 && index < width)
            return unsafe octets + index * size
        }
    }

    /// Sets the octets that message `index` is sent with.
    @inline(__always)
    package func setLength(_ length: Int, of index: Int) {
        precondition(index >= 0 && index < width && length <= size)
        unsafe vectors[index].iov_len = length
    }

    /// Makes all messages ready to be received into.
    package func prepareToReceive() {
        for index in 0..<width {
            unsafe vectors[index].iov_len = size
            if unsafe messages[index].header.msg_name != nil {
                unsafe messages[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
            }
        }
    }
}

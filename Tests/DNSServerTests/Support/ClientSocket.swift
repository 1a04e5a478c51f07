import Addressing
import Glibc

@testable import DNSServer

/// A client's socket, with waits that are bounded.
final class ClientSocket: Sendable {
    enum Transport {
        case udp
        case tcp
    }

    /// What cannot be had.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: CInt

    /// Opens a socket, bound to `source` if given, and connected to `server` if given.
    init(_ transport: Transport, to server: Endpoint?, from source: Endpoint? = nil) throws {
        let address = server ?? source
        let family = address?.address.family == .v6 ? AF_INET6 : AF_INET
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        descriptor = socket(family, CInt(kind.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        setTimeout(milliseconds: 5000)
        // Small segments are to be sent as they are.
        var one: CInt = 1
        if transport == .tcp {
            unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        }
        if let source, unsafe source.withSocketAddress({ unsafe bind(descriptor, $0, $1) }) != 0 {
            throw Failure(description: "cannot bind \(source): error \(errno)")
        }
        if let server, unsafe server.withSocketAddress({ unsafe connect(descriptor, $0, $1) }) != 0 {
            throw Failure(description: "cannot connect to \(server): error \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// How long receiving waits.
    func setTimeout(milliseconds: Int) {
        var timeout = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    /// How many octets the kernel keeps for this socket until they are read.
    func setReceiveBuffer(_ size: CInt) {
        var size = size
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Sends octets; over TCP all of them.
    ///
    /// - Returns: whether the other side still takes them.
    @discardableResult
    func send(_ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        repeat {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard sent >= 0 else { return false }
            rest = rest.dropFirst(sent)
        } while !rest.isEmpty
        return true
    }

    /// Sends a datagram from a socket that is not connected.
    func send(_ octets: [UInt8], to server: Endpoint) {
        _ = unsafe octets.withUnsafeBytes { data in
            unsafe server.withSocketAddress { unsafe sendto(descriptor, data.baseAddress, data.count, 0, $0, $1) }
        }
    }

    /// Ends what this side sends.
    func closeWriting() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Receives some octets, or a datagram.
    ///
    /// - Returns: `nil` when the wait is over or the connection broken; empty at the end of a stream.
    func receive(atMost count: Int = 65_535) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: count)
        let received = unsafe room.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return received >= 0 ? Array(room.prefix(received)) : nil
    }

    /// Receives a datagram and tells who sent it.
    func receiveWithSource() -> (octets: [UInt8], source: Endpoint)? {
        var room = [UInt8](repeating: 0, count: 65_535)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let received = unsafe room.withUnsafeMutableBytes { data in
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(descriptor, data.baseAddress, data.count, 0, $0, &length)
                }
            }
        }
        guard received >= 0, let source = unsafe withUnsafePointer(to: &storage, { unsafe Endpoint($0) })
        else { return nil }
        return (Array(room.prefix(received)), source)
    }

    /// Receives exactly so many octets of a stream, or `nil`.
    func receive(exactly count: Int) -> [UInt8]? {
        var octets: [UInt8] = []
        while octets.count < count {
            guard let more = receive(atMost: count - octets.count), !more.isEmpty else { return nil }
            octets += more
        }
        return octets
    }

    /// Receives a DNS message of a stream without its length, or `nil`.
    func receiveMessage() -> [UInt8]? {
        guard let length = receive(exactly: 2) else { return nil }
        return receive(exactly: Int(length[0]) << 8 | Int(length[1]))
    }

    /// Whether the other side ends the stream within the time set, with nothing before.
    func isEnded() -> Bool {
        var octet: UInt8 = 0
        let received = unsafe recv(descriptor, &octet, 1, 0)
        // A reset is an end too.
        return received == 0 || (received < 0 && errno == ECONNRESET)
    }
}

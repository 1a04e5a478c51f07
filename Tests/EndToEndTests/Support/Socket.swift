import Foundation

/// A socket connected to a port of a loopback address, with short waits.
final class Socket: Sendable {
    enum Transport {
        case udp
        case tcp
    }

    let descriptor: CInt
    private let transport: Transport

    /// Connects.
    ///
    /// - Parameter source: the address to come from; `nil` leaves it to the kernel.
    /// - Throws: ``Unfulfilled`` when nobody listens.
    init(_ transport: Transport, _ address: String = "127.0.0.1", port: UInt16, from source: String? = nil) throws {
        self.transport = transport
        descriptor = Self.open(transport)
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        if let source { _ = unsafe Self.withAddress(source, 0) { unsafe bind(descriptor, $0, $1) } }
        let status = unsafe Self.withAddress(address, port) { unsafe connect(descriptor, $0, $1) }
        guard status == 0 else { throw Unfulfilled("cannot connect to \(address):\(port): error \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    private static func open(_ transport: Transport) -> CInt {
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        return socket(AF_INET, CInt(kind.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func withAddress(
        _ address: String,
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, address, &name.sin_addr)
        return unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Sends octets, all of them unless the other side has closed.
    func send(_ octets: [UInt8]) {
        var rest = octets[...]
        repeat {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        } while !rest.isEmpty && transport == .tcp
    }

    /// Receives what comes next.
    ///
    /// - Returns: one datagram or some octets; `nil` at the end of a stream, and after 5 seconds of silence.
    func receive(atMost count: Int = 65_535, waiting: Bool = true) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: count)
        let flags = waiting ? 0 : CInt(MSG_DONTWAIT)
        let received = unsafe room.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, flags)
        }
        return received > 0 || (received == 0 && transport == .udp) ? Array(room.prefix(received)) : nil
    }

    /// Receives exactly so many octets of a stream, or `nil`.
    private func receive(exactly count: Int) -> [UInt8]? {
        var octets: [UInt8] = []
        while octets.count < count {
            guard let more = receive(atMost: count - octets.count) else { return nil }
            octets += more
        }
        return octets
    }

    /// Sends a DNS message and returns the answer to it; over TCP both have their length before them.
    func exchange(_ message: [UInt8]) -> [UInt8]? {
        guard transport == .tcp else {
            send(message)
            while let answer = receive() {
                // What came late for another message is passed over.
                if answer.prefix(2) == message.prefix(2) { return answer }
            }
            return nil
        }
        send([UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message)
        guard let length = receive(exactly: 2) else { return nil }
        return receive(exactly: Int(length[0]) << 8 | Int(length[1]))
    }

    // MARK: - Ports

    /// A port that is free on 127.0.0.1 for both transports, so far as one can know beforehand.
    static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            // Below the range from which the kernel gives ports to clients.
            let port = UInt16.random(in: 20_000..<32_000)
            if [Transport.udp, .tcp].allSatisfy({ (try? Occupation($0, port: port)) != nil }) { return port }
        }
        throw Unfulfilled("no free port")
    }

    /// A port of 127.0.0.1 held by this process.
    final class Occupation: Sendable {
        private let descriptor: CInt

        init(_ transport: Transport, port: UInt16) throws {
            let descriptor = Socket.open(transport)
            self.descriptor = descriptor
            let bound = unsafe Socket.withAddress("127.0.0.1", port) { unsafe bind(descriptor, $0, $1) }
            guard bound == 0, transport == .udp || listen(descriptor, 1) == 0 else {
                throw Unfulfilled("port \(port) is taken")
            }
        }

        deinit {
            close(descriptor)
        }
    }
}

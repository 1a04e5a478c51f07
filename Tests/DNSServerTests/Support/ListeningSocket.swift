import Addressing
import Glibc
import Synchronization

@testable import DNSServer

/// A stream socket that accepts connections and says nothing; a TCP check takes it for healthy.
final class ListeningSocket: Sendable {
    let endpoint: Endpoint
    private let descriptor: Mutex<CInt>

    init(_ endpoint: Endpoint) throws {
        let family = endpoint.address.family == .v4 ? AF_INET : AF_INET6
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var one: CInt = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        let bound = unsafe endpoint.withSocketAddress { unsafe bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, 64) == 0 else {
            close(descriptor)
            throw ClientSocket.Failure(description: "cannot listen on \(endpoint): error \(errno)")
        }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        self.endpoint = unsafe withUnsafePointer(to: &storage) { unsafe Endpoint($0) } ?? endpoint
        self.descriptor = Mutex(descriptor)
    }

    /// A port that nobody has on loopback addresses, of either transport, so far as one can know beforehand.
    ///
    /// It is below those that the kernel gives to clients, which may come and go at any moment.
    static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_000)
            let isFree = ["0.0.0.0:\(port)", "[::]:\(port)"].compactMap { Endpoint($0) }.allSatisfy { endpoint in
                (try? ListeningSocket(endpoint)) != nil && isFreeForDatagrams(endpoint)
            }
            if isFree { return port }
        }
        throw ClientSocket.Failure(description: "no free port")
    }

    private static func isFreeForDatagrams(_ endpoint: Endpoint) -> Bool {
        do {
            _ = try UDPSocket.bind(endpoint, isShared: false)
            return true
        } catch {
            return false
        }
    }

    /// Stops listening.
    func stop() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    deinit { stop() }
}
